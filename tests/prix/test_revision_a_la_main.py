"""Revision cases that a buyer can redo with a pocket calculator: the arithmetic is written beside each."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from fanal.prix.compute.clause import Clause
from fanal.prix.compute.revision import LignePrix, Revision, reviser
from fanal.prix.compute.series import Point, Serie
from fanal.prix.rules.definition import lire_clause
from fanal.prix.rules.document import lire_series
from fanal.refus import Refus

JANVIER_2023 = "2023-01"
BASE = {
    "formule": {
        "fixe": "0.15",
        "termes": [{"indice": "GANTS", "part": "0.50"}, {"indice": "FRET", "part": "0.35"}],
    },
    "mois_zero": JANVIER_2023,
}
SERIES = lire_series(
    {
        "GANTS": {"2023-01": "100", "2024-01": "110", "2025-01": "121"},
        "FRET": {"2023-01": "80", "2024-01": "84", "2025-01": "76"},
    }
)


def clause(**plus: object) -> Clause:
    return lire_clause({**BASE, **plus})


def revise(le: date, prix: str = "10.00", series: dict[str, Serie] = SERIES, **plus: object) -> Revision:
    return reviser(clause(**plus), series, [LignePrix("1", Decimal(prix))], le)


def test_the_formula_by_hand() -> None:
    """0,15 + 0,50 × 110/100 + 0,35 × 84/80 = 0,15 + 0,55 + 0,3675 = 1,0675; 10,00 € × 1,0675 = 10,675 €,
    rounded to the nearest cent: 10,68 €."""
    found = revise(date(2024, 1, 15))
    assert found.coefficient is not None
    assert found.coefficient.brut == Fraction("1.0675")
    assert [t.produit for t in found.coefficient.termes] == [Fraction("0.55"), Fraction("0.3675")]
    assert found.lignes[0].prix_revise == Decimal("10.68")


def test_the_coefficient_rounded_up_to_three_decimals() -> None:
    """1,0675 is 1,068 rounded up; 25,00 € × 1,068 = 26,70 € (and not 25 × 1,0675 = 26,6875 → 26,69)."""
    found = revise(date(2024, 1, 1), "25.00", arrondi={"coefficient": {"decimales": 3, "sens": "superieur"}})
    assert found.lignes[0].prix_revise == Decimal("26.70")


def test_an_exact_coefficient_is_not_pushed_up() -> None:
    """1,0675 has four decimals: rounding it up to four leaves it."""
    found = revise(date(2024, 1, 1), arrondi={"coefficient": {"decimales": 4, "sens": "superieur"}})
    assert found.coefficient is not None and found.coefficient.arrondi == Fraction("1.0675")


def test_prices_go_down_too() -> None:
    """GANTS 100 → 90, FRET unchanged: 0,15 + 0,50 × 0,90 + 0,35 = 0,95; 8,40 € × 0,95 = 7,98 €."""
    series = lire_series({"GANTS": {"2023-01": 100, "2024-01": 90}, "FRET": {"2023-01": 80, "2024-01": 80}})
    assert revise(date(2024, 1, 1), "8.40", series).lignes[0].prix_revise == Decimal("7.98")


def test_a_formula_without_fixed_part() -> None:
    """P = P0 × GANTS/GANTS₀ = 12,00 € × 110/100 = 13,20 €: a fixed part is no longer compulsory."""
    bare = {"formule": {"termes": [{"indice": "GANTS", "part": 1}]}}
    assert revise(date(2024, 1, 1), "12.00", **bare).lignes[0].prix_revise == Decimal("13.20")


def test_the_cap_holds_on_the_price_in_force() -> None:
    """Formula: 10,68 €. Cap: 10,00 € + 3 % = 10,30 €."""
    found = revise(date(2024, 1, 1), butoir="0.03")
    assert found.plafonne
    assert found.lignes[0].prix_revise == Decimal("10.30")
    assert "butoir : 10,00" in found.lignes[0].phrase


def test_the_cap_starts_from_last_years_price() -> None:
    """2025: 0,15 + 0,50 × 121/100 + 0,35 × 76/80 = 0,15 + 0,605 + 0,3325 = 1,0875 → 10,875 → 10,88 €.
    The price in force is last year's capped 10,30 €; 10,30 € × 1,03 = 10,609 €, so at most 10,60 €."""
    line = LignePrix("1", Decimal("10.00"), prix_en_vigueur=Decimal("10.30"))
    found = reviser(clause(butoir="0.03"), SERIES, [line], date(2025, 1, 1), Fraction("1.03"))
    assert found.lignes[0].prix_formule == Decimal("10.88")
    assert found.lignes[0].prix_revise == Decimal("10.60")


def test_the_cap_may_hold_on_the_initial_price() -> None:
    """Against the initial price: 10,00 € × 1,03 = 10,30 € whatever is in force."""
    line = LignePrix("1", Decimal("10.00"), prix_en_vigueur=Decimal("10.20"))
    capped = clause(butoir={"hausse": "0.03", "reference": "initial"})
    assert reviser(capped, SERIES, [line], date(2025, 1, 1)).lignes[0].prix_revise == Decimal("10.30")


def test_safeguard_threshold_and_floor() -> None:
    """+6,75 % passes a safeguard of 5 %, not one of 6,75 %; it is under a threshold of 7 %, not of 6,75 %."""
    for bound, passed in (("0.05", True), ("0.0675", False)):
        found = revise(date(2024, 1, 1), sauvegarde=bound).coefficient
        assert found is not None and found.sauvegarde is passed
    assert revise(date(2024, 1, 1), seuil="0.07").lignes[0].prix_revise == Decimal("10.00")
    assert revise(date(2024, 1, 1), seuil="0.0675").lignes[0].prix_revise == Decimal("10.68")
    down = lire_series({"GANTS": {"2023-01": 100, "2024-01": 50}, "FRET": {"2023-01": 80, "2024-01": 80}})
    # 0,15 + 0,25 + 0,35 = 0,75: the floor of 0,90 makes it 9,00 €.
    assert revise(date(2024, 1, 1), series=down, plancher="0.9").lignes[0].prix_revise == Decimal("9.00")
    # A fall capped at 10 %: 10,00 € × 0,90 = 9,00 €.
    assert revise(date(2024, 1, 1), series=down, butoir={"baisse": "0.1"}).lignes[0].prix_revise == Decimal(
        "9.00"
    )


def test_expired_lines_never_move() -> None:
    lines = [
        LignePrix("échue", Decimal("4.00"), fin=date(2023, 12, 31)),
        LignePrix("dernier jour", Decimal("4.00"), fin=date(2024, 1, 1)),
        LignePrix("sans fin", Decimal("4.00")),
    ]
    found = reviser(clause(), SERIES, lines, date(2024, 1, 1))
    assert [(line.etat, line.prix_revise) for line in found.lignes] == [
        ("echue", Decimal("4.00")),
        ("revisee", Decimal("4.27")),
        ("revisee", Decimal("4.27")),
    ]
    assert "échue le 31/12/2023" in found.lignes[0].phrase


def test_only_the_lines_of_the_clause() -> None:
    lines = [LignePrix("1", Decimal(4)), LignePrix("2", Decimal(4))]
    found = reviser(clause(lignes=["2"]), SERIES, lines, date(2024, 1, 1))
    assert [line.etat for line in found.lignes] == ["non_visee", "revisee"]


def test_the_dates_of_revision() -> None:
    """Yearly from 1 July 2024: nothing before; from then on the last date on or before the day asked."""
    when = {"periodicite": {"mois": 12, "premiere": "2024-01-01"}}
    assert revise(date(2023, 12, 31), **when).coefficient is None
    for asked, expected in ((date(2024, 6, 30), date(2024, 1, 1)), (date(2025, 1, 1), date(2025, 1, 1))):
        found = revise(asked, **when).coefficient
        assert found is not None and found.le == expected


def test_the_end_of_a_short_month() -> None:
    """Every month from 31 January: 29 February in 2024, then 31 March."""
    from fanal.prix.compute.clause import rang_de_revision

    value = clause(periodicite={"mois": 1, "premiere": "2024-01-31"})
    assert [rang_de_revision(value, n) for n in range(3)] == [
        date(2024, 1, 31),
        date(2024, 2, 29),
        date(2024, 3, 31),
    ]


CONNUS = {
    "GANTS": Serie(
        "GANTS",
        (
            Point(date(2023, 1, 1), Decimal(100), date(2023, 2, 28)),
            Point(date(2023, 11, 1), Decimal(105), date(2023, 12, 29)),
            Point(date(2023, 12, 1), Decimal(108), date(2024, 1, 31)),
        ),
    )
}
SEUL = {"formule": {"termes": [{"indice": "GANTS", "part": 1}]}, "lecture": "dernier_connu"}


@pytest.mark.parametrize(
    ("le", "prix"),
    [(date(2024, 1, 30), "10.50"), (date(2024, 1, 31), "10.80"), (date(2023, 12, 29), "10.50")],
)
def test_the_last_index_known_at_the_date(le: date, prix: str) -> None:
    """December is published on 31 January: the day before, November (105) is the last known."""
    assert revise(le, series=CONNUS, **SEUL).lignes[0].prix_revise == Decimal(prix)


def test_nothing_known_before_the_first_publication() -> None:
    with pytest.raises(Refus, match="Aucune valeur de l'indice « GANTS » n'est connue au 27/02/2023"):
        revise(date(2023, 2, 27), series=CONNUS, **SEUL)


def test_the_average_of_three_months() -> None:
    """Zero: (99 + 100 + 101)/3 = 100. Now, a month before: (102 + 105 + 108)/3 = 105. 10,00 € → 10,50 €."""
    months = {"2022-11": 99, "2022-12": 100, "2023-01": 101, "2023-10": 102, "2023-11": 105, "2023-12": 108}
    found = revise(
        date(2024, 1, 1),
        series=lire_series({"GANTS": months}),
        formule={"termes": [{"indice": "GANTS", "part": 1}]},
        lecture={"mode": "moyenne", "mois": 3, "decalage": 1},
    )
    assert found.lignes[0].prix_revise == Decimal("10.50")


def test_missing_months_are_named() -> None:
    with pytest.raises(Refus, match=r"« GANTS » n'a pas de valeur pour mars 2024\. Valeurs connues de"):
        revise(date(2024, 3, 1))


def test_chaining_on_a_new_base() -> None:
    """The old series stops in 2023; the new one (base 100 in 2023) has 104 in January 2024 and a coefficient
    of 1,25: 104 × 1,25 = 130 in the old base. 130 / 120 = 1,0833…; 12,00 € × 1,0833… = 13,00 €."""
    series = lire_series(
        {
            "VIEUX": {"valeurs": {"2023-01": 120}},
            "NEUF": {"valeurs": {"2024-01": 104}, "suite_de": "VIEUX", "coefficient": "1.25"},
        }
    )
    old = {"formule": {"termes": [{"indice": "VIEUX", "part": 1}]}}
    assert revise(date(2024, 1, 1), "12.00", series, **old).lignes[0].prix_revise == Decimal("13.00")
    # The clause that names the new series reads its month zero on the old one: 120 / 1,25 = 96; 104 / 96.
    new = {"formule": {"termes": [{"indice": "NEUF", "part": 1}]}}
    assert revise(date(2024, 1, 1), "12.00", series, **new).lignes[0].prix_revise == Decimal("13.00")


def test_a_series_replaced_without_coefficient_says_so() -> None:
    series = lire_series(
        {"VIEUX": {"2023-01": 120}, "NEUF": {"valeurs": {"2024-01": 104}, "suite_de": "VIEUX"}}
    )
    with pytest.raises(Refus, match="saisissez son coefficient de raccordement"):
        revise(date(2024, 1, 1), series=series, formule={"termes": [{"indice": "VIEUX", "part": 1}]})


def test_the_date_of_effect_may_be_the_next_month() -> None:
    found = revise(date(2024, 1, 15), effet="mois_suivant").coefficient
    assert found is not None and found.effet == date(2024, 2, 1)
