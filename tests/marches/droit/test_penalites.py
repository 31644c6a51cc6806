"""Penalties by hand."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.marches.compute.penalites import Bareme, penalite

FCS = Bareme(1000, Decimal("0.10"), Decimal(1000), "CCAG de 2021")


def ask(valeur: str, jours: int, *, montant: str = "100000", deja: str = "0", bareme: Bareme = FCS) -> object:
    return penalite(
        valeur=Decimal(valeur), jours=jours, montant=Decimal(montant), deja=Decimal(deja), bareme=bareme
    )


@pytest.mark.parametrize(
    ("case", "due"),
    [
        # 20 000 € × 10 days ÷ 1000 = 200 €, under the exemption of 1 000 €.
        (("20000", 10), "0.00"),
        # 50 000 × 30 ÷ 1000 = 1 500 €.
        (("50000", 30), "1500.00"),
        # 100 000 × 200 ÷ 1000 = 20 000 €, capped at 10 % of 100 000.
        (("100000", 200), "10000.00"),
    ],
)
def test_by_hand(case: tuple[str, int], due: str) -> None:
    assert ask(*case).due == Decimal(due)  # type: ignore[attr-defined]


def test_earlier_penalties_count_for_the_cap_and_the_exemption() -> None:
    # 900 € already: 200 € more pass the exemption, the 200 € are due.
    assert ask("20000", 10, deja="900").due == Decimal("200.00")  # type: ignore[attr-defined]
    # 9 950 € already: only 50 € remain under the cap.
    assert ask("50000", 30, deja="9950").due == Decimal("50.00")  # type: ignore[attr-defined]


def test_a_scale_without_divisor_asks_the_contract() -> None:
    with pytest.raises(ValueError, match="divisor"):
        ask("1", 1, bareme=Bareme(None, None, Decimal(0), ""))


@given(st.integers(0, 10**8), st.integers(0, 2000), st.integers(0, 10**9), st.integers(0, 10**7))
def test_never_more_than_the_cap(valeur: int, jours: int, montant: int, deja: int) -> None:
    found = penalite(
        valeur=Decimal(valeur) / 100,
        jours=jours,
        montant=Decimal(montant) / 100,
        deja=Decimal(deja) / 100,
        bareme=FCS,
    )
    assert found.brute == found.ecretee + found.exoneree + found.due
    assert found.due >= 0
    cap = (Decimal(montant) / 1000).quantize(Decimal("0.01"), "ROUND_HALF_UP")
    assert found.due == 0 or found.due + Decimal(deja) / 100 <= cap
