"""Gain and performance of one action, on figures a buyer can redo by hand."""

from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from fanal.achats.compute import (
    Reference,
    RegleGains,
    choose_reference,
    corrected,
    couverture_cumulee,
    gain_prix,
    gain_process,
    gain_volume,
    performance,
    performance_operateur,
    to_operator_basis,
    to_reference_basis,
    weight,
)

REGLE = RegleGains()
EUROS = st.decimals(Decimal("0.01"), Decimal("100000000"), places=2)
TAUX = st.decimals(Decimal("-0.99"), Decimal("0.99"), places=4)


def same(a: Decimal, b: Decimal) -> bool:
    """Equal but for the last digits of a division; conversions near -1 or 1 lose half of them."""
    return abs(a - b) <= Decimal("1e-12") * max(abs(a), abs(b), Decimal(1))


@pytest.mark.parametrize(
    ("p0", "p1", "q", "nature", "duree", "attendu"),
    [
        ("10", "8", "1000", None, None, "2000"),  # a saving
        ("8", "10", "1000", "exploitation", None, "-2000"),  # a loss counts, with its sign
        ("50000", "45000", "4", "investissement", 5, "4000"),  # (200 000 − 180 000) / 5 years
        ("50000", "45000", "4", "investissement", 1, "20000"),
        ("10", "10", "1000", None, None, "0"),
        ("0.0125", "0.0031", "1000000", None, None, "9400"),
    ],
)
def test_price_gain(p0: str, p1: str, q: str, nature: str | None, duree: int | None, attendu: str) -> None:
    assert gain_prix(
        Decimal(p0), Decimal(p1), Decimal(q), regle=REGLE, nature=nature, duree=duree
    ) == Decimal(attendu)


@pytest.mark.parametrize("duree", [None, 0, -3])
def test_investment_without_years_is_not_computable(duree: int | None) -> None:
    assert (
        gain_prix(Decimal(10), Decimal(8), Decimal(1), regle=REGLE, nature="investissement", duree=duree)
        is None
    )


def test_a_rule_set_may_not_divide_investments() -> None:
    sans = RegleGains(investissement_divise=False)
    assert gain_prix(Decimal(10), Decimal(8), Decimal(5), regle=sans, nature="investissement") == 10


def test_volume_and_process_gains() -> None:
    assert gain_volume(Decimal("12.50"), Decimal(400)) == 5000
    assert gain_process(Decimal(30000), Decimal(22000)) == 8000
    assert gain_process(Decimal(22000), Decimal(30000)) == -8000


SAISIE = {"montant_reference_ttc": Decimal(500)}
PRODUIT = {"prix_reference_ttc": Decimal(2), "quantite_reference": Decimal(9)}
PERIMETRE = {"perimetre_traite_ttc": Decimal(7)}


@pytest.mark.parametrize(
    ("action", "montant", "origine"),
    [
        (SAISIE | PRODUIT | PERIMETRE, 500, "declaree"),
        (PRODUIT | PERIMETRE, 18, "prix_quantite"),
        (PERIMETRE | {"prix_reference_ttc": Decimal(2)}, 7, "perimetre"),
        (PRODUIT | {"nature_depense": "investissement", "duree_amortissement": 3}, 6, "prix_quantite"),
        (PRODUIT | PERIMETRE | {"nature_depense": "investissement"}, 7, "perimetre"),
    ],
)
def test_choice_of_the_reference(action: dict[str, object], montant: int, origine: str) -> None:
    assert choose_reference(action, regle=REGLE) == Reference(Decimal(montant), origine)


def test_no_reference() -> None:
    assert choose_reference({"prix_reference_ttc": Decimal(2)}, regle=REGLE) is None


@given(EUROS, EUROS, st.integers(1, 10**6))
def test_performance_on_both_bases_describes_the_same_prices(p0: Decimal, p1: Decimal, q: int) -> None:
    gain = gain_prix(p0, p1, Decimal(q), regle=REGLE)
    assert gain is not None
    sur_reference = performance(gain, Reference(p0 * q, "declaree"))
    sur_perimetre = performance(gain, Reference(p1 * q, "perimetre"))
    operateur = performance_operateur(gain, p1 * q)
    assert sur_reference is not None and operateur is not None
    assert sur_reference < 1, "a positive new price keeps the performance under 100 %"
    assert sur_perimetre is not None and same(sur_perimetre, sur_reference)
    converti = to_reference_basis(operateur)
    assert converti is not None and same(converti, sur_reference)


@given(TAUX)
def test_conversions_are_inverse(taux: Decimal) -> None:
    operateur = to_operator_basis(taux)
    assert operateur is not None
    retour = to_reference_basis(operateur)
    assert retour is not None and same(retour, taux)


def test_conversions_have_limits() -> None:
    assert to_operator_basis(Decimal(1)) is None
    assert to_reference_basis(Decimal(-1)) is None


@pytest.mark.parametrize("montant", [0, -5])
def test_performance_without_a_positive_reference(montant: int) -> None:
    assert performance(Decimal(3), Reference(Decimal(montant), "declaree")) is None
    assert performance_operateur(Decimal(3), Decimal(montant)) is None


@given(EUROS, EUROS)
def test_corrected_figures_are_plausible(gain: Decimal, reference: Decimal) -> None:
    correction = corrected(gain, reference)
    if gain <= reference:
        assert correction is None
        return
    assert correction is not None
    assert correction.reference == gain + reference
    assert Decimal("0.5") < correction.performance < 1


def test_weight_in_the_declarants_gains() -> None:
    assert weight(Decimal(25), Decimal(100)) == Decimal("0.25")
    assert weight(Decimal(25), Decimal(0)) is None


def test_cumulative_coverage_is_a_sum_and_a_missing_year_is_not_zero() -> None:
    assert couverture_cumulee([Decimal("0.47"), Decimal("0.32"), Decimal("0.37")]) == Decimal("1.16")
    assert couverture_cumulee([Decimal("0.47"), None, Decimal("0.37")]) is None
    assert couverture_cumulee([]) is None


@given(EUROS, EUROS, EUROS)
def test_more_gain_is_more_performance(gain: Decimal, de_plus: Decimal, reference: Decimal) -> None:
    assume(de_plus > 0)
    base = Reference(reference, "declaree")
    avant, apres = performance(gain, base), performance(gain + de_plus, base)
    assert avant is not None and apres is not None and avant < apres
