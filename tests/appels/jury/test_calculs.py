"""Totals, means, spreads, ranks: each computed a second time by plain means, and properties that hold."""

from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.appels.compute.jury import (
    Candidat,
    Notation,
    classer,
    ecart,
    moyenne,
    profils,
    quorum,
    total_pondere,
)
from fanal.appels.rules.regles import Critere

JOUR = datetime(2026, 11, 2, tzinfo=UTC)
CRITERES = (
    Critere("a", "A", Decimal(3), 5),
    Critere("b", "B", Decimal(2), 4),
    Critere("c", "C", Decimal(1), 10),
)
poids = st.decimals(Decimal("0.1"), Decimal(50), places=1)


@st.composite
def grilles_notees(draw: st.DrawFn) -> tuple[tuple[Critere, ...], dict[str, int]]:
    criteres = tuple(
        Critere(f"c{rang}", f"C{rang}", draw(poids), draw(st.integers(1, 20)))
        for rang in range(draw(st.integers(1, 6)))
    )
    return criteres, {c.code: draw(st.integers(0, c.maximum)) for c in criteres}


def naive_total(criteres: tuple[Critere, ...], notes: dict[str, int]) -> Decimal:
    """With long decimals, criterion by criterion."""
    with localcontext() as contexte:
        contexte.prec = 60
        points = sum((notes[c.code] * c.poids / c.maximum for c in criteres), Decimal(0))
        total = points * 100 / sum((c.poids for c in criteres), Decimal(0))
        # Sixty digits then thirty: a third written 0.333… sixty times is not the half of anything.
        return total.quantize(Decimal(10) ** -30).quantize(Decimal("0.001"), ROUND_HALF_UP)


def test_a_total_by_hand() -> None:
    # 4/5 × 3 + 3/4 × 2 + 8/10 × 1 = 2.4 + 1.5 + 0.8 = 4.7 out of 6: 78.333…
    assert total_pondere(CRITERES, {"a": 4, "b": 3, "c": 8}) == Decimal("78.333")
    assert total_pondere(CRITERES, {"a": 5, "b": 4, "c": 10}) == Decimal("100.000")
    assert total_pondere(CRITERES, {"a": 0, "b": 0, "c": 0}) == Decimal("0.000")


def test_no_total_without_every_mark() -> None:
    assert total_pondere(CRITERES, {"a": 4, "b": 3}) is None
    assert total_pondere((), {}) is None
    assert total_pondere((Critere("a", "A", Decimal(0)),), {"a": 3}) is None


@given(grilles_notees())
def test_the_total_is_the_naive_one_and_stays_between_0_and_100(cas) -> None:  # type: ignore[no-untyped-def]
    criteres, notes = cas
    total = total_pondere(criteres, notes)
    assert total == naive_total(criteres, notes)
    assert total is not None
    assert Decimal(0) <= total <= 100


@given(grilles_notees(), st.randoms())
def test_the_order_of_criteria_changes_nothing(cas, hasard) -> None:  # type: ignore[no-untyped-def]
    criteres, notes = cas
    autres = list(criteres)
    hasard.shuffle(autres)
    assert total_pondere(autres, dict(reversed(notes.items()))) == total_pondere(criteres, notes)


@given(grilles_notees(), st.integers(2, 9))
def test_weights_count_by_their_proportions_only(cas, facteur) -> None:  # type: ignore[no-untyped-def]
    criteres, notes = cas
    grandis = [Critere(c.code, c.titre, c.poids * facteur, c.maximum) for c in criteres]
    assert total_pondere(grandis, notes) == total_pondere(criteres, notes)


totaux = st.lists(st.decimals(0, 100, places=3), min_size=1, max_size=5)


@given(totaux)
def test_the_mean_lies_between_readings_and_the_spread_is_their_distance(valeurs: list[Decimal]) -> None:
    milieu = moyenne(valeurs)
    assert milieu is not None
    assert min(valeurs) <= milieu <= max(valeurs)
    assert abs(milieu * len(valeurs) - sum(valeurs)) <= Decimal("0.0005") * len(valeurs)
    assert moyenne(valeurs[::-1]) == milieu
    assert ecart(valeurs) == (sorted(valeurs)[-1] - sorted(valeurs)[0] if len(valeurs) > 1 else None)


def test_means_by_hand() -> None:
    assert moyenne([]) is None
    assert moyenne([Decimal("78.333"), Decimal("70")]) == Decimal("74.167")  # 74.1665, half up
    assert ecart([Decimal(70)]) is None


def candidat(cle: int, note: str, ecart: str | None = "0", minutes: int = 0) -> Candidat:
    mesure = None if ecart is None else Decimal(ecart)
    return Candidat(cle, Decimal(note), mesure, JOUR + timedelta(minutes=minutes))


def test_ties_by_hand() -> None:
    rangs = classer(
        [
            candidat(1, "70", "10"),
            candidat(2, "80", "30"),
            candidat(3, "80", "10", minutes=9),
            candidat(4, "80", "10", minutes=5),
            candidat(5, "80", None),
            candidat(6, "80", "10", minutes=5),
        ]
    )
    # Same score: the smaller spread first, then the earlier deposit; one reading only has no spread: last.
    assert rangs == {4: 1, 6: 1, 3: 3, 2: 4, 5: 5, 1: 6}


candidats = st.lists(
    st.tuples(st.sampled_from(["50", "60", "70"]), st.sampled_from([None, "0", "5"]), st.integers(0, 2)),
    max_size=8,
).map(lambda lignes: [candidat(i, n, e, m) for i, (n, e, m) in enumerate(lignes)])


@given(candidats, st.randoms())
def test_ranking_against_a_pair_by_pair_one(lus: list[Candidat], hasard) -> None:  # type: ignore[no-untyped-def]
    def devant(a: Candidat, b: Candidat) -> bool:
        if a.note != b.note:
            return a.note > b.note
        if a.ecart != b.ecart:
            return b.ecart is None or (a.ecart is not None and a.ecart < b.ecart)
        return a.depose_le < b.depose_le

    attendu = {c.cle: 1 + len([x for x in lus if devant(x, c)]) for c in lus}
    assert classer(lus) == attendu
    melange = list(lus)
    hasard.shuffle(melange)
    assert classer(melange) == attendu


def test_habits_of_readers_by_hand() -> None:
    notations = [
        Notation("x", 1, Decimal(50)),
        Notation("y", 1, Decimal(70)),
        Notation("x", 2, Decimal(60)),
        Notation("z", 2, Decimal(60)),
        Notation("y", 3, Decimal(90)),
    ]
    x, y, z = profils(notations)
    assert (x.lectures, x.moyenne, x.minimum, x.maximum) == (2, Decimal(55), Decimal(50), Decimal(60))
    assert (x.decalage, x.communs) == (Decimal(-10), 2)
    # The third dossier has no other reader: it does not count in the difference.
    assert (y.decalage, y.communs) == (Decimal(20), 1)
    assert (z.decalage, z.communs) == (Decimal(0), 1)
    assert profils(notations[4:])[0].decalage is None


@pytest.mark.parametrize(
    ("part", "membres", "besoin"), [("0.5", 5, 3), ("0.5", 4, 2), ("0", 4, 0), ("1", 3, 3)]
)
def test_quorum(part: str, membres: int, besoin: int) -> None:
    assert quorum(Decimal(part), membres) == besoin
