"""Person-days laid on months: nothing is lost, against a day-by-day reading."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from fanal.procedures.compute.charge import (
    Travail,
    charge_par_defaut,
    jours_par_mois,
    par_fonction,
    repartir_charge,
)

BAREME = {"formalisee": "25", "adaptee": "12", "directe": "4", "lot_supplementaire": "2"}
jours = st.dates(date(2024, 1, 1), date(2030, 12, 31))
charges = st.integers(0, 5000).map(lambda n: Decimal(n) / 10)


def test_by_hand() -> None:
    """From 21 January to 10 February: 11 and 10 days; 21 days of work give 11 and 10."""
    assert repartir_charge(Decimal(21), date(2026, 1, 21), date(2026, 2, 10)) == {
        (2026, 1): Decimal(11),
        (2026, 2): Decimal(10),
    }


@given(jours, st.integers(0, 1500))
def test_months_count_every_day_once(debut: date, duree: int) -> None:
    fin = debut + timedelta(days=duree)
    naif: dict[tuple[int, int], int] = {}
    for i in range(duree + 1):
        jour = debut + timedelta(days=i)
        naif[(jour.year, jour.month)] = naif.get((jour.year, jour.month), 0) + 1
    assert jours_par_mois(debut, fin) == naif


@given(charges, jours, st.integers(0, 1500))
def test_shares_sum_to_the_whole(charge: Decimal, debut: date, duree: int) -> None:
    parts = repartir_charge(charge, debut, debut + timedelta(days=duree))
    assert sum(parts.values()) == charge
    total = duree + 1
    for mois, part in parts.items():
        exact = charge * jours_par_mois(debut, debut + timedelta(days=duree))[mois] / total
        assert abs(part - exact) < Decimal("0.1")


@given(st.lists(st.tuples(st.sampled_from("AB"), charges, jours, st.integers(0, 400)), max_size=6))
def test_functions_keep_their_own_work(travaux: list[tuple[str, Decimal, date, int]]) -> None:
    laid = par_fonction(Travail(f, c, d, d + timedelta(days=n)) for f, c, d, n in travaux)
    for fonction in "AB":
        attendu = sum((c for f, c, _, _ in travaux if f == fonction), Decimal(0))
        assert sum(laid.get(fonction, {}).values(), Decimal(0)) == attendu


def test_default_workload() -> None:
    assert charge_par_defaut("Appel d'offres ouvert", 3, BAREME) == 29
    assert charge_par_defaut("Procédure adaptée", 1, BAREME) == 12
    direct = "Marché passé sans publicité ni mise en concurrence préalable"
    assert charge_par_defaut(direct, 0, BAREME) == 4
