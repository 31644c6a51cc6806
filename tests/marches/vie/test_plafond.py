"""Ceilings and their projection: hand-computed, then against a naive count day by day."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.marches.compute.plafond import (
    ATTEINT,
    CALME,
    DEPASSE,
    SANS_MAXIMUM,
    SEUIL,
    Methode,
    jauge,
    projection,
    rythme,
)

D = Decimal
SEUILS = (D("0.70"), D("0.85"), D("0.95"))
LE = date(2026, 1, 1)


@pytest.mark.parametrize(
    ("used", "niveau", "seuil"),
    [
        ("69999.99", CALME, None),
        ("70000", SEUIL, D("0.70")),
        ("84999.99", SEUIL, D("0.70")),
        ("85000", SEUIL, D("0.85")),
        ("95000", SEUIL, D("0.95")),
        ("100000", ATTEINT, D("0.95")),
        ("100000.01", DEPASSE, D("0.95")),
    ],
)
def test_levels(used: str, niveau: str, seuil: Decimal | None) -> None:
    gauge = jauge(D(100_000), D(used), SEUILS)
    assert (gauge.niveau, gauge.seuil) == (niveau, seuil)
    assert gauge.reste == D(100_000) - D(used)


def test_no_maximum_is_not_zero() -> None:
    assert jauge(None, D(5), SEUILS).niveau == SANS_MAXIMUM
    assert jauge(D(0), D(0), SEUILS).niveau == ATTEINT


def test_a_steady_pace_gives_the_day_by_hand() -> None:
    """100 € a day for a whole year, 36 500 € left: 365 days more."""
    points = [(LE - timedelta(days=i), D(100)) for i in range(365)]
    day = projection(points, maximum=D(73_000), debut=LE - timedelta(days=364), le=LE, methode=Methode())
    assert day == LE + timedelta(days=365)


def test_recent_orders_weigh_more() -> None:
    """Weights 3, 2, 1 over a three-day window: (3×60 + 2×30 + 1×0) ÷ 6 = 40 € a day; 200 € left, 5 days."""
    method = Methode(fenetre_jours=3, observation_minimale_jours=1)
    points = [(LE, D(60)), (LE - timedelta(days=1), D(30))]
    assert rythme(points, debut=None, le=LE, methode=method) == Fraction(
        3 * 60 + 2 * 30, 3 + 2
    )  # two days seen only
    points.append((LE - timedelta(days=2), D("0.00")))
    pace = rythme(points, debut=LE - timedelta(days=2), le=LE, methode=method)
    assert pace == 40
    assert projection(
        points, maximum=D(290), debut=LE - timedelta(days=2), le=LE, methode=method
    ) == LE + timedelta(days=5)


def test_too_little_is_known_to_project() -> None:
    points = [(LE, D(100))]
    assert (
        projection(points, maximum=D(1000), debut=LE - timedelta(days=10), le=LE, methode=Methode()) is None
    )
    assert projection([], maximum=D(1000), debut=date(2020, 1, 1), le=LE, methode=Methode()) is None
    assert projection(points, maximum=None, debut=LE, le=LE, methode=Methode()) is None
    old = [(LE - timedelta(days=800), D(100))]
    assert projection(old, maximum=D(1000), debut=None, le=LE, methode=Methode()) is None, (
        "nothing ordered lately"
    )


def test_a_maximum_passed_says_since_when() -> None:
    points = [(date(2025, 3, 1), D(60)), (date(2025, 5, 1), D(50)), (date(2025, 7, 1), D(10))]
    assert projection(points, maximum=D(100), debut=None, le=LE, methode=Methode()) == date(2025, 5, 1)
    taken_back = [*points, (date(2025, 8, 1), D(-40)), (date(2025, 9, 1), D(30))]
    assert projection(taken_back, maximum=D(100), debut=None, le=LE, methode=Methode()) == date(2025, 9, 1)


def naive(points: list[tuple[date, Decimal]], maximum: Decimal, debut: date, window: int) -> date | None:
    """Day by day, in plain fractions, walking forward until the money runs out."""
    used = sum((a for d, a in points if d <= LE), D(0))
    top = bottom = Fraction(0)
    day, weight = LE, window
    while weight > 0 and day >= debut:
        top += weight * sum((Fraction(a) for d, a in points if d == day), Fraction(0))
        bottom += weight
        day -= timedelta(days=1)
        weight -= 1
    pace = top / bottom
    if pace <= 0:
        return None
    left, day = Fraction(maximum - used), LE
    while left > 0:
        left -= pace
        day += timedelta(days=1)
        if (day - LE).days > 3000:
            return None
    return day


@given(
    jours=st.lists(st.tuples(st.integers(0, 500), st.integers(1, 500)), min_size=1, max_size=25),
    seen=st.integers(30, 500),
    left=st.integers(1, 20_000),
)
def test_projection_equals_the_naive_one(jours: list[tuple[int, int]], seen: int, left: int) -> None:
    debut = LE - timedelta(days=seen - 1)
    points = [(LE - timedelta(days=d), D(a)) for d, a in jours]
    maximum = sum((a for _, a in points), D(0)) + left
    method = Methode(fenetre_jours=365, observation_minimale_jours=30)
    inside = [(d, a) for d, a in points if d >= debut]
    expected = naive(inside, maximum - sum((a for d, a in points if d < debut), D(0)), debut, 365)
    found = projection(points, maximum=maximum, debut=debut, le=LE, methode=method)
    if expected is not None:
        assert found == expected
    else:
        assert found is None or (found - LE).days > 3000
