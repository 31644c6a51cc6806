"""Gain and performance of one action, on figures a buyer can redo by hand."""

from decimal import Decimal as D

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
EUROS = st.decimals(D("0.01"), D("100000000"), places=2)
TAUX = st.decimals(D("-0.99"), D("0.99"), places=4)


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
    assert gain_prix(D(p0), D(p1), D(q), regle=REGLE, nature=nature, duree=duree) == D(attendu)


@pytest.mark.parametrize("duree", [None, 0, -3])
def test_investment_without_years_is_not_computable(duree: int | None) -> None:
    assert gain_prix(D(10), D(8), D(1), regle=REGLE, nature="investissement", duree=duree) is None


def test_a_rule_set_may_not_divide_investments() -> None:
    sans = RegleGains(investissement_divise=False)
    assert gain_prix(D(10), D(8), D(5), regle=sans, nature="investissement") == 10


def test_volume_and_process_gains() -> None:
    assert gain_volume(D("12.50"), D(400)) == 5000
    assert gain_process(D(30000), D(22000)) == 8000
    assert gain_process(D(22000), D(30000)) == -8000


@pytest.mark.parametrize(
    ("action", "montant", "origine"),
    [
        ({"montant_reference_ttc": D(500), "prix_reference_ttc": D(2), "quantite_reference": D(9)}, 500, "declaree"),
        ({"prix_reference_ttc": D(2), "quantite_reference": D(9), "perimetre_traite_ttc": D(7)}, 18, "prix_quantite"),
        ({"perimetre_traite_ttc": D(7), "prix_reference_ttc": D(2)}, 7, "perimetre"),
        (
            {
                "prix_reference_ttc": D(100),
                "quantite_reference": D(10),
                "nature_depense": "investissement",
                "duree_amortissement": 5,
            },
            200,
            "prix_quantite",
        ),
    ],
)
def test_choice_of_the_reference(action: dict[str, object], montant: int, origine: str) -> None:
    assert choose_reference(action, regle=REGLE) == Reference(D(montant), origine)


def test_no_reference() -> None:
    assert choose_reference({"prix_reference_ttc": D(2)}, regle=REGLE) is None


@given(EUROS, EUROS, st.integers(1, 10**6))
def test_performance_on_both_bases_describes_the_same_prices(p0: D, p1: D, q: int) -> None:
    gain = gain_prix(p0, p1, D(q), regle=REGLE)
    assert gain is not None
    sur_reference = performance(gain, Reference(p0 * q, "declaree"))
    sur_perimetre = performance(gain, Reference(p1 * q, "perimetre"))
    operateur = performance_operateur(gain, p1 * q)
    assert sur_reference is not None and operateur is not None
    assert sur_reference < 1, "a positive new price keeps the performance under 100 %"
    assert sur_perimetre is not None and abs(sur_perimetre - sur_reference) < D("1e-15")
    converti = to_reference_basis(operateur)
    assert converti is not None and abs(converti - sur_reference) < D("1e-12")


@given(TAUX)
def test_conversions_are_inverse(taux: D) -> None:
    operateur = to_operator_basis(taux)
    assert operateur is not None
    retour = to_reference_basis(operateur)
    assert retour is not None and abs(retour - taux) < D("1e-15")


def test_conversions_have_limits() -> None:
    assert to_operator_basis(D(1)) is None
    assert to_reference_basis(D(-1)) is None


@pytest.mark.parametrize("montant", [0, -5])
def test_performance_without_a_positive_reference(montant: int) -> None:
    assert performance(D(3), Reference(D(montant), "declaree")) is None
    assert performance_operateur(D(3), D(montant)) is None


@given(EUROS, EUROS)
def test_corrected_figures_are_plausible(gain: D, reference: D) -> None:
    correction = corrected(gain, reference)
    if gain <= reference:
        assert correction is None
        return
    assert correction is not None
    assert correction.reference == gain + reference
    assert D("0.5") < correction.performance < 1


def test_weight_in_the_declarants_gains() -> None:
    assert weight(D(25), D(100)) == D("0.25")
    assert weight(D(25), D(0)) is None


def test_cumulative_coverage_is_a_sum_and_a_missing_year_is_not_zero() -> None:
    assert couverture_cumulee([D("0.47"), D("0.32"), D("0.37")]) == D("1.16")
    assert couverture_cumulee([D("0.47"), None, D("0.37")]) is None
    assert couverture_cumulee([]) is None


@given(EUROS, EUROS, EUROS)
def test_more_gain_is_more_performance(gain: D, de_plus: D, reference: D) -> None:
    assume(de_plus > 0)
    base = Reference(reference, "declaree")
    avant, apres = performance(gain, base), performance(gain + de_plus, base)
    assert avant is not None and apres is not None and avant < apres
