"""Readings dealt: as even as brute force finds, never across an exclusion, the same for the same seed."""

from itertools import combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from fanal.appels.compute.jury_lectures import Partage, repartir


@st.composite
def cas(draw: st.DrawFn, dossiers: int = 4, membres: int = 4):  # type: ignore[no-untyped-def]
    nombre = draw(st.integers(1, dossiers))
    lecteurs = draw(st.integers(1, membres))
    paires = [(d, m) for d in range(1, nombre + 1) for m in range(101, 101 + lecteurs)]
    exclus = set(draw(st.lists(st.sampled_from(paires), max_size=len(paires))))
    faites = {
        d: [m for m in range(101, 101 + lecteurs) if (d, m) not in exclus] for d in range(1, nombre + 1)
    }
    deja = {
        d: draw(st.lists(st.sampled_from(ms), max_size=2, unique=True)) if ms else []
        for d, ms in faites.items()
    }
    lectures = draw(st.integers(1, 3))
    return list(range(1, nombre + 1)), list(range(101, 101 + lecteurs)), lectures, exclus, deja


def deal(probleme, graine: str = "x") -> Partage:  # type: ignore[no-untyped-def]
    dossiers, membres, lectures, exclus, deja = probleme
    return repartir(dossiers, membres, lectures=lectures, exclus=exclus, deja=deja, graine=graine)


def squares(charges: dict[int, int]) -> int:
    return sum(n * n for n in charges.values())


def brute_force(probleme) -> int:  # type: ignore[no-untyped-def]
    """The smallest sum of squares of loads over every possible dealing."""
    dossiers, membres, lectures, exclus, deja = probleme
    choix = []
    for d in dossiers:
        libres = [m for m in membres if (d, m) not in exclus and m not in deja[d]]
        besoin = min(len(libres), max(0, lectures - len(deja[d])))
        choix.append(list(combinations(libres, besoin)))
    best = None
    for dealing in product(*choix):
        charges = dict.fromkeys(membres, 0)
        for lecteurs in [*dealing, *deja.values()]:
            for m in lecteurs:
                charges[m] += 1
        best = squares(charges) if best is None else min(best, squares(charges))
    assert best is not None
    return best


@settings(max_examples=150)
@given(cas())
def test_as_even_as_brute_force(probleme) -> None:  # type: ignore[no-untyped-def]
    assert squares(dict(deal(probleme).charges)) == brute_force(probleme)


@given(cas(8, 6), st.randoms())
def test_what_always_holds(probleme, hasard) -> None:  # type: ignore[no-untyped-def]
    dossiers, membres, lectures, exclus, deja = probleme
    partage = deal(probleme)
    assert not set(partage.nouvelles) & exclus
    assert len(set(partage.nouvelles)) == len(partage.nouvelles)
    for d in dossiers:
        recus = [m for dossier, m in partage.nouvelles if dossier == d]
        assert not set(recus) & set(deja[d])
        assert len(recus) + partage.manques.get(d, 0) == max(0, lectures - len(deja[d]))
    # The order of the lists changes nothing.
    autres, lecteurs = list(dossiers), list(membres)
    hasard.shuffle(autres)
    hasard.shuffle(lecteurs)
    assert deal((autres, lecteurs, lectures, exclus, deja)) == partage


def test_by_hand() -> None:
    exclus = {(1, 101), (2, 101), (3, 101)}
    partage = repartir([1, 2, 3, 4], [101, 102, 103], lectures=2, exclus=exclus, deja={}, graine="s")
    assert partage.manques == {}
    # 101 may read the fourth only; the other seven are 4 and 3.
    assert partage.charges == {101: 1, 102: 4, 103: 3} or partage.charges == {101: 1, 102: 3, 103: 4}
    alone = repartir([1], [101, 102], lectures=2, exclus={(1, 101)}, deja={}, graine="s")
    assert alone.nouvelles == ((1, 102),)
    assert alone.manques == {1: 1}


def test_another_seed_may_deal_otherwise() -> None:
    dossiers, membres = list(range(12)), list(range(6))
    dealt = {
        repartir(dossiers, membres, lectures=2, exclus=set(), deja={}, graine=g).nouvelles
        for g in ("a", "b", "c")
    }
    assert len(dealt) == 3
