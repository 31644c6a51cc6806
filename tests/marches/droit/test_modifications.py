"""Headroom of modifications: cases a buyer can read, and a naive second computation."""

import json
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.marches.queries.droit import limites_modification
from fanal.marches.rules.modifications import MOTIFS, NATURES, evaluer, marge
from fanal.refus import Inutilisable

JUIN_2026 = date(2026, 6, 1)


def ask(
    montant: str, *, motif: str = "R2194-8", nature: str = "services", deja: str = "0", **kw: str
) -> object:
    return evaluer(
        initial=Decimal(kw.get("initial", "100000")),
        motif=motif,
        nature=nature,
        deja=Decimal(deja),
        montant=Decimal(montant),
        limites=limites_modification(kw.get("le", JUIN_2026)),  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("case", "admis", "left"),
    [
        # 10 % of 100 000 is 10 000, and must not be reached.
        ({"montant": "9999.99"}, True, "10000.00"),
        ({"montant": "10000"}, False, "10000.00"),
        # Works: 15 %.
        ({"montant": "14999.99", "nature": "travaux"}, True, "15000.00"),
        ({"montant": "15000", "nature": "travaux"}, False, "15000.00"),
        # Earlier ones on the same ground add up: 6 000 already, 4 000 would reach the limit.
        ({"montant": "3999.99", "deja": "6000"}, True, "4000.00"),
        ({"montant": "4000", "deja": "6000"}, False, "4000.00"),
        # Nothing left, and never below zero.
        ({"montant": "0.01", "deja": "12000"}, False, "0.00"),
        # 10 % of 3 M€ is 300 000, but the European threshold of 216 000 (221 000 in 2025) comes first.
        ({"montant": "215999.99", "initial": "3000000"}, True, "216000.00"),
        ({"montant": "216000", "initial": "3000000"}, False, "216000.00"),
        ({"montant": "216000", "initial": "3000000", "le": date(2025, 12, 31)}, True, "221000.00"),
        # Additional needs and unforeseen circumstances: half the initial amount, bound included, each time.
        ({"montant": "50000", "motif": "R2194-2", "deja": "50000"}, True, "50000.00"),
        ({"montant": "50000.01", "motif": "R2194-2"}, False, "50000.00"),
        ({"montant": "50000", "motif": "R2194-5"}, True, "50000.00"),
        ({"montant": "50000.01", "motif": "R2194-5"}, False, "50000.00"),
        # Review clause, change of holder, non-substantial: no limit in amount.
        ({"montant": "900000", "motif": "R2194-1"}, True, None),
        ({"montant": "0", "motif": "R2194-6"}, True, None),
        ({"montant": "900000", "motif": "R2194-7"}, True, None),
        # A decrease is counted with its sign.
        ({"montant": "-2000", "deja": "9000"}, True, "1000.00"),
    ],
)
def test_limits_by_ground(case: dict[str, str], admis: bool, left: str | None) -> None:
    verdict = ask(**case)  # type: ignore[arg-type]
    assert (verdict.admis, verdict.marge) == (admis, None if left is None else Decimal(left))  # type: ignore[attr-defined]


def test_the_refusal_names_the_figures() -> None:
    phrase = ask("4000", deja="6000").phrase  # type: ignore[attr-defined]
    assert "10\u202f000,00 €" in phrase
    assert "4\u202f000,00 €" in phrase
    assert "lancez une nouvelle procédure" in phrase


def test_an_unknown_threshold_is_said() -> None:
    verdict = ask("1000", le=date(2019, 6, 1))  # type: ignore[arg-type]
    assert verdict.admis  # type: ignore[attr-defined]
    assert "n'est pas enregistré" in verdict.phrase  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"motif": "R2194-9"}, "R2194-8"),
        ({"motif": "R9999"}, "n'est pas un cas"),
        ({"nature": "poesie"}, "nature"),
        ({"initial": "0"}, "supérieur à zéro"),
        ({"initial": "-1"}, "supérieur à zéro"),
    ],
)
def test_what_cannot_be_evaluated_is_refused(change: dict[str, str], said: str) -> None:
    with pytest.raises(Inutilisable, match=said):
        ask("1", **change)


def test_before_the_code_there_is_no_rule() -> None:
    with pytest.raises(Inutilisable, match="01/04/2019"):
        limites_modification(date(2018, 12, 31))


CENTS = st.integers(0, 10**9).map(lambda c: Decimal(c) / 100)


def naive(initial: Decimal, motif: str, nature: str, deja: Decimal, montant: Decimal) -> bool:
    """The text of the articles, on exact fractions."""
    if motif in ("R2194-1", "R2194-6", "R2194-7"):
        return True
    if motif in ("R2194-2", "R2194-3", "R2194-5"):
        return Fraction(montant) * 2 <= Fraction(initial)
    share = Fraction(15 if nature == "travaux" else 10, 100)
    threshold = 5_404_000 if nature == "travaux" else 216_000
    total = Fraction(deja) + Fraction(montant)
    return total < share * Fraction(initial) and total < threshold


@given(
    initial=CENTS.filter(bool),
    motif=st.sampled_from(sorted(MOTIFS)),
    nature=st.sampled_from(NATURES),
    deja=CENTS,
    montant=CENTS,
)
def test_same_verdict_as_the_naive_reading(
    initial: Decimal, motif: str, nature: str, deja: Decimal, montant: Decimal
) -> None:
    limites = limites_modification(JUIN_2026)
    verdict = evaluer(
        initial=initial, motif=motif, nature=nature, deja=deja, montant=montant, limites=limites
    )
    assert verdict.admis == naive(initial, motif, nature, deja, montant)
    left = marge(initial=initial, motif=motif, nature=nature, deja=deja, limites=limites)
    assert left == verdict.marge
    if left is not None:
        assert left >= 0
        assert (
            evaluer(
                initial=initial,
                motif=motif,
                nature=nature,
                deja=deja,
                montant=left - Decimal("0.01"),
                limites=limites,
            ).admis
            or left == 0
        )


def test_the_command_answers(fanal) -> None:  # type: ignore[no-untyped-def]
    options = ["--initial", "100000", "--nature", "services", "--deja", "0", "--date", "2026-06-01", "--json"]
    answer = fanal("marches", "avenant", *options, "--motif", "R2194-8", "--montant", "5 000,00")
    assert answer.returncode == 0
    assert json.loads(answer.stdout)["admis"] is True
    assert json.loads(answer.stdout)["marge"] == "10000.00"
    assert fanal("marches", "avenant", *options, "--motif", "R2194-8", "--montant", "10000").returncode == 1
    refused = fanal("marches", "avenant", *options, "--motif", "R2194-8", "--montant", "dix")
    assert refused.returncode == 2
    assert "n'est pas un montant" in refused.stderr
