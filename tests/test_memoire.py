"""What is kept in memory is given back only in the state it was computed in."""

from collections.abc import Hashable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from fanal.memoire import Memoire, lecture, stable, une_fois, vider_tout


@pytest.fixture
def comptes() -> Iterator[int]:
    return iter(range(1, 100))


def test_a_result_holds_as_long_as_its_state(comptes: Iterator[int]) -> None:
    memoire: Memoire[int] = Memoire(4)
    assert [memoire.lire("a", etat, comptes.__next__) for etat in (1, 1, 2, 2, 1)] == [1, 1, 2, 2, 3]


def test_the_least_used_results_are_forgotten(comptes: Iterator[int]) -> None:
    memoire: Memoire[int] = Memoire(2)
    assert [memoire.lire(cle, 0, comptes.__next__) for cle in "abacab"] == [1, 2, 1, 3, 1, 4]


def test_a_batch_computes_what_is_missing_at_once() -> None:
    memoire: Memoire[str] = Memoire(10)
    asked: list[list[object]] = []

    def build(cles: list[object]) -> dict[object, str]:
        asked.append(cles)
        return {cle: f"{cle}!" for cle in cles}

    assert memoire.lire_lot({"a": 1, "b": 1}, build) == ["a!", "b!"]
    assert memoire.lire_lot({"b": 1, "c": 1, "a": 2}, build) == ["b!", "c!", "a!"]
    assert memoire.lire_lot({"a": 2}, build) == ["a!"]
    assert asked == [["a", "b"], ["c", "a"]]


def test_a_failure_is_not_kept() -> None:
    memoire: Memoire[int] = Memoire(4)
    with pytest.raises(ZeroDivisionError):
        memoire.lire("a", 0, lambda: 1 // 0)
    assert memoire.lire("a", 0, lambda: 5) == 5


def test_the_same_result_is_computed_by_one_thread(comptes: Iterator[int]) -> None:
    memoire: Memoire[int] = Memoire(4)
    begun, go = Event(), Event()

    def slow() -> int:
        begun.set()
        go.wait(5)
        return next(comptes)

    with ThreadPoolExecutor(4) as threads:
        first = threads.submit(memoire.lire, "a", 0, slow)
        begun.wait(5)
        others = [threads.submit(memoire.lire, "a", 0, slow) for _ in range(3)]
        go.set()
        assert {first.result(), *(o.result() for o in others)} == {1}


def test_a_result_does_not_wait_for_another(comptes: Iterator[int]) -> None:
    memoire: Memoire[int] = Memoire(4)
    begun, go = Event(), Event()

    def slow() -> int:
        begun.set()
        go.wait(5)
        return 99

    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(memoire.lire, "a", 0, slow)
        begun.wait(5)
        assert memoire.lire("b", 0, comptes.__next__) == 1
        assert not first.done()
        go.set()
        assert first.result() == 99


def test_what_is_known_is_told_without_computing(comptes: Iterator[int]) -> None:
    memoire: Memoire[int] = Memoire(4)
    assert memoire.connu("a", 0) is None
    memoire.lire("a", 0, comptes.__next__)
    assert [memoire.connu("a", 0), memoire.connu("a", 1), memoire.connu("b", 0)] == [1, None, None]


def test_everything_can_be_forgotten(comptes: Iterator[int]) -> None:
    memoire: Memoire[int] = Memoire(4)
    memoire.lire("a", 0, comptes.__next__)
    vider_tout()
    assert memoire.lire("a", 0, comptes.__next__) == 2


def test_within_a_reading_things_are_read_once(comptes: Iterator[int]) -> None:
    assert [une_fois("a", comptes.__next__) for _ in range(2)] == [1, 2]
    with lecture():
        assert [une_fois(cle, comptes.__next__) for cle in "aab"] == [3, 3, 4]
    with lecture():
        assert une_fois("a", comptes.__next__) == 5
    assert une_fois("a", comptes.__next__) == 6


def test_what_is_stable_is_kept_from_one_reading_to_the_next_in_one_state(comptes: Iterator[int]) -> None:
    def read(etat: Hashable) -> list[int]:
        with lecture(lambda: etat):
            return [stable(cle, comptes.__next__) for cle in "aab"]

    assert read("s") == [1, 1, 2] == read("s")
    assert read("t") == [3, 3, 4]
    assert read("s") == [5, 5, 6]


def test_nothing_stable_is_kept_when_the_state_is_unknown(comptes: Iterator[int]) -> None:
    assert [stable("a", comptes.__next__) for _ in range(2)] == [1, 2]
    for expected in (3, 4):
        with lecture(lambda: None):
            assert [stable("a", comptes.__next__) for _ in range(2)] == [expected] * 2
    with lecture():
        assert stable("a", comptes.__next__) == 5


def test_the_state_is_asked_once_and_only_when_needed() -> None:
    asked: list[str] = []

    def etat() -> str:
        asked.append("?")
        return "s"

    with lecture(etat):
        une_fois("a", lambda: 1)
        assert asked == []
        stable("b", lambda: 1)
        stable("c", lambda: 1)
    assert asked == ["?"]


def test_a_stable_reading_that_fails_is_not_kept() -> None:
    with lecture(lambda: "s"), pytest.raises(ZeroDivisionError):
        stable("a", lambda: 1 // 0)
    with lecture(lambda: "s"):
        assert stable("a", lambda: 1) == 1
