"""The twelve months of a gain: readable cases, leap years, and cents that always add up."""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.achats.compute import RegleGains, couper, fenetre
from fanal.achats.compute.fenetre import part_expr, temps_expr

JOURS, MOIS = RegleGains(), RegleGains(unite_fenetre="mois")
DATES = st.dates(date(2015, 1, 1), date(2032, 12, 31))
CENTIMES = st.integers(-(10**13), 10**13)


@pytest.mark.parametrize(
    ("debut", "fin", "jours", "dans_l_annee", "mois"),
    [
        (date(2021, 1, 1), date(2022, 1, 1), 365, 365, 12),
        (date(2021, 4, 1), date(2022, 4, 1), 365, 275, 9),
        (date(2021, 12, 31), date(2022, 12, 31), 365, 1, 1),
        (date(2020, 1, 1), date(2021, 1, 1), 366, 366, 12),
        (date(2020, 2, 29), date(2021, 2, 28), 365, 307, 11),
        (date(2019, 3, 1), date(2020, 3, 1), 366, 306, 10),
        (date(2019, 2, 28), date(2020, 2, 28), 365, 307, 11),
        (date(2020, 12, 31), date(2021, 12, 31), 365, 1, 1),
    ],
)
def test_windows(debut: date, fin: date, jours: int, dans_l_annee: int, mois: int) -> None:
    f = fenetre(debut)
    assert (f.fin, f.jours, f.jours_annee, f.mois_annee) == (fin, jours, dans_l_annee, mois)
    assert f.jours_annee + f.jours_suivante == f.jours
    assert f.mois_annee + f.mois_suivante == 12


@pytest.mark.parametrize(
    ("gain", "debut", "annee", "suivante"),
    [
        # A buyer can check: 12 000 € from 1 April 2021, 275 days of 365 in 2021.
        ("12000.00", date(2021, 4, 1), "9041.10", "2958.90"),
        ("12000.00", date(2021, 1, 1), "12000.00", "0.00"),
        ("365.00", date(2021, 12, 31), "1.00", "364.00"),
        ("-12000.00", date(2021, 4, 1), "-9041.10", "-2958.90"),
        # Half a cent goes up, away from zero: a loss mirrors a gain.
        ("0.01", date(2020, 7, 2), "0.01", "0.00"),
        ("-0.01", date(2020, 7, 2), "-0.01", "0.00"),
        ("0.00", date(2021, 4, 1), "0.00", "0.00"),
    ],
)
def test_shares_by_days(gain: str, debut: date, annee: str, suivante: str) -> None:
    part = couper(Decimal(gain), debut, regle=JOURS)
    assert (str(part.annee), str(part.suivante)) == (annee, suivante)


def test_shares_by_months_is_another_rule_set() -> None:
    part = couper(Decimal(12000), date(2021, 4, 15), regle=MOIS)
    assert (part.annee, part.suivante) == (9000, 3000)


@given(CENTIMES, DATES)
def test_parts_add_up_and_mirror(centimes: int, debut: date) -> None:
    gain = Decimal(centimes).scaleb(-2)
    part, oppose = couper(gain, debut, regle=JOURS), couper(-gain, debut, regle=JOURS)
    assert part.annee + part.suivante == gain
    assert (oppose.annee, oppose.suivante) == (-part.annee, -part.suivante)
    assert part.annee == part.annee.quantize(Decimal("0.01"))
    assert abs(part.annee) <= abs(gain)


@given(st.integers(0, 10**12), DATES)
def test_a_later_order_brings_less_to_its_year(centimes: int, debut: date) -> None:
    demain = debut + timedelta(days=1)
    if demain.year == debut.year:
        gain = Decimal(centimes).scaleb(-2)
        # One cent of slack: on the eve of a leap day the window itself is one day longer.
        avant, apres = couper(gain, debut, regle=JOURS).annee, couper(gain, demain, regle=JOURS).annee
        assert apres <= avant + Decimal("0.01")


@given(st.integers(0, 10**12), st.integers(0, 10**10), DATES)
def test_a_larger_gain_brings_more_to_each_year(centimes: int, de_plus: int, debut: date) -> None:
    petit = couper(Decimal(centimes).scaleb(-2), debut, regle=JOURS)
    grand = couper(Decimal(centimes + de_plus).scaleb(-2), debut, regle=JOURS)
    assert petit.annee <= grand.annee
    assert petit.suivante <= grand.suivante


@given(st.lists(st.tuples(CENTIMES, DATES), min_size=1, max_size=20), st.sampled_from([JOURS, MOIS]))
def test_the_column_equals_the_decimal(lignes: list[tuple[int, date]], regle: RegleGains) -> None:
    frame = pl.DataFrame(lignes, schema={"g": pl.Int64, "d": pl.Date}, orient="row")
    parts = frame.select(part_expr(pl.col("g"), *temps_expr(pl.col("d"), regle=regle))).to_series().to_list()
    assert parts == [int(couper(Decimal(g).scaleb(-2), d, regle=regle).annee * 100) for g, d in lignes]


def test_every_day_of_a_leap_cycle_counts_the_days_one_by_one() -> None:
    jour = date(2019, 1, 1)
    while jour < date(2021, 3, 2):
        f = fenetre(jour)
        compte = sum((jour + timedelta(days=i)).year == jour.year for i in range(f.jours))
        assert compte == f.jours_annee, jour
        attendu = (Decimal(10**6) * compte / f.jours).quantize(Decimal("0.01"), ROUND_HALF_UP)
        assert couper(Decimal(10**6), jour, regle=JOURS).annee == attendu
        jour += timedelta(days=1)


def test_rule_set_refuses_what_it_cannot_do() -> None:
    with pytest.raises(ValueError, match="trois années"):
        RegleGains(fenetre_mois=13)
    with pytest.raises(ValueError, match="jour ou en mois"):
        RegleGains(unite_fenetre="semaine")
