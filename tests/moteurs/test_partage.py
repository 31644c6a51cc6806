"""Largest remainder: shares add up, stay near the exact quotient, mirror negative totals."""

from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanal.moteurs.partage import repartir, repartir_par_groupe

CENTIMES = st.integers(-(10**12), 10**12)
POIDS = st.lists(st.one_of(st.integers(0, 5), st.integers(0, 10**12)), min_size=1, max_size=8)


@pytest.mark.parametrize(
    ("total", "poids", "attendu"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (101, [1, 1, 1], [34, 34, 33]),
        (-100, [1, 1, 1], [-34, -33, -33]),
        (10, [0, 3, 0], [0, 10, 0]),
        (1, [1, 2], [0, 1]),
        (0, [0, 0], [0, 0]),
        (0, [], []),
        (5, [2, 3], [2, 3]),
    ],
)
def test_cases(total: int, poids: list[int], attendu: list[int]) -> None:
    assert repartir(total, poids) == attendu


@pytest.mark.parametrize(("total", "poids"), [(1, []), (1, [0, 0]), (5, [3, -1])])
def test_refuses_what_cannot_be_shared(total: int, poids: list[int]) -> None:
    with pytest.raises(ValueError, match=r"poids|attribué"):
        repartir(total, poids)


@given(CENTIMES, POIDS.filter(any))
def test_shares_add_up_and_stay_within_one_cent(total: int, poids: list[int]) -> None:
    parts = repartir(total, poids)
    assert sum(parts) == total
    for part, p in zip(parts, poids, strict=True):
        assert abs(part - Fraction(total * p, sum(poids))) < 1


@given(CENTIMES, POIDS.filter(any))
def test_negative_total_mirrors(total: int, poids: list[int]) -> None:
    assert repartir(-total, poids) == [-p for p in repartir(total, poids)]


@given(CENTIMES, POIDS.filter(any))
def test_a_larger_weight_never_gets_less(total: int, poids: list[int]) -> None:
    parts = [abs(p) for p in repartir(total, poids)]
    for i, pi in enumerate(poids):
        for j, pj in enumerate(poids):
            if pi > pj:
                assert parts[i] >= parts[j]


@given(st.lists(st.tuples(CENTIMES, POIDS.filter(any)), min_size=1, max_size=5), st.randoms())
def test_groups_of_a_frame_share_like_lists(groupes: list[tuple[int, list[int]]], hasard) -> None:
    rows = [(g, total, p) for g, (total, poids) in enumerate(groupes) for p in poids]
    hasard.shuffle(rows)
    frame = pl.DataFrame(rows, schema={"g": pl.Int64, "t": pl.Int64, "p": pl.Int64}, orient="row")
    parts = repartir_par_groupe(frame, groupe=["g"], total="t", poids="p").to_list()
    for g, (total, _) in enumerate(groupes):
        poids = [p for autre, _, p in rows if autre == g]
        assert [x for x, r in zip(parts, rows, strict=True) if r[0] == g] == repartir(total, poids)


@pytest.mark.parametrize("poids", [[0, 0], [2, -1]])
def test_groups_refuse_the_same_weights(poids: list[int]) -> None:
    frame = pl.DataFrame({"g": [1, 1], "t": [7, 7], "p": poids})
    with pytest.raises(ValueError, match=r"poids|attribué"):
        repartir_par_groupe(frame, groupe=["g"], total="t", poids="p")


def test_amounts_beyond_64_bits_of_product() -> None:
    frame = pl.DataFrame({"g": [1, 1, 1], "t": [10**15 + 1] * 3, "p": [10**15, 10**15, 10**15]})
    parts = repartir_par_groupe(frame, groupe=["g"], total="t", poids="p").to_list()
    assert sum(parts) == 10**15 + 1
    assert parts == repartir(10**15 + 1, [10**15] * 3)
