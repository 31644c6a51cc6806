"""Milestones backwards from the need."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.procedures.compute.retroplanning import lancement, retroplanning
from fanal.procedures.queries.droit import delais
from fanal.procedures.rules.droit import PROCEDURES

LE = date(2026, 5, 2)


@pytest.mark.parametrize(
    ("procedure", "days"),
    [
        # 45 survey, 60 writing, 5 publicity, 30 offers, 45 analysis, 15 award, 11 standstill, 30 start.
        ("Appel d'offres ouvert", 45 + 60 + 5 + 30 + 45 + 15 + 11 + 30),
        ("Appel d'offres restreint", 45 + 60 + 5 + 30 + 25 + 45 + 15 + 11 + 30),
        ("Procédure adaptée", 45 + 60 + 5 + 21 + 45 + 15 + 30),
        ("Marché passé sans publicité ni mise en concurrence préalable", 45 + 60 + 45 + 15 + 30),
    ],
)
def test_total(procedure: str, days: int) -> None:
    assert delais(procedure, LE).total_jours == days


@given(st.sampled_from(PROCEDURES), st.dates(date(2026, 1, 1), date(2040, 1, 1)))
def test_milestones_are_in_order_and_end_on_the_need(procedure: str, need: date) -> None:
    given_ = delais(procedure, LE)
    found = retroplanning(date_besoin=need, delais=given_)
    assert [j.le for j in found] == sorted(j.le for j in found)
    assert found[-1].le == need
    for step, one, other in zip(given_.etapes, found, found[1:], strict=False):
        assert other.le - one.le == timedelta(days=step.jours)
    launched = lancement(found)
    assert launched is not None
    assert found[0].le < launched < need
