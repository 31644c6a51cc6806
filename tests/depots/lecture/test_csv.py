"""CSV files as spreadsheets and software write them."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from fanal.depenses.compute.disposition import encodage_de, transcoder
from fanal.depots.lecture import Correspondance, FichierIllisible
from tests.depots.lecture.outils import ENTETE, codes, csv, lire_ici, rangee


@pytest.mark.parametrize("encodage", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("sep", [";", ",", "\t", "|"])
def test_encodings_and_separators(tmp_path: Path, encodage: str, sep: str) -> None:
    chemin = csv(
        tmp_path / "f.csv",
        [ENTETE, rangee(note="Évreux œuvre", montant_ttc="12.5")],
        sep=sep,
        encodage=encodage,
    )
    lecture = lire_ici(chemin)
    assert lecture.tables["essai"].lignes["note"][0] == "Évreux œuvre"
    assert lecture.tables["essai"].lignes["montant_ttc"][0] == Decimal("12.5")
    assert (lecture.acceptees, lecture.anomalies) == (1, [])


def test_quotes_separators_and_line_breaks_inside_cells(tmp_path: Path) -> None:
    texte = 'code,finess,note,montant_ttc\r\nA,210780581,"Lot 1, dit ""pilote""\r\nsuite","1 234,56"\r\n'
    texte += "B,21,x,1\r\n"
    chemin = tmp_path / "f.csv"
    chemin.write_text(texte, encoding="utf-8", newline="")
    lecture = lire_ici(chemin)
    lignes = lecture.tables["essai"].lignes
    assert lignes["note"][0] == 'Lot 1, dit "pilote"\r\nsuite'
    assert lignes["montant_ttc"][0] == Decimal("1234.56")
    # A spreadsheet shows the quoted line break inside one row: B stands on row 3.
    assert codes(lecture) == [(3, "finess", "motif")]


def test_separator_declared_by_excel(tmp_path: Path) -> None:
    chemin = tmp_path / "f.csv"
    chemin.write_text("sep=;\ncode;finess\nA;1\n", encoding="utf-8")
    assert codes(lire_ici(chemin)) == [(3, "finess", "motif")]


def test_title_rows_empty_rows_and_totals(tmp_path: Path) -> None:
    lignes = [
        ["Plan d'actions 2021"],
        [],
        ["Établissement", "Dijon"],
        ["Code", "Finess", "Montant (€ TTC)", "NOTE"],
        ["A", "210780581", "1"],
        [],
        ["", "", " "],
        ["Sous-total famille", "", "1"],
        ["B", "210780581", "2"],
        ["TOTAL GÉNÉRAL :", "", "3"],
        ["Total", "210780581", "4", "une action qui s'appelle Total"],
    ]
    lecture = lire_ici(csv(tmp_path / "f.csv", lignes))
    assert lecture.tables["essai"].lignes["_ligne"].to_list() == [5, 9, 11]
    assert codes(lecture) == [(8, None, "ligne-total"), (10, None, "ligne-total")]
    assert all(a.gravite == "information" for a in lecture.anomalies)
    assert (lecture.lues, lecture.acceptees) == (3, 3)


@pytest.mark.parametrize(
    "entete",
    [
        ["CODE", "Finess", "montant ttc"],
        ["code", "FINESS de l'établissement", "Montant (€ TTC)"],
        [" Codé ", "FI NESS", "MONTANT_TTC"],
        ["code*", "finess :", "Montant"],
    ],
)
def test_columns_by_name_or_title(tmp_path: Path, entete: list[str]) -> None:
    lecture = lire_ici(csv(tmp_path / "f.csv", [entete, ["A", "210780581", "5"]]))
    assert lecture.tables["essai"].lignes.row(0, named=True)["montant_ttc"] == 5
    assert list(lecture.tables["essai"].correspondance.values()) == ["code", "finess", "montant_ttc"]


def test_a_plain_title_wins_over_an_alias(tmp_path: Path) -> None:
    lecture = lire_ici(
        csv(tmp_path / "f.csv", [["code", "finess", "Montant", "montant_ttc"], ["A", "210780581", "1", "2"]])
    )
    assert lecture.tables["essai"].lignes["montant_ttc"][0] == 2
    assert lecture.tables["essai"].colonnes_inconnues == ["Montant"]


def test_unknown_columns_are_kept_and_told(tmp_path: Path) -> None:
    lignes = [["code", "finess", "Chef de projet", "", "Chef de projet"], ["A", "210780581", "x", "y", "z"]]
    lecture = lire_ici(csv(tmp_path / "f.csv", lignes))
    table = lecture.tables["essai"]
    assert table.colonnes_inconnues == ["Chef de projet", "Colonne D", "Chef de projet (2)"]
    assert table.brutes.row(0) == ("A", "210780581", "x", "y", "z", 2)
    assert codes(lecture) == [(None, None, "colonne-inconnue")]


def test_rows_longer_than_the_header_are_refused(tmp_path: Path) -> None:
    lecture = lire_ici(
        csv(tmp_path / "f.csv", [["code", "finess"], ["A", "210780581", "de trop"], ["B", "210780581"]])
    )
    assert codes(lecture) == [(2, None, "ligne-trop-longue")]
    assert (lecture.acceptees, lecture.ecartees) == (1, 1)


def test_raw_cells_are_given_back_as_typed(tmp_path: Path) -> None:
    lecture = lire_ici(
        csv(tmp_path / "f.csv", [ENTETE, rangee(montant_ttc="1 234,56 €", jour="1/4/21", note="NC")])
    )
    assert lecture.tables["essai"].brutes.select("montant_ttc", "jour", "note").row(0) == (
        "1 234,56 €",
        "1/4/21",
        "NC",
    )


def test_mapping_of_columns_codes_and_dates(tmp_path: Path) -> None:
    lignes = [
        ["rapport"],
        ["Réf", "ETAB", "Rang", "Début", "code"],
        ["A", "210780581", "S", "04/13/2021", "ignoré"],
        ["B", "210780581", "autre", "04/01/2021", "ignoré"],
    ]
    correspondance = Correspondance(
        "maison",
        colonnes={"Réf": "code", "ETAB": "finess", "Rang": "role", "Début": "jour"},
        codes={"role": {"s": "support", "p": "partie"}},
        formats={"dates": "mja"},
        ligne_entete=2,
    )
    lecture = lire_ici(csv(tmp_path / "f.csv", lignes), correspondance=correspondance)
    lues = lecture.tables["essai"].lignes
    assert lues["code"].to_list() == ["A", "B"]
    assert [str(j) for j in lues["jour"]] == ["2021-04-13", "2021-04-01"]
    assert lues["role"].to_list() == ["support", None]
    assert codes(lecture) == [(4, "role", "enumeration"), (None, None, "colonne-inconnue")]
    assert "colonne « Rang »" in lecture.anomalies[0].phrase


def test_a_mapping_may_leave_a_column_out(tmp_path: Path) -> None:
    correspondance = Correspondance("m", colonnes={"montant_ttc": ""})
    lecture = lire_ici(
        csv(tmp_path / "f.csv", [ENTETE, rangee(montant_ttc="x")]), correspondance=correspondance
    )
    assert lecture.tables["essai"].lignes["montant_ttc"][0] is None
    assert lecture.acceptees == 1


def test_missing_required_columns_are_named_with_the_titles_found(tmp_path: Path) -> None:
    with pytest.raises(FichierIllisible) as refus:
        lire_ici(csv(tmp_path / "f.csv", [["code", "montant_ttc", "Truc"], ["A", "1", "2"]]))
    assert refus.value.code == "colonnes-absentes"
    assert "colonne obligatoire finess" in refus.value.phrase
    assert "« Truc »" in refus.value.phrase


@pytest.mark.parametrize("suite", [b"1.7\n%\xe2\xe3", b"1.4\x00\x00"])
def test_a_printed_document_is_named(tmp_path: Path, suite: bytes) -> None:
    chemin = tmp_path / "export.csv"
    chemin.write_bytes(b"%PDF-" + suite)
    with pytest.raises(FichierIllisible, match=r"c'est un PDF.*dont il est tiré"):
        lire_ici(chemin)
    with pytest.raises(FichierIllisible, match=r"c'est un PDF.*dont il est tiré"):
        transcoder(chemin, encodage_de(chemin), tmp_path / "copie.csv")


def test_two_columns_for_one_field_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FichierIllisible) as refus:
        lire_ici(csv(tmp_path / "f.csv", [["code", "finess", "FINESS"], ["A", "1", "2"]]))
    assert refus.value.code == "colonnes-doubles"
    assert "« finess » et « FINESS »" in refus.value.phrase


@pytest.mark.parametrize("contenu", [b"", b"\r\n\r\n", b"\xef\xbb\xbf", b" ; ; \n"])
def test_empty_files(tmp_path: Path, contenu: bytes) -> None:
    chemin = tmp_path / "f.csv"
    chemin.write_bytes(contenu)
    with pytest.raises(FichierIllisible) as refus:
        lire_ici(chemin)
    assert refus.value.code == "vide"


@pytest.mark.parametrize("suite", [[], [[], []], [["Total"]]])
def test_header_without_rows(tmp_path: Path, suite: list[list[str]]) -> None:
    with pytest.raises(FichierIllisible, match="aucune ligne"):
        lire_ici(csv(tmp_path / "f.csv", [ENTETE, *suite]))


def test_no_header_at_all(tmp_path: Path) -> None:
    with pytest.raises(FichierIllisible, match="titres attendus") as refus:
        lire_ici(csv(tmp_path / "f.csv", [["A", "B"], ["1", "2"]]))
    assert refus.value.code == "colonnes-absentes"
