"""Cells written back read again as they did: whatever people type, in a workbook or in a CSV."""

import csv
import tempfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fanal.campagnes.queries.correction import Base, reecrite
from fanal.depots.formats import charger
from fanal.depots.lecture import FichierIllisible, Lecture, lire
from fanal.depots.reecriture import Classeur as AEcrire
from fanal.depots.reecriture import Feuille, ecrire, from_frame, sheet_names
from fanal.refus import Inutilisable
from tests.campagnes.trames import TITRES, ligne

TEXTES = st.text(
    alphabet=st.characters(exclude_categories=("Cs", "Cc", "Cn"), exclude_characters="\ufeff\ufffe\uffff"),
    max_size=20,
)
SAISIES = st.sampled_from(
    ["NC", "douze", "1 234,56", "1.234", "-55,5 %", "12,5 k€", "(300)", "=1+1", "31/02/2021", "2021-04-02",
    "VRAI",
     "3,4E+12", "02100001", "Total", " x ", "a;b", '"', "l'été", "l1\nl2", "#REF!", "'5"]
)  # fmt: skip
NOMBRES = st.one_of(
    st.integers(-(10**9), 10**9), st.decimals(-(10**6), 10**6, places=4, allow_nan=False).map(float)
)
RANGEES = st.lists(
    st.tuples(st.sampled_from(TITRES[1:]), st.one_of(SAISIES, TEXTES, NOMBRES, st.none())),
    min_size=1,
    max_size=12,
)


def read(chemin: Path) -> Lecture | None:
    try:
        return lire(chemin, charger("paat"), isolee=False)
    except FichierIllisible:
        return None


def again(lue: Lecture) -> Lecture:
    table = lue.tables["paat"]
    longues = frozenset(a.ligne for a in lue.anomalies if a.regle == "ligne-trop-longue" and a.ligne)
    depot: Any = SimpleNamespace(conventions={})
    titres = {champ: titre for titre, champ in table.correspondance.items()}
    base = Base(depot, charger("paat"), from_frame(table.feuille, table.brutes, longues), titres)
    with reecrite(base) as (_, relue):
        return relue


def essence(lue: Lecture) -> tuple[object, ...]:
    """What a reading says, whatever the sheet is called in its sentences."""
    table = lue.tables["paat"]
    faits = sorted(
        (a.ligne, a.colonne or "", a.regle, a.gravite, a.valeur or "")
        for a in lue.anomalies
        if a.ligne and a.regle != "ligne-total"
    )
    brutes = table.brutes.select("_ligne", *table.colonnes_inconnues).rows()
    return table.lignes.rows(), [[x or "" for x in r] for r in brutes], faits


def rows(changements: list[tuple[str, Any]]) -> list[list[Any]]:
    return [ligne(i + 1, **{titre: valeur}) for i, (titre, valeur) in enumerate(changements)]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(RANGEES, st.integers(0, 3))
def test_a_workbook_reads_again_the_same(changements: list[tuple[str, Any]], vides: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        chemin = Path(folder) / "trame.xlsx"
        options = {"strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(str(chemin), options) as book:
            sheet = book.add_worksheet("Actions")
            sheet.write_row(vides, 0, TITRES)
            for rang, cellules in enumerate(rows(changements), start=vides + 1):
                sheet.write_row(rang + rang % 2 * vides, 0, cellules)
        lue = read(chemin)
        if lue is not None:
            assert essence(again(lue)) == essence(lue)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(RANGEES, st.booleans())
def test_a_csv_reads_again_the_same(changements: list[tuple[str, Any]], longue: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        chemin = Path(folder) / "trame.csv"
        with chemin.open("w", encoding="utf-8", newline="") as file:
            lignes = rows(changements)
            writer = csv.writer(file, delimiter=";")
            writer.writerows([TITRES, [*lignes[0], "en trop"] if longue else lignes[0], [], *lignes[1:]])
        lue = read(chemin)
        if lue is not None:
            assert essence(again(lue)) == essence(lue)


def test_names_of_sheets_that_excel_refuses() -> None:
    assert sheet_names(["Actions/2021", "actions-2021", "x" * 40, ""]) == [
        "Actions-2021",
        "actions-2021 (2)",
        "x" * 31,
        "Feuille",
    ]


def test_a_cell_too_long_for_a_spreadsheet_is_said(tmp_path: Path) -> None:
    feuille = Feuille("Actions", ["calcul"], {2: ["x" * 40_000]})
    with pytest.raises(Inutilisable, match="Ligne 2 : une cellule compte 40000"):
        ecrire(AEcrire(feuille), tmp_path / "long.xlsx")


def test_the_same_cells_are_the_same_bytes(tmp_path: Path) -> None:
    feuille = Feuille("Actions", ["identifiant"], {4: ["A-1"], 9: ["A-2"]})
    for nom in ("un.xlsx", "deux.xlsx"):
        ecrire(AEcrire(feuille, notes={"Corrections": [["Ligne"], ["4"]]}), tmp_path / nom)
    assert (tmp_path / "un.xlsx").read_bytes() == (tmp_path / "deux.xlsx").read_bytes()
