"""Workbooks: typed cells, errors, merged headers, several sheets, other formats than XLSX."""

from __future__ import annotations

import random
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlwt
from hypothesis import example, given, settings
from hypothesis import strategies as st
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from fanal.depots.lecture import Correspondance, FichierIllisible, Lecture
from fanal.depots.lecture.classeur import ClasseurCalamine
from tests.depots.lecture.outils import ENTETE, codes, lire_ici, rangee, xlsx


def test_typed_cells(tmp_path: Path) -> None:
    ligne = rangee(
        finess=210780581,
        montant_ttc=1234.5,
        annee=2021,
        jour=date(2021, 4, 1),
        note=12,
        actif=True,
        taux=0.1 + 0.2,
    )
    lecture = lire_ici(xlsx(tmp_path / "f.xlsx", {"Données": [ENTETE, ligne]}))
    lue = lecture.tables["essai"].lignes.row(0, named=True)
    assert lue["finess"] == "210780581"
    assert lue["montant_ttc"] == Decimal("1234.5")
    assert lue["taux"] == Decimal("0.3")
    assert (lue["annee"], lue["jour"], lue["note"], lue["actif"]) == (2021, date(2021, 4, 1), "12", True)
    assert lecture.anomalies == []
    brutes = lecture.tables["essai"].brutes.row(0, named=True)
    assert (brutes["montant_ttc"], brutes["jour"], brutes["actif"], brutes["taux"]) == (
        "1234,5",
        "01/04/2021",
        "VRAI",
        "0,3",
    )


def test_mixed_columns_keep_their_numbers(tmp_path: Path) -> None:
    montants: list[Any] = [1.234, "1.234", "NC", 1e6, "1 234,5", -3.25, 1 / 3]
    lignes = [rangee(code=f"A{i}", montant_ttc=m) for i, m in enumerate(montants)]
    lecture = lire_ici(xlsx(tmp_path / "f.xlsx", {"Données": [ENTETE, *lignes]}))
    lus = lecture.tables["essai"].lignes["montant_ttc"].to_list()
    attendus = ["1.234", "1.234", None, "1000000", "1234.5", "-3.25", "0.333333"]
    assert lus == [None if a is None else Decimal(a) for a in attendus]
    # Only the text "1.234" can be misread; the number cell is what it is.
    assert codes(lecture) == [(3, "montant_ttc", "nombre-ambigu"), (4, "montant_ttc", "valeur-absente")]


def test_mixed_dates(tmp_path: Path) -> None:
    jours: list[Any] = [date(2021, 4, 1), "02/04/2021", 44289, "x", datetime(2021, 4, 5, 10, 0)]  # noqa: DTZ001
    lignes = [rangee(code=f"A{i}", jour=j) for i, j in enumerate(jours)]
    lecture = lire_ici(xlsx(tmp_path / "f.xlsx", {"Données": [ENTETE, *lignes]}))
    lus = [str(j) for j in lecture.tables["essai"].lignes["jour"]]
    assert lus == ["2021-04-01", "2021-04-02", "2021-04-03", "None", "2021-04-05"]
    assert codes(lecture) == [
        (4, "jour", "valeur-interpretee"),
        (5, "jour", "type"),
        (6, "jour", "valeur-interpretee"),
    ]


def test_error_cells_and_formulas_never_computed(tmp_path: Path) -> None:
    lignes = [
        rangee(code="A", montant_ttc="#REF!"),
        rangee(code="B", montant_ttc="§=A1*2"),
        rangee(code="C", montant_ttc=5, note="#N/A"),
    ]
    lecture = lire_ici(xlsx(tmp_path / "f.xlsx", {"Données": [ENTETE, *lignes]}))
    assert codes(lecture) == [
        (2, "montant_ttc", "erreur-tableur"),
        (3, "montant_ttc", "erreur-tableur"),
        (4, "note", "erreur-tableur"),
    ]
    assert lecture.anomalies[0].valeur == "#REF!"
    assert "n'a pas calculée" in lecture.anomalies[1].phrase
    assert lecture.acceptees == 1


def test_long_codes_typed_as_numbers(tmp_path: Path) -> None:
    lignes = [rangee(code=123456789012345), rangee(code=3.4012345678901234e17)]
    lecture = lire_ici(xlsx(tmp_path / "f.xlsx", {"Données": [ENTETE, *lignes]}))
    assert lecture.tables["essai"].lignes["code"].to_list() == ["123456789012345", None]
    assert codes(lecture) == [(3, "code", "code-abrege")]


def test_offset_titles_merged_headers_and_gaps(tmp_path: Path) -> None:
    rangees: list[list[Any]] = [
        [],
        [None, "Plan 2021", None, None, None],
        [],
        [None, "code", "Établissement", None, "note"],
        [None, None, "finess", "role", None],
        [None, "A", "210780581", "support", "x"],
        [],
        [None, "B", "21", "chef", "y"],
        [None, "Total"],
    ]
    chemin = xlsx(
        tmp_path / "f.xlsx", {"Feuille": rangees}, fusions={"Feuille": ["B4:B5", "C4:D4", "E4:E5", "B2:E2"]}
    )
    lecture = lire_ici(chemin)
    table = lecture.tables["essai"]
    assert table.feuille == "Feuille"
    assert table.lignes["_ligne"].to_list() == [6, 8]
    assert table.lignes["note"].to_list() == ["x", "y"]
    assert codes(lecture) == [(8, "finess", "motif"), (8, "role", "enumeration"), (9, None, "ligne-total")]


def test_sheets_by_name_by_columns_and_annexes(tmp_path: Path) -> None:
    bases = [["finess", "total_ttc"], ["210780581", 5], ["10780581", -1]]
    feuilles = {
        "Notice": [["Lisez-moi"]],
        "Bases 2021": bases,
        "Exemple": [ENTETE, rangee(code="EX")],
        "Mes lignes": [ENTETE, rangee(annee=1)],
        "Anciennes": [ENTETE, rangee(code="VIEUX")],
    }
    lecture = lire_ici(xlsx(tmp_path / "f.xlsx", feuilles))
    assert list(lecture.tables) == ["essai", "bases"]
    assert lecture.tables["essai"].feuille == "Mes lignes"
    assert lecture.tables["bases"].lignes["finess"].to_list() == ["210780581", "010780581"]
    assert [(a.feuille, a.ligne, a.regle) for a in lecture.anomalies] == [
        ("Mes lignes", 2, "minimum"),
        ("Bases 2021", 3, "zero-restitue"),
        ("Bases 2021", 3, "minimum"),
        ("Anciennes", None, "feuille-ignoree"),
    ]
    assert lecture.anomalies[0].phrase.startswith("Feuille « Mes lignes », ligne 2, colonne annee : ")
    assert (lecture.lues, lecture.acceptees) == (1, 0)


def test_sheet_of_the_mapping(tmp_path: Path) -> None:
    chemin = xlsx(tmp_path / "f.xlsx", {"Données": [ENTETE, rangee()], "B": [ENTETE, rangee(code="B")]})
    lecture = lire_ici(chemin, correspondance=Correspondance("m", feuille="b"))
    assert lecture.tables["essai"].lignes["code"].to_list() == ["B"]
    with pytest.raises(FichierIllisible, match="Feuilles trouvées : « Données » et « B »"):
        lire_ici(chemin, correspondance=Correspondance("m", feuille="C"))


def test_no_sheet_has_the_columns(tmp_path: Path) -> None:
    with pytest.raises(FichierIllisible) as refus:
        lire_ici(xlsx(tmp_path / "f.xlsx", {"Un": [["a"]], "Deux": [["b"]]}))
    assert refus.value.code == "feuille-absente"
    assert "« Un » et « Deux »" in refus.value.phrase


def test_two_columns_of_the_same_name(tmp_path: Path) -> None:
    entete = [*ENTETE, "code"]
    with pytest.raises(FichierIllisible) as refus:
        lire_ici(xlsx(tmp_path / "f.xlsx", {"Données": [entete, [*rangee(), "B"]]}))
    assert refus.value.code == "colonnes-doubles"


LIGNES: list[list[Any]] = [
    ["Plan"],
    ENTETE,
    rangee(code="A", finess=210780581, montant_ttc=1234.5, jour=date(2021, 4, 1), annee=2021),
    rangee(code="B", finess="10780581", montant_ttc="douze", jour="31/02/2021"),
    ["Total", None, None, None, 1234.5],
]
ATTENDU = [
    (4, "finess", "zero-restitue"),
    (4, "montant_ttc", "type"),
    (4, "jour", "type"),
    (5, None, "ligne-total"),
]


def verifier_lignes(lecture: Lecture) -> None:
    lue = lecture.tables["essai"].lignes.row(0, named=True)
    assert (lue["finess"], lue["montant_ttc"], lue["jour"], lue["annee"]) == (
        "210780581",
        Decimal("1234.5"),
        date(2021, 4, 1),
        2021,
    )
    assert codes(lecture) == ATTENDU
    assert (lecture.lues, lecture.acceptees) == (2, 1)


def test_xlsx(tmp_path: Path) -> None:
    verifier_lignes(lire_ici(xlsx(tmp_path / "f.xlsx", {"Données": LIGNES})))


def test_name_of_the_file_does_not_matter(tmp_path: Path) -> None:
    verifier_lignes(lire_ici(xlsx(tmp_path / "f.xlsx", {"Données": LIGNES}).rename(tmp_path / "f.csv")))


def test_xls(tmp_path: Path) -> None:
    classeur = xlwt.Workbook()
    feuille = classeur.add_sheet("Données")
    style = xlwt.easyxf(num_format_str="DD/MM/YYYY")
    for i, contenu in enumerate(LIGNES):
        for j, valeur in enumerate(contenu):
            if isinstance(valeur, date):
                feuille.write(i, j, valeur, style)
            elif valeur is not None:
                feuille.write(i, j, valeur)
    classeur.save(str(tmp_path / "f.xls"))
    verifier_lignes(lire_ici(tmp_path / "f.xls"))


def ods(chemin: Path, lignes: list[list[Any]]) -> Path:
    """Write an OpenDocument workbook of one sheet."""
    document = OpenDocumentSpreadsheet()
    table = Table(name="Données")
    for contenu in lignes:
        rangee_ods = TableRow()
        for valeur in contenu:
            rangee_ods.addElement(_cellule(valeur))
        table.addElement(rangee_ods)
    document.spreadsheet.addElement(table)
    document.save(str(chemin))
    return chemin


def _cellule(valeur: Any) -> TableCell:
    if valeur is None:
        return TableCell()
    if isinstance(valeur, date):
        return TableCell(valuetype="date", datevalue=valeur.isoformat())
    if isinstance(valeur, (int, float)):
        return TableCell(valuetype="float", value=valeur)
    cellule = TableCell(valuetype="string")
    cellule.addElement(P(text=valeur))
    return cellule


def test_ods(tmp_path: Path) -> None:
    verifier_lignes(lire_ici(ods(tmp_path / "f.ods", LIGNES)))


def test_error_cells_of_xls(tmp_path: Path) -> None:
    classeur = xlwt.Workbook()
    feuille = classeur.add_sheet("Données é")
    for i, contenu in enumerate([ENTETE, rangee(code="A"), rangee(code="B", montant_ttc=1)]):
        for j, valeur in enumerate(contenu):
            if valeur is not None:
                feuille.write(i, j, valeur)
    feuille.row(1).set_cell_error(4, "#REF!")
    feuille.row(2).set_cell_error(9, "#N/A!")
    classeur.save(str(tmp_path / "f.xls"))
    lecture = lire_ici(tmp_path / "f.xls")
    assert codes(lecture) == [(2, "montant_ttc", "erreur-tableur"), (3, "note", "erreur-tableur")]
    assert [a.valeur for a in lecture.anomalies] == ["#REF!", "#N/A"]


def test_error_cells_of_ods(tmp_path: Path) -> None:
    source = ods(tmp_path / "f.ods", [ENTETE, rangee(code="A", montant_ttc="ERREUR"), rangee(code="B")])
    with zipfile.ZipFile(source) as archive:
        parties = {nom: archive.read(nom) for nom in archive.namelist()}
    contenu = parties["content.xml"].decode()
    cellule = contenu[: contenu.index("ERREUR")].rindex("<table:table-cell")
    espace = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    debut, suite = contenu[:cellule], contenu[cellule:]
    suite = suite.replace("<table:table-cell", f'<table:table-cell {espace} calcext:value-type="error"', 1)
    suite = suite.replace(
        'office:value-type="string"', 'office:value-type="string" office:string-value=""', 1
    )
    parties["content.xml"] = (debut + suite.replace("ERREUR", "#REF!", 1)).encode()
    with zipfile.ZipFile(source, "w") as archive:
        for nom, octets in parties.items():
            archive.writestr(nom, octets)
    lecture = lire_ici(source)
    assert [(a.ligne, a.colonne, a.valeur) for a in lecture.anomalies] == [(2, "montant_ttc", "#REF!")]


CELLULES = st.one_of(
    st.none(),
    st.integers(-(10**12), 10**12),
    st.floats(-1e9, 1e9).map(lambda f: round(f, 4)),
    st.dates(date(1990, 1, 1), date(2090, 1, 1)),
    st.booleans(),
    st.sampled_from(
        [
            "NC",
            "#REF!",
            "1 234,56",
            "1.234",
            "x",
            "support",
            "31/02/2021",
            "2021-04-01",
            "12,5 %",
            " y ",
            "true",
        ]
    ),
)


@settings(max_examples=60, deadline=None)
@example([[-0.0] * 8])
@given(st.lists(st.lists(CELLULES, min_size=8, max_size=8), min_size=1, max_size=6))
def test_the_fast_and_the_careful_readings_agree(
    tmp_path_factory: pytest.TempPathFactory, cellules: list[list[Any]]
) -> None:
    """The quick ways (typed columns of the fast reader, clean columns) give what the careful ones give."""
    lignes = [[f"A{i}", "210780581", *c] for i, c in enumerate(cellules)]
    chemin = xlsx(tmp_path_factory.mktemp("d") / "f.xlsx", {"Données": [ENTETE, *lignes]})
    rapide = lire_ici(chemin)
    with pytest.MonkeyPatch.context() as mp:
        mp.setattr(ClasseurCalamine, "rapide", lambda self, nom: None)
        mp.setattr("fanal.depots.lecture.lot.convertir_propre", lambda *a: None)
        lente = lire_ici(chemin)
    assert rapide.anomalies == lente.anomalies
    assert rapide.tables["essai"].lignes.equals(lente.tables["essai"].lignes)
    assert rapide.tables["essai"].brutes.equals(lente.tables["essai"].brutes)


def test_large_sheet_in_little_time(tmp_path: Path) -> None:
    alea = random.Random(1)
    lignes = [rangee(code=f"A{i}", montant_ttc=alea.random(), annee=2021) for i in range(20_000)]
    lecture = lire_ici(xlsx(tmp_path / "f.xlsx", {"Données": [ENTETE, *lignes]}))
    assert (lecture.lues, lecture.acceptees) == (20_000, 20_000)
