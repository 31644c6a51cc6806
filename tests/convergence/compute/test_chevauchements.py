"""Overlaps against day-by-day counting."""

from datetime import date, timedelta
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from fanal.convergence.compute.chevauchements import Intervalle, concernes, paires, periodes

DEBUT = date(2026, 1, 1)
INTERVALLES = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 25)), max_size=8).map(
    lambda xs: [
        Intervalle(str(i), DEBUT + timedelta(days=a), DEBUT + timedelta(days=a + n))
        for i, (a, n) in enumerate(xs)
    ]
)


def days(i: Intervalle) -> set[date]:
    return {i.du + timedelta(days=n) for n in range((i.au - i.du).days + 1)}


@given(INTERVALLES)
def test_pairs_share_a_day(intervalles: list[Intervalle]) -> None:
    expected = [(a, b) for a, b in combinations(intervalles, 2) if days(a) & days(b)]
    assert paires(intervalles) == len(expected)
    assert concernes(intervalles) == {i.cle for pair in expected for i in pair}


@given(INTERVALLES)
def test_periods_count_the_contracts_of_each_day(intervalles: list[Intervalle]) -> None:
    counted = {
        p.du + timedelta(days=n): p.nombre
        for p in periodes(intervalles)
        for n in range((p.au - p.du).days + 1)
    }
    for n in range(70):
        day = DEBUT + timedelta(days=n)
        running = sum(day in days(i) for i in intervalles)
        assert counted.get(day, running if running < 2 else -1) == running


def test_periods_are_as_long_as_they_can_be() -> None:
    a, b = Intervalle("a", DEBUT, date(2026, 1, 31)), Intervalle("b", date(2026, 1, 10), date(2026, 1, 20))
    assert [(p.du.day, p.au.day, p.nombre) for p in periodes([a, b])] == [(10, 20, 2)]
    c = Intervalle("c", date(2026, 1, 21), date(2026, 1, 25))
    assert [(p.du.day, p.au.day) for p in periodes([a, b, c])] == [(10, 25)]
