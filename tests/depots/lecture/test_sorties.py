"""What goes back to the person: their workbook annotated, the empty model, the preview for mapping."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from fanal.depots import formats
from fanal.depots.lecture import FichierIllisible, annoter, apercu, ecrire_modele, lire
from tests.depots.lecture.outils import ENTETE, csv, essai, lire_ici, rangee, xlsx

ROUGE, AMBRE, BLEU = "FFFBD5D0", "FFFDE8C8", "FFDCE6FB"


@pytest.mark.parametrize("isolee", [True, False])
def test_annotated_workbook_keeps_its_layout(tmp_path: Path, isolee: bool) -> None:
    rangees = [
        ["Plan"],
        ["Code", "FINESS de l'établissement", "Montant (€ TTC)", "Jour"],
        ["A", "210780581", "douze", date(2021, 4, 1)],
        ["B", "10780581", 5, "31/02/2021"],
        ["Total", None, 5],
    ]
    source = xlsx(
        tmp_path / "f.xlsx", {"Données": rangees, "Autre": [["garde", 1]]}, fusions={"Données": ["A1:D1"]}
    )
    avant = source.read_bytes()
    lecture = lire_ici(source)
    annoter(source, lecture.anomalies, tmp_path / "r.xlsx", format=essai(), isolee=isolee)
    assert source.read_bytes() == avant
    classeur = openpyxl.load_workbook(tmp_path / "r.xlsx")
    assert classeur.sheetnames == ["Données", "Autre", "Anomalies"]
    feuille = classeur["Données"]
    assert [str(p) for p in feuille.merged_cells.ranges] == ["A1:D1"]
    assert feuille["D3"].number_format == "dd/mm/yyyy"
    marques = {c.coordinate: c.fill.start_color.rgb for r in feuille.iter_rows() for c in r if c.comment}
    assert marques == {"C3": ROUGE, "B4": BLEU, "D4": ROUGE, "A5": BLEU}
    assert "n'est pas un nombre" in feuille["C3"].comment.text
    assert classeur["Autre"]["A1"].value == "garde"
    liste = [r[5].value for r in classeur["Anomalies"].iter_rows(min_row=2)]
    assert liste == [a.phrase for a in lecture.anomalies]
    # The annotated workbook is itself a deposit with the same anomalies.
    assert [(a.ligne, a.regle) for a in lire(tmp_path / "r.xlsx", essai()).anomalies] == [
        (a.ligne, a.regle) for a in lecture.anomalies
    ]


def test_annotated_csv_comes_back_as_a_workbook(tmp_path: Path) -> None:
    source = csv(tmp_path / "f.csv", [["titre"], ENTETE, [], rangee(montant_ttc="x", note="=1+1")])
    annoter(source, lire(source, essai()).anomalies, tmp_path / "r.xlsx")
    feuille = openpyxl.load_workbook(tmp_path / "r.xlsx").worksheets[0]
    assert feuille["E4"].fill.start_color.rgb == ROUGE
    assert feuille["E4"].comment is not None
    # What people sent never becomes a formula.
    assert (feuille["J4"].value, feuille["J4"].data_type) == ("=1+1", "s")


def test_worst_gravity_colours_and_all_sentences_are_kept(tmp_path: Path) -> None:
    lignes = [rangee(code="A"), rangee(code="A", montant_ttc="12.000")]
    source = csv(tmp_path / "f.csv", [ENTETE, *lignes])
    anomalies = lire_ici(source).anomalies
    annoter(source, [*anomalies, *anomalies], tmp_path / "r.xlsx", format=essai(), isolee=False)
    feuille = openpyxl.load_workbook(tmp_path / "r.xlsx").worksheets[0]
    assert (feuille["A3"].fill.start_color.rgb, feuille["E3"].fill.start_color.rgb) == (ROUGE, AMBRE)
    assert feuille["A3"].comment.text.count("figure déjà") == 2


def test_annotating_what_is_not_a_workbook(tmp_path: Path) -> None:
    (tmp_path / "f.xlsx").write_bytes(b"%PDF-1.4")
    with pytest.raises(FichierIllisible):
        annoter(tmp_path / "f.xlsx", [], tmp_path / "r.xlsx")
    assert not (tmp_path / "r.xlsx").exists()


@pytest.mark.parametrize("nom", sorted(formats.noms()))
def test_empty_model(tmp_path: Path, nom: str) -> None:
    format_ = formats.charger(nom)
    ecrire_modele(format_, tmp_path / "m.xlsx")
    ecrire_modele(format_, tmp_path / "n.xlsx")
    assert (
        hashlib.sha256((tmp_path / "m.xlsx").read_bytes()).digest()
        == hashlib.sha256((tmp_path / "n.xlsx").read_bytes()).digest()
    )
    classeur = openpyxl.load_workbook(tmp_path / "m.xlsx")
    schemas = [format_.principal, *format_.annexes.values()]
    assert classeur.sheetnames == [*(s.feuille for s in schemas), "Exemple", "Notice"]
    for schema in schemas:
        feuille = classeur[schema.feuille]
        assert [c.value for c in feuille[1]] == [c.nom for c in schema.champs]
        assert all(c.comment is not None for c in feuille[1])
        listes = [v for v in feuille.data_validations.dataValidation if v.type == "list"]
        attendues = [c for c in schema.champs if c.enumeration or c.type == "boolean"]
        assert len(listes) == len(attendues)
    with pytest.raises(FichierIllisible, match="aucune ligne"):
        lire_ici(tmp_path / "m.xlsx", format_)


@pytest.mark.parametrize("nom", sorted(formats.noms()))
def test_the_example_of_every_format_is_a_correct_row(tmp_path: Path, nom: str) -> None:
    """The example row of the model, copied into its data sheet, is read without a remark."""
    format_ = formats.charger(nom)
    ecrire_modele(format_, tmp_path / "m.xlsx")
    classeur = openpyxl.load_workbook(tmp_path / "m.xlsx")
    for source in classeur["Exemple"].iter_rows(min_row=2, max_row=2):
        for cellule in source:
            cible = classeur[format_.principal.feuille].cell(2, cellule.column, cellule.value)
            cible.number_format = cellule.number_format
    classeur.save(tmp_path / "m.xlsx")
    lecture = lire_ici(tmp_path / "m.xlsx", format_)
    assert lecture.anomalies == []
    assert (lecture.lues, lecture.acceptees) == (1, 1)


def test_preview_suggests_close_titles(tmp_path: Path) -> None:
    entete = ["Code action", "N° FINESS", "Rôle", "Montants TTC", "Anée", "Observations"]
    source = xlsx(
        tmp_path / "f.xlsx",
        {"S": [["Plan"], entete, *([f"A{i}", "210780581", "support", i, 2021, "x"] for i in range(12))]},
    )
    vue = apercu(source, essai())
    assert (vue.feuilles, vue.feuille, vue.ligne_entete) == (["S"], "S", 2)
    champs = {c.titre: c.champ for c in vue.colonnes}
    assert champs["Rôle"] == "role"
    assert champs["N° FINESS"] == "finess"
    assert champs["Montants TTC"] == "montant_ttc"
    assert champs["Anée"] == "annee"
    assert champs["Observations"] is None
    assert len(vue.lignes) == 10
    assert vue.lignes[1] == ["A1", "210780581", "support", "1", "2021", "x"]
    assert vue.colonnes[0].exemples == ["A0", "A1", "A2"]


def test_preview_of_a_file_without_any_known_title(tmp_path: Path) -> None:
    vue = apercu(csv(tmp_path / "f.csv", [["zzz", "www"], ["1", "2"]]), essai())
    assert (vue.ligne_entete, [c.champ for c in vue.colonnes]) == (1, [None, None])
    assert vue.requis_absents == ["code", "finess"]
