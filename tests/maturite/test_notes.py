"""Scores: the published ones, a second naive computation, and what must always hold."""

from decimal import ROUND_HALF_UP, Decimal

from hypothesis import given
from hypothesis import strategies as st

from fanal.maturite.compute import (
    SujetNote,
    ThemePese,
    bilan,
    comparer,
    desaccord,
    mediane_basse,
    niveau_prouve,
    repartition,
)
from fanal.parametres import valeur
from tests.maturite.conftest import LE

NOTES = st.decimals(0, 20, places=2)


def test_the_published_scores_of_2023_give_the_published_whole() -> None:
    weights = valeur("maturite.ponderation", le=LE.date())
    printed = valeur("maturite.publication_2023", le=LE.date())
    themes = [ThemePese(code, code, Decimal(w)) for code, w in weights.items()]
    found = bilan(themes, [SujetNote(t.code, t.code, Decimal(1), Decimal(printed[t.code])) for t in themes])
    assert sum(t.poids for t in themes) == 100
    assert found.exacte is not None and Decimal(str(float(found.exacte))) == Decimal("15.668")
    assert found.globale == Decimal("15.67")
    assert found.globale.quantize(Decimal("0.1"), ROUND_HALF_UP) == Decimal(printed["globale"])


def naive(themes: list[tuple[str, int]], topics: list[tuple[str, int, Decimal | None]]) -> float | None:
    """Plain sums in binary floating point."""
    total = weights = 0.0
    for code, weight in themes:
        rated = [(w, float(n)) for t, w, n in topics if t == code and n is not None]
        if not rated:
            return None
        total += weight * sum(w * n for w, n in rated) / sum(w for w, _ in rated)
        weights += weight
    return total / weights


@given(
    st.lists(st.integers(1, 50), min_size=1, max_size=4),
    st.lists(st.tuples(st.integers(0, 3), st.integers(1, 5), st.none() | NOTES), max_size=20),
)
def test_the_whole_is_the_naive_one(weights: list[int], drawn: list[tuple[int, int, Decimal | None]]) -> None:
    themes = [(f"t{i}", w) for i, w in enumerate(weights)]
    topics = [(f"t{t % len(weights)}", w, n) for t, w, n in drawn]
    found = bilan(
        [ThemePese(c, c, Decimal(w)) for c, w in themes],
        [SujetNote(f"s{i}", t, Decimal(w), n) for i, (t, w, n) in enumerate(topics)],
    )
    expected = naive(themes, topics)
    assert (found.exacte is None) == (expected is None)
    if found.exacte is not None and expected is not None:
        assert abs(float(found.exacte) - expected) < 1e-9
        assert 0 <= found.exacte <= 20


@given(st.lists(NOTES, min_size=2, max_size=8), st.integers(0, 7), NOTES)
def test_a_better_note_never_lowers_the_whole(notes: list[Decimal], place: int, better: Decimal) -> None:
    themes = [ThemePese("a", "A", Decimal(60)), ThemePese("b", "B", Decimal(40))]

    def whole(values: list[Decimal]) -> object:
        return bilan(
            themes, [SujetNote(str(i), "ab"[i % 2], Decimal(1), v) for i, v in enumerate(values)]
        ).exacte

    place %= len(notes)
    raised = [max(n, better) if i == place else n for i, n in enumerate(notes)]
    assert whole(raised) >= whole(notes)  # type: ignore[operator]  # both are fractions: every theme has a note


def test_a_topic_without_level_is_not_zero() -> None:
    themes = [ThemePese("a", "A", Decimal(100))]
    topics = [SujetNote("1", "a", Decimal(1), Decimal(20)), SujetNote("2", "a", Decimal(1), None)]
    found = bilan(themes, topics)
    assert found.globale == 20 and (found.cotes, found.sujets) == (1, 2)


def test_a_theme_without_any_level_leaves_no_whole() -> None:
    themes = [ThemePese("a", "A", Decimal(60)), ThemePese("b", "B", Decimal(40))]
    found = bilan(themes, [SujetNote("1", "a", Decimal(1), Decimal(20))])
    assert found.globale is None and [t.note for t in found.themes] == [Decimal("20.00"), None]


def test_disagreement_and_the_level_proposed() -> None:
    assert desaccord([1, 3, 2]) == 2
    assert desaccord([2]) is None
    assert mediane_basse([3, 1]) == 1, "a tie is never flattering"
    assert mediane_basse([3, 1, 2]) == 2
    assert mediane_basse([]) is None


def test_a_level_is_proved_with_those_below_it() -> None:
    asked = {1: False, 2: True, 3: True}
    assert niveau_prouve(3, asked, [2, 3]) == 3
    assert niveau_prouve(3, asked, [3]) == 1, "the paper of the highest level does not stand for the others"
    assert niveau_prouve(3, asked, [2]) == 2
    assert niveau_prouve(2, asked, [2, 3]) == 2, "never above what is kept"
    assert niveau_prouve(1, {1: True}, []) == 0


def test_only_the_same_topics_are_compared() -> None:
    themes = [ThemePese("a", "A", Decimal(100))]
    now = [SujetNote("x", "a", Decimal(1), Decimal(15)), SujetNote("neuf", "a", Decimal(1), Decimal(20))]
    before = [
        SujetNote("ancien", "a", Decimal(1), Decimal(10)),
        SujetNote("fini", "a", Decimal(1), Decimal(0)),
    ]
    found = comparer(themes, now, before, {"x": "ancien"})
    assert found.communs == {"x": "ancien"}
    assert (found.nouveaux, found.disparus) == (("neuf",), ("fini",))
    assert found.sur_communs == (Decimal("15.00"), Decimal("10.00"))
    assert found.evolutions == {"x": Decimal(5)}
    assert not found.meme_grille


@given(st.lists(NOTES, min_size=5, max_size=40))
def test_a_spread_is_ordered_and_within_its_ends(notes: list[Decimal]) -> None:
    found = repartition(notes, au_moins=5)
    assert found is not None and found.nombre == len(notes)
    ends = [found.minimum, found.q1, found.mediane, found.q3, found.maximum]
    assert ends == sorted(ends)
    assert (found.minimum, found.maximum) == (min(notes), max(notes))


def test_too_few_peers_are_not_shown() -> None:
    assert repartition([Decimal(10)] * 4, au_moins=5) is None
    assert repartition([Decimal(10)] * 5, au_moins=5) is not None
