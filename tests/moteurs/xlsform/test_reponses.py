"""Answers in files: the workbook to fill in, CSV, JSON; formulas never run; what is not read is said."""

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from fanal.moteurs.xlsform import ecrire_modele, en_classeur, lire, lire_reponses, lire_texte
from fanal.refus import Inutilisable
from tests.moteurs.xlsform.outils import FIN_GROUPE, FIN_REPETITION, forme, juger, q, regles, texte

FORME = forme(
    q("note", "intro", label="Bienvenue"),
    q("begin_group", "g", label="Général"),
    q("text", "t", hint="En clair", required="yes"),
    q("integer", "n"),
    q("date", "jour"),
    q("select_one fruits", "fruit"),
    q("select_multiple fruits", "panier"),
    q("acknowledge", "accord"),
    q("file", "piece"),
    FIN_GROUPE,
    q("begin_repeat", "lignes", label="Équipements"),
    q("text", "lib"),
    q("decimal", "prix"),
    q("calculate", "ttc", calculation="${prix} * 2"),
    FIN_REPETITION,
)
PIECE = {"nom": "a b.pdf", "empreinte": "e" * 64, "taille": 12, "type": "application/pdf"}
REPONSES: dict[str, Any] = {
    "t": "=HYPERLINK(1)",
    "n": "12",
    "jour": "2025-09-15",
    "fruit": "poire",
    "panier": ["figue", "pomme"],
    "accord": "OK",
    "piece": PIECE,
    "lignes": [{"lib": "+1", "prix": "10.5"}, {}, {"lib": "deux\nlignes"}],
}


def cellules(feuille: Any) -> list[list[Any]]:
    return [list(ligne) for ligne in feuille.iter_rows(values_only=True)]


def test_the_workbook_shows_labels_lists_and_types(tmp_path: Path) -> None:
    ecrire_modele(FORME, tmp_path / "m.xlsx", REPONSES)
    classeur = openpyxl.load_workbook(tmp_path / "m.xlsx")
    assert classeur.sheetnames == ["Réponses", "lignes", "Notice", "Listes"]
    lues = {ligne[0]: ligne for ligne in cellules(classeur["Réponses"]) if ligne[0]}
    assert lues["fruit"][1:3] == ["Question fruit", "Poire"]
    assert lues["n"][2] == 12 and lues["jour"][2].date().isoformat() == "2025-09-15"
    assert lues["panier"][2] == "figue ; pomme"
    assert "Réponse obligatoire." in lues["t"][3] and "En clair" in lues["t"][3]
    assert cellules(classeur["lignes"])[:2] == [
        ["N° de ligne", "Question lib", "Question prix"],
        ["ligne", "lib", "prix"],
    ]
    listes = [str(v.sqref) for v in classeur["Réponses"].data_validations.dataValidation]
    assert len(listes) == 2  # fruit and accord


def test_what_looks_like_a_formula_is_a_text(tmp_path: Path) -> None:
    ecrire_modele(FORME, tmp_path / "m.xlsx", REPONSES)
    for feuille in openpyxl.load_workbook(tmp_path / "m.xlsx").worksheets:
        assert all(c.data_type != "f" for ligne in feuille.iter_rows() for c in ligne)


def test_the_workbook_is_read_back(tmp_path: Path) -> None:
    ecrire_modele(FORME, tmp_path / "m.xlsx", REPONSES)
    lues, remarques = lire_reponses(tmp_path / "m.xlsx", FORME)
    assert remarques == []
    assert lues == {**REPONSES, "accord": "oui"}


def test_the_empty_workbook_has_no_answer(tmp_path: Path) -> None:
    ecrire_modele(FORME, tmp_path / "m.xlsx")
    assert lire_reponses(tmp_path / "m.xlsx", FORME) == ({}, [])


def test_the_same_bytes_every_time(tmp_path: Path) -> None:
    ecrire_modele(FORME, tmp_path / "a.xlsx", REPONSES)
    ecrire_modele(FORME, tmp_path / "b.xlsx", REPONSES)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def remplir(chemin: Path, **valeurs: Any) -> None:
    """Fill in the template as a person would."""
    ecrire_modele(FORME, chemin)
    classeur = openpyxl.load_workbook(chemin)
    for ligne in classeur["Réponses"].iter_rows():
        if ligne[0].value in valeurs:
            ligne[2].value = valeurs[ligne[0].value]
    classeur.save(chemin)


def test_labels_codes_and_several_choices_are_understood(tmp_path: Path) -> None:
    remplir(tmp_path / "m.xlsx", fruit="  poire ", panier="Figue;pomme", n=12.0, accord="oui", t="x")
    lues, _ = lire_reponses(tmp_path / "m.xlsx", FORME)
    assert (lues["fruit"], lues["panier"], lues["n"]) == ("poire", ["figue", "pomme"], "12")
    assert juger(FORME, lues).complet
    remplir(tmp_path / "m.xlsx", fruit="Banane", t="x")
    lues, _ = lire_reponses(tmp_path / "m.xlsx", FORME)
    assert regles(juger(FORME, lues)) == {"fruit": "enumeration"}


def test_equal_labels_are_told_apart_by_their_codes(tmp_path: Path) -> None:
    listes = {
        "l": [{"name": "a", "label": "Même"}, {"name": "b", "label": "Même"}, {"name": "c", "label": "a"}]
    }
    formulaire = forme(q("select_one l", "x"), listes=listes)
    for code in "abc":
        ecrire_modele(formulaire, tmp_path / "m.xlsx", {"x": code})
        assert lire_reponses(tmp_path / "m.xlsx", formulaire)[0] == {"x": code}


def test_a_csv_of_questions_and_answers(tmp_path: Path) -> None:
    contenu = "question;réponse\nt;Bonjour\nn;12\nlignes[2].prix;10,5\nlignes[1].lib;a\nt;encore\nzz;1\n"
    (tmp_path / "r.csv").write_text(contenu, encoding="utf-8")
    lues, remarques = lire_reponses(tmp_path / "r.csv", FORME)
    assert lues == {"t": "Bonjour", "n": "12", "lignes": [{"lib": "a"}, {"prix": "10,5"}], "zz": "1"}
    assert [a.chemin for a in remarques] == ["t"] and "fichier, ligne 6" in remarques[0].phrase
    assert regles(juger(FORME, lues)) == {"zz": "inconnue"}


def test_sheets_of_repeats_are_told_apart(tmp_path: Path) -> None:
    long = "repetition_au_nom_vraiment_tres_long"
    noms = ["notice", f"{long}_a", f"{long}_b"]
    lignes = [li for n in noms for li in (q("begin_repeat", n), q("text", f"t_{n}"), FIN_REPETITION)]
    formulaire = forme(q("text", "x"), *lignes)
    reponses = {n: [{f"t_{n}": n}] for n in noms}
    ecrire_modele(formulaire, tmp_path / "m.xlsx", reponses)
    assert lire_reponses(tmp_path / "m.xlsx", formulaire) == (reponses, [])


def test_json_workbook_and_csv_give_the_same_verdict(tmp_path: Path) -> None:
    (tmp_path / "r.json").write_text(json.dumps(REPONSES), encoding="utf-8")
    ecrire_modele(FORME, tmp_path / "r.xlsx", REPONSES)
    verdicts = {
        suffixe: juger(FORME, lire_reponses(tmp_path / f"r.{suffixe}", FORME)[0])
        for suffixe in ("json", "xlsx")
    }
    assert verdicts["json"] == verdicts["xlsx"] == juger(FORME, REPONSES)


def test_other_sheets_are_told(tmp_path: Path) -> None:
    remplir(tmp_path / "m.xlsx", t="x")
    classeur = openpyxl.load_workbook(tmp_path / "m.xlsx")
    classeur.create_sheet("Brouillon").append(["a"])
    classeur.save(tmp_path / "m.xlsx")
    _, remarques = lire_reponses(tmp_path / "m.xlsx", FORME)
    assert "« Brouillon » n'est pas de ce formulaire" in remarques[0].phrase


@pytest.mark.parametrize("contenu", ["[1]", "{", '{"a": NaN}', "[" * 100_000])
def test_json_that_is_not_answers_is_refused(tmp_path: Path, contenu: str) -> None:
    (tmp_path / "r.json").write_text(contenu, encoding="utf-8")
    with pytest.raises(Inutilisable):
        lire_reponses(tmp_path / "r.json", FORME)


def test_a_workbook_that_is_not_answers_is_refused(tmp_path: Path) -> None:
    classeur = openpyxl.Workbook()
    classeur.active.append(["a", "b"])
    classeur.save(tmp_path / "r.xlsx")
    with pytest.raises(Inutilisable, match="ne contient pas la feuille « Réponses »"):
        lire_reponses(tmp_path / "r.xlsx", FORME)


def test_a_form_in_text_becomes_an_xlsform_workbook(tmp_path: Path) -> None:
    markdown = texte([q("text", "a"), q("select_one fruits", "b", relevant="${a} != '=1'")])
    en_classeur(markdown, tmp_path / "f.xlsx")
    assert openpyxl.load_workbook(tmp_path / "f.xlsx").sheetnames == ["survey", "choices", "settings"]
    assert lire(tmp_path / "f.xlsx") == lire_texte(markdown)
