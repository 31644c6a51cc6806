"""Small counts of patients."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.molecules.compute.masquage import Masque, masquer, total

EFFECTIFS = st.lists(st.one_of(st.none(), st.integers(0, 60)), max_size=8)


@given(st.one_of(st.none(), st.integers(0, 1000)), st.integers(1, 50))
def test_only_counts_between_one_and_the_minimum_are_hidden(effectif: int | None, minimum: int) -> None:
    montre = masquer(effectif, minimum, complet=False)
    if effectif is not None and 0 < effectif < minimum:
        assert montre == Masque(minimum)
        assert str(effectif) not in str(montre).replace(str(minimum), "")
    else:
        assert montre == effectif
    assert masquer(effectif, minimum, complet=True) == effectif


@given(EFFECTIFS, st.integers(1, 20))
def test_a_total_never_tells_a_hidden_count(effectifs: list[int | None], minimum: int) -> None:
    caches = [n for n in effectifs if n is not None and 0 < n < minimum]
    somme = total(effectifs, minimum, complet=False)
    assert (somme is None) == bool(caches)
    assert total(effectifs, minimum, complet=True) == sum(n for n in effectifs if n)


def test_ten_is_hidden_and_eleven_is_not() -> None:
    assert str(masquer(10, 11, complet=False)) == "moins de 11"
    assert masquer(11, 11, complet=False) == 11
    assert masquer(0, 11, complet=False) == 0


def test_a_negative_count_is_refused() -> None:
    with pytest.raises(ValueError, match="négatif"):
        masquer(-1, 11, complet=False)
