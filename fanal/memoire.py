"""What is kept in memory: between requests as long as nothing it depends on has changed, and within one.

No Django here: the caller says what a result depends on (its state), and reads that state anew each time.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock, RLock
from typing import Any, Generic, TypeVar
from weakref import WeakSet, WeakValueDictionary

V = TypeVar("V")

_toutes: "WeakSet[Memoire[Any]]" = WeakSet()
_lecture: ContextVar["Lecture | None"] = ContextVar("lecture", default=None)
INCONNU = object()


class _Tour:
    """The right to compute one result, for as long as somebody computes it or waits for it."""

    def __init__(self) -> None:
        self.verrou = RLock()


class Memoire(Generic[V]):
    """The *taille* last results of a calculation, by key, each good for the state it was computed in.

    The state must be read before the calculation: a write in between then only costs one more calculation.
    Results are shared between threads: they must not be changed by those who read them.
    """

    def __init__(self, taille: int) -> None:
        self.taille = taille
        self._gardes: OrderedDict[Hashable, tuple[Hashable, V]] = OrderedDict()
        self._tours: WeakValueDictionary[Hashable, _Tour] = WeakValueDictionary()
        self._verrou, self._lots = Lock(), RLock()
        _toutes.add(self)

    def lire(self, cle: Hashable, etat: Hashable, fabriquer: Callable[[], V], *, seul: bool = True) -> V:
        """The result for *cle* in *etat*, computed by *fabriquer* when it is not there.

        One thread computes a result: the others that want the same wait for it. Not *seul*, nobody waits,
        and the same result may be computed twice: for what costs less than the wait.
        """
        garde = self._garde(cle, etat)
        if garde is None and not seul:
            garde = (etat, fabriquer())
            self._garder(cle, garde)
        elif garde is None:
            tour = self._tour(cle)
            with tour.verrou:
                garde = self._garde(cle, etat)
                if garde is None:
                    garde = (etat, fabriquer())
                    self._garder(cle, garde)
        return garde[1]

    def connu(self, cle: Hashable, etat: Hashable) -> V | None:
        """The result for *cle* in *etat* if it is there, else None: nothing is computed."""
        garde = self._garde(cle, etat)
        return None if garde is None else garde[1]

    def lire_lot(
        self, etats: Mapping[Hashable, Hashable], fabriquer: Callable[[list[Hashable]], Mapping[Any, V]]
    ) -> list[V]:
        """The results for the keys of *etats* in their order; *fabriquer* computes at once all that miss."""
        with self._lots:
            gardes = {cle: self._garde(cle, etat) for cle, etat in etats.items()}
            manquantes = [cle for cle, garde in gardes.items() if garde is None]
            faits = fabriquer(manquantes) if manquantes else {}
            for cle in manquantes:
                gardes[cle] = (etats[cle], faits[cle])
                self._garder(cle, gardes[cle])  # type: ignore[arg-type]  # set on the line above
        return [garde[1] for garde in gardes.values() if garde is not None]

    def _tour(self, cle: Hashable) -> _Tour:
        with self._verrou:
            tour = self._tours.get(cle)
            if tour is None:
                tour = self._tours[cle] = _Tour()
            return tour

    def _garde(self, cle: Hashable, etat: Hashable) -> tuple[Hashable, V] | None:
        with self._verrou:
            garde = self._gardes.get(cle)
            if garde is None or garde[0] != etat:
                return None
            self._gardes.move_to_end(cle)
            return garde

    def _garder(self, cle: Hashable, garde: tuple[Hashable, V]) -> None:
        with self._verrou:
            self._gardes[cle] = garde
            self._gardes.move_to_end(cle)
            while len(self._gardes) > self.taille:
                self._gardes.popitem(last=False)

    def vider(self) -> None:
        """Forget everything."""
        with self._verrou:
            self._gardes.clear()


def vider_tout() -> None:
    """Forget every result kept in this process, for example when another base takes the place."""
    for memoire in list(_toutes):
        memoire.vider()


class Lecture:
    """What one request that only reads has read, and the state of the base when it began to."""

    def __init__(self, etat: Callable[[], Hashable] | None) -> None:
        self.lues: dict[Hashable, Any] = {}
        self._lire_etat, self._etat = etat, INCONNU

    @property
    def etat(self) -> Hashable:
        """The state of the base, asked once; None when nothing may be kept from one request to the next."""
        if self._etat is INCONNU:
            self._etat = self._lire_etat() if self._lire_etat else None
        return self._etat


@contextmanager
def lecture(etat: Callable[[], Hashable] | None = None) -> Iterator[None]:
    """Within it, `une_fois` and `stable` remember. For what only reads: a write would not be seen.

    *etat* gives a value that changes whenever anything has been written in the base, or None.
    """
    jeton = _lecture.set(Lecture(etat))
    try:
        yield
    finally:
        _lecture.reset(jeton)


def une_fois(cle: Hashable, fabriquer: Callable[[], V]) -> V:
    """The result of *fabriquer*, computed once within `lecture`, each time outside it."""
    lecture = _lecture.get()
    if lecture is None:
        return fabriquer()
    if cle not in lecture.lues:
        lecture.lues[cle] = fabriquer()
    return lecture.lues[cle]  # type: ignore[no-any-return]  # kept as Any


_stables: Memoire[Any] = Memoire(5_000)
_lourdes: Memoire[Any] = Memoire(100)


def stable(cle: Hashable, fabriquer: Callable[[], V], *, lourd: bool = False) -> V:
    """`une_fois`, and from one request to the next as long as nothing at all was written in the base.

    For reads that pages make again and again; *lourd* tells those of many rows, of which fewer are kept.
    *fabriquer* must depend on *cle* and on the base only (no clock, no account that is not in *cle*); what it
    gives is shared between requests and must not be changed.
    """
    lecture = _lecture.get()
    if lecture is None:
        return fabriquer()
    if cle not in lecture.lues:
        etat = lecture.etat
        gardees = _lourdes if lourd else _stables
        lecture.lues[cle] = fabriquer() if etat is None else gardees.lire(cle, etat, fabriquer, seul=False)
    return lecture.lues[cle]  # type: ignore[no-any-return]  # kept as Any
