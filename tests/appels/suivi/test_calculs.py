"""Progress, due dates, schedules and spread: cases by hand, and second computations written naively."""

import statistics
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.appels.compute.comparaison import dispersion, evolution, place
from fanal.appels.compute.suivi import avancement, echeance_de, echeancier, etat_jalon, replanifier

D = Decimal
valeurs = st.decimals(min_value=-1000, max_value=1000, places=2, allow_nan=False)
montants = st.integers(min_value=1, max_value=10**10).map(lambda c: D(c) / 100)


@pytest.mark.parametrize(
    ("depart", "cible", "mesure", "sens", "part", "atteint"),
    [
        ("20", "80", "50", "hausse", "0.5", False),
        ("20", "80", "80", "hausse", "1", True),
        ("20", "80", "95", "hausse", "1.25", True),
        ("20", "80", "5", "hausse", "-0.25", False),
        ("10", "4", "7", "baisse", "0.5", False),
        ("10", "4", "1", "baisse", "1.5", True),
        ("10", "4", "13", "baisse", "-0.5", False),
        ("10", "20", "15", "neutre", "0.5", False),
        ("10", "20", "30", "neutre", "0", False),
        ("10", "20", "20", "neutre", "1", True),
        ("10", "10", "10", "hausse", None, True),
        # A target on the wrong side of the start: a threshold not to cross.
        ("10", "8", "9", "hausse", None, True),
        ("10", "8", "7", "hausse", None, False),
        (None, "8", "9", "hausse", None, True),
        ("10", None, "9", "hausse", None, None),
        ("10", "8", None, "hausse", None, None),
    ],
)
def test_progress_by_hand(
    depart: str | None,
    cible: str | None,
    mesure: str | None,
    sens: str,
    part: str | None,
    atteint: bool | None,
) -> None:
    lus = [None if v is None else D(v) for v in (depart, cible, mesure)]
    found = avancement(lus[0], lus[1], lus[2], sens)
    assert found.part == (None if part is None else D(part))
    assert found.atteint is atteint


@given(valeurs, valeurs, valeurs, st.sampled_from(["hausse", "baisse", "neutre"]))
def test_progress_keeps_its_bounds(depart: Decimal, cible: Decimal, mesure: Decimal, sens: str) -> None:
    """1 at the target and 0 at the start; a neutral indicator never passes 1; met means at least 1."""
    assert avancement(depart, cible, depart, sens).part in (None, 0)
    assert avancement(depart, cible, cible, sens).part in (None, 1)
    found = avancement(depart, cible, mesure, sens)
    if found.part is None:
        return
    if sens == "neutre":
        assert found.part <= 1
    else:
        exact = Fraction(mesure - depart) / Fraction(cible - depart)
        assert abs(Fraction(found.part) - exact) < Fraction(1, 10**20)
        assert found.atteint == (exact >= 1)


@given(montants, st.lists(st.integers(min_value=1, max_value=1000), min_size=1, max_size=12))
def test_a_schedule_adds_up_to_the_cent(montant: Decimal, parts: list[int]) -> None:
    paiements = echeancier(montant, [D(p) / 10 for p in parts])
    assert sum(paiements) == montant
    for paiement, part in zip(paiements, parts, strict=True):
        exact = Fraction(montant) * part / sum(parts)
        assert abs(Fraction(paiement) - exact) < Fraction(1, 100)


def test_a_schedule_by_hand() -> None:
    assert echeancier(D("100.00"), [D(1), D(1), D(1)]) == [D("33.34"), D("33.33"), D("33.33")]
    assert echeancier(D("99999.99"), [D("30"), D("70")]) == [D("30000.00"), D("69999.99")]
    with pytest.raises(ValueError, match="Aucun poids positif"):
        echeancier(D("1"), [D(0)])


@given(montants, st.lists(montants, min_size=1, max_size=6))
def test_planned_payments_never_pass_what_is_left(disponible: Decimal, planifies: list[Decimal]) -> None:
    nouveaux = replanifier(disponible, planifies)
    assert sum(nouveaux) == min(disponible, sum(planifies))
    assert all(n <= p for n, p in zip(nouveaux, planifies, strict=True)) or sum(nouveaux) < sum(planifies)


@given(st.lists(valeurs, min_size=2, max_size=30))
def test_quartiles_are_those_of_the_standard_library(lues: list[Decimal]) -> None:
    found = dispersion(lues)
    q1, q2, q3 = statistics.quantiles([Fraction(v) for v in lues], n=4, method="inclusive")
    assert Fraction(found.mediane) == q2  # type: ignore[arg-type]
    if len(lues) >= 4:
        assert (Fraction(found.q1), Fraction(found.q3)) == (q1, q3)  # type: ignore[arg-type]
        assert found.minimum <= found.q1 <= found.mediane <= found.q3 <= found.maximum  # type: ignore[operator]
    else:
        assert found.q1 is None
        assert found.q3 is None
    assert found.etendue == max(lues) - min(lues)


def test_the_mean_hides_what_the_spread_shows() -> None:
    serres, disperses = [D(50)] * 4, [D(0), D(0), D(100), D(100)]
    assert dispersion(serres).moyenne == dispersion(disperses).moyenne
    assert dispersion(serres).interquartile == 0
    assert dispersion(disperses).interquartile == 100
    assert dispersion([]).nombre == 0
    assert dispersion([]).etendue is None


def test_place_follows_the_direction() -> None:
    spread = dispersion([D(n) for n in (10, 20, 30, 40, 50)])
    assert "plus avancé" in place(D(50), spread, "hausse")
    assert "moins avancé" in place(D(50), spread, "baisse")
    assert "plus haut" in place(D(50), spread, "neutre")
    assert "centrale" in place(D(30), spread, "baisse")
    assert "trop peu" in place(D(1), dispersion([D(1)]), "hausse")


def test_own_past() -> None:
    jour = date(2022, 1, 1)
    found = evolution({jour: D(3), jour + timedelta(days=9): D(8), jour - timedelta(days=9): D(1)})
    assert (found.precedente, found.derniere, found.ecart) == (D(3), D(8), D(5))
    assert evolution({jour: D(3)}).ecart is None
    assert evolution({}).derniere is None


@pytest.mark.parametrize(
    ("jours", "atteint", "etat"),
    [
        (0, None, "proche"),
        (60, None, "proche"),
        (61, None, "a_venir"),
        (-1, None, "en_retard"),
        (-1, -1, "atteint"),
        (-5, -1, "atteint_tard"),
    ],
)
def test_state_of_a_milestone(jours: int, atteint: int | None, etat: str) -> None:
    le = date(2022, 6, 1)
    fait = None if atteint is None else le + timedelta(days=atteint)
    assert etat_jalon(prevu=le + timedelta(days=jours), atteint=fait, le=le, proche_jours=60) == etat


def test_a_measure_answers_the_nearest_due_date() -> None:
    dates = [date(2022, 6, 30), date(2022, 12, 31)]
    assert echeance_de(date(2022, 7, 10), dates) == dates[0]
    assert echeance_de(date(2022, 12, 1), dates) == dates[1]
    assert echeance_de(date(2022, 12, 1), []) is None
    # 92 days from each: the earlier one.
    assert echeance_de(date(2022, 9, 30), [date(2022, 6, 30), date(2022, 12, 31)]) == dates[0]
