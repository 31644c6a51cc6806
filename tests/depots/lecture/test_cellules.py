"""What people type in a cell, and what is read."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.depots.lecture.nombres import lire_nombre
from tests.depots.lecture.outils import ENTETE, csv, essai, lire_cellule, lire_ici, rangee

NOMBRES_SIMPLES = {
    "1234.56": "1234.56",
    "1 234,56": "1234.56",
    "1\u00a0234,56 €": "1234.56",
    "1\u202f234\u202f567,8": "1234567.8",
    "-1 234,5": "-1234.5",
    "\u22125": "-5",
    "+3": "3",
    "12 €": "12",
    "12,50 euros TTC": "12.5",
    ",5": "0.5",
    "0": "0",
}


@pytest.mark.parametrize(("texte", "valeur"), NOMBRES_SIMPLES.items())
def test_french_numbers_are_presentation(tmp_path: Path, texte: str, valeur: str) -> None:
    lue, anomalies, acceptee = lire_cellule(tmp_path, "montant_ttc", texte)
    assert lue == Decimal(valeur)
    assert anomalies == []
    assert acceptee


NOMBRES_INTERPRETES = {
    "(1 234,56)": ("-1234.56", "valeur-interpretee", "information"),
    "12-": ("-12", "valeur-interpretee", "information"),
    "1,2 M€": ("1200000", "valeur-interpretee", "information"),
    "12 k€": ("12000", "valeur-interpretee", "information"),
    "1.234,56": ("1234.56", "valeur-interpretee", "information"),
    "1,234.56": ("1234.56", "valeur-interpretee", "information"),
    "1.234.567": ("1234567", "valeur-interpretee", "information"),
    "1,5E+06": ("1500000", "valeur-interpretee", "information"),
    "12.000": ("12", "nombre-ambigu", "controle"),
    "12,5 %": ("0.125", "pourcentage", "controle"),
}


@pytest.mark.parametrize(("texte", "attendu"), NOMBRES_INTERPRETES.items())
def test_interpreted_numbers_are_told(tmp_path: Path, texte: str, attendu: tuple[str, str, str]) -> None:
    lue, anomalies, acceptee = lire_cellule(tmp_path, "montant_ttc", texte)
    assert (str(lue.normalize()), anomalies[0].regle, anomalies[0].gravite) == (
        str(Decimal(attendu[0]).normalize()),
        *attendu[1:],
    )
    assert acceptee
    assert "lu" in anomalies[0].phrase


def test_percentage_of_a_rate_is_only_told(tmp_path: Path) -> None:
    lue, anomalies, _ = lire_cellule(tmp_path, "taux", "12,5 %")
    assert lue == Decimal("0.125")
    assert [(a.regle, a.gravite) for a in anomalies] == [("pourcentage", "information")]


@pytest.mark.parametrize(
    "texte", ["douze mille", "> 20", "12 345 6", "1 23,4", "12,3,4", "--5", "12 mois", "€", "1/2"]
)
def test_what_is_not_a_number_is_refused(tmp_path: Path, texte: str) -> None:
    lue, anomalies, acceptee = lire_cellule(tmp_path, "montant_ttc", texte)
    assert lue is None
    assert not acceptee
    assert [(a.regle, a.gravite, a.valeur, a.ligne) for a in anomalies] == [("type", "refus", texte, 2)]


def test_the_sentence_is_the_one_of_the_charter(tmp_path: Path) -> None:
    _, anomalies, _ = lire_cellule(tmp_path, "montant_ttc", "douze mille")
    assert anomalies[0].phrase == (
        "Ligne 2, colonne montant_ttc : « douze mille » n'est pas un nombre. "
        "Saisissez un montant en euros, par exemple 12\u202f000,00."
    )


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2))
def test_french_writing_of_any_amount_is_read_back(valeur: Decimal) -> None:
    ecrit = f"{valeur:,.2f}".replace(",", "\u202f").replace(".", ",")
    assert lire_nombre(ecrit) == (valeur, None)


DATES = {
    "2021-04-01": (date(2021, 4, 1), None),
    "01/04/2021": (date(2021, 4, 1), None),
    "1/4/2021": (date(2021, 4, 1), None),
    "01-04-2021": (date(2021, 4, 1), None),
    "01.04.2021": (date(2021, 4, 1), None),
    "1er avril 2021": (date(2021, 4, 1), None),
    "3 août 2021": (date(2021, 8, 3), None),
    "2021-04-01 00:00:00": (date(2021, 4, 1), None),
    "01/04/21": (date(2021, 4, 1), "valeur-interpretee"),
    "01/04/98": (date(1998, 4, 1), "valeur-interpretee"),
    "44287": (date(2021, 4, 1), "valeur-interpretee"),
    "20210401": (date(2021, 4, 1), "valeur-interpretee"),
    "2021-04-01 14:30": (date(2021, 4, 1), "valeur-interpretee"),
}


@pytest.mark.parametrize(("texte", "attendu"), DATES.items())
def test_dates(tmp_path: Path, texte: str, attendu: tuple[date, str | None]) -> None:
    lue, anomalies, acceptee = lire_cellule(tmp_path, "jour", texte)
    assert lue == attendu[0]
    assert [a.regle for a in anomalies] == ([attendu[1]] if attendu[1] else [])
    assert acceptee


@pytest.mark.parametrize(
    "texte", ["31/02/2021", "04/31/2021", "2021", "avril 2021", "2021-13-01", "1/4/202", "999999"]
)
def test_dates_out_of_the_calendar(tmp_path: Path, texte: str) -> None:
    lue, anomalies, acceptee = lire_cellule(tmp_path, "jour", texte)
    assert (lue, acceptee, [a.regle for a in anomalies]) == (None, False, ["type"])
    assert "jour/mois/année" in anomalies[0].phrase


FINESS = {
    "210780581": ("210780581", None),
    "2a0000014": ("2A0000014", None),
    "21 078 0581": ("210780581", None),
    "10780581": ("010780581", "zero-restitue"),
    "210780581.0": ("210780581", "valeur-interpretee"),
}


@pytest.mark.parametrize(("texte", "attendu"), FINESS.items())
def test_finess(tmp_path: Path, texte: str, attendu: tuple[str, str | None]) -> None:
    lue, anomalies, acceptee = lire_cellule(tmp_path, "finess", texte)
    assert lue == attendu[0]
    assert [a.regle for a in anomalies] == ([attendu[1]] if attendu[1] else [])
    assert acceptee


@pytest.mark.parametrize(
    ("texte", "regle"), {"1078058": "motif", "2,1078E+08": "code-abrege", "210-780-81": "motif"}.items()
)
def test_lost_finess(tmp_path: Path, texte: str, regle: str) -> None:
    _, anomalies, acceptee = lire_cellule(tmp_path, "finess", texte)
    assert ([a.regle for a in anomalies], acceptee) == ([regle], False)


@pytest.mark.parametrize("texte", ["3,4E+12", "3.40123E+12", "1E+15"])
def test_shortened_codes_are_lost(tmp_path: Path, texte: str) -> None:
    lue, anomalies, acceptee = lire_cellule(tmp_path, "code", texte)
    assert lue is None
    assert not acceptee
    assert anomalies[0].regle == "code-abrege"
    assert "format Texte" in anomalies[0].phrase


@pytest.mark.parametrize("texte", ["NC", "nc", "N/A", "-", "–", "néant", "NEANT", "Néant"])
@pytest.mark.parametrize("champ", ["montant_ttc", "jour", "note", "role", "annee"])
def test_words_of_absence(tmp_path: Path, champ: str, texte: str) -> None:
    lue, anomalies, acceptee = lire_cellule(tmp_path, champ, texte)
    assert (lue, acceptee) == (None, True)
    assert [(a.regle, a.gravite) for a in anomalies] == [("valeur-absente", "information")]


def test_absence_in_a_required_column_is_a_refusal(tmp_path: Path) -> None:
    lue, anomalies, acceptee = lire_cellule(tmp_path, "finess", "NC")
    assert (lue, acceptee, [a.regle for a in anomalies]) == (None, False, ["requis"])
    assert anomalies[0].valeur == "NC"


@pytest.mark.parametrize("texte", ["#REF!", "#N/A", "#VALEUR!", "#DIV/0!", "#NOM?", "#####", "Err:502"])
def test_errors_of_the_spreadsheet(tmp_path: Path, texte: str) -> None:
    lue, anomalies, acceptee = lire_cellule(tmp_path, "montant_ttc", texte)
    assert (lue, acceptee) == (None, False)
    assert [(a.regle, a.gravite) for a in anomalies] == [("erreur-tableur", "refus")]


def test_error_in_an_optional_text_is_to_check(tmp_path: Path) -> None:
    lue, anomalies, acceptee = lire_cellule(tmp_path, "note", "#REF!")
    assert (lue, acceptee) == (None, True)
    assert [(a.regle, a.gravite) for a in anomalies] == [("erreur-tableur", "controle")]


@pytest.mark.parametrize(
    ("champ", "texte", "valeur"),
    [("role", "Support", "support"), ("role", "PARTIE ", "partie"), ("niveau", "Régional", "REGIONAL")],
)
def test_lists_ignore_case_accents_and_spaces(tmp_path: Path, champ: str, texte: str, valeur: str) -> None:
    assert lire_cellule(tmp_path, champ, texte) == (valeur, [], True)


def test_value_outside_the_list_names_the_choices(tmp_path: Path) -> None:
    lue, anomalies, acceptee = lire_cellule(tmp_path, "role", "chef")
    assert (lue, acceptee, anomalies[0].regle) == (None, False, "enumeration")
    assert "« support » ou « partie »" in anomalies[0].phrase


@pytest.mark.parametrize(
    ("texte", "regle"), {"1999": "minimum", "2101": "maximum", "2021,5": "type", "x": "type"}.items()
)
def test_bounds_of_whole_numbers(tmp_path: Path, texte: str, regle: str) -> None:
    _, anomalies, acceptee = lire_cellule(tmp_path, "annee", texte)
    assert ([a.regle for a in anomalies], acceptee) == ([regle], False)


@pytest.mark.parametrize(("texte", "valeur"), {"oui": True, "Non": False, "VRAI": True, "0": False}.items())
def test_booleans(tmp_path: Path, texte: str, valeur: bool) -> None:
    assert lire_cellule(tmp_path, "actif", texte) == (valeur, [], True)


def test_duplicates_are_refused_after_the_first(tmp_path: Path) -> None:
    lignes = [ENTETE, rangee(code="A"), rangee(code="B"), rangee(code="A"), rangee(code="A")]
    lecture = lire_ici(csv(tmp_path / "f.csv", lignes))
    assert [(a.ligne, a.regle) for a in lecture.anomalies] == [(4, "unique"), (5, "unique")]
    assert "ligne 2" in lecture.anomalies[0].phrase
    assert (lecture.lues, lecture.acceptees, lecture.ecartees) == (4, 2, 2)


def test_huge_numbers_are_refused_not_rounded(tmp_path: Path) -> None:
    lue, anomalies, acceptee = lire_cellule(tmp_path, "montant_ttc", "9" * 40)
    assert (lue, acceptee, [a.regle for a in anomalies]) == (None, False, ["type"])


def test_every_rule_met_is_listed(tmp_path: Path) -> None:
    from fanal.depots.formats import REGLES_LECTURE, REGLES_STANDARD

    connues = {r[0] for r in (*REGLES_STANDARD, *REGLES_LECTURE)}
    lignes = [
        [*ENTETE, "inconnue"],
        [*rangee(montant_ttc="(5)", jour="x", role="z", annee="1", taux="5 %", note="-"), "v"],
        [*rangee(montant_ttc="12.000", finess="10780581", annee="9999"), None],
        [*rangee(code="3,4E+12", finess="!", actif="#N/A"), None, "de trop"],
        ["TOTAL"],
        rangee(code=None),
    ]
    lecture = lire_ici(csv(tmp_path / "f.csv", lignes), essai())
    assert {a.regle for a in lecture.anomalies} <= connues
    assert len({a.regle for a in lecture.anomalies}) >= 14
