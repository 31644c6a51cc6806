"""The dividing rules: what each request receives of an amount, given the room it still has.

Every rule takes the rooms (cents, in the order of the requests) and returns shares of the same length: never
more than a room, and min(amount, sum of the rooms) in all.
"""

from collections.abc import Callable, Sequence

from fanal.moteurs.allocation.modele import Demande
from fanal.moteurs.partage import repartir

Regle = Callable[[int, Sequence[int], Sequence[Demande]], list[int]]
SANS_PRIORITE = 10**9


def order(requests: Sequence[Demande]) -> list[int]:
    """Ranks of the requests, best score first; equal scores keep the order of the request."""
    return sorted(range(len(requests)), key=lambda i: (-requests[i].score, i))


def by_score(total: int, rooms: Sequence[int], requests: Sequence[Demande]) -> list[int]:
    """Best score first, each to its room; the last one served takes what is left."""
    shares = [0] * len(rooms)
    for i in order(requests):
        shares[i] = min(rooms[i], total)
        total -= shares[i]
    return shares


def pro_rata(total: int, rooms: Sequence[int], requests: Sequence[Demande]) -> list[int]:
    """In proportion to the rooms; odd cents go by largest remainder, ties in the order of the request."""
    whole = sum(rooms)
    return list(rooms) if total >= whole else repartir(total, rooms)


def pro_rata_by_priority(total: int, rooms: Sequence[int], requests: Sequence[Demande]) -> list[int]:
    """Priority 1 first, pro rata within each priority; requests without one come last."""
    shares = [0] * len(rooms)
    ranks = [SANS_PRIORITE if r.priorite is None else r.priorite for r in requests]
    for rank in sorted(set(ranks)):
        inside = [i for i, r in enumerate(ranks) if r == rank]
        part = pro_rata(total, [rooms[i] for i in inside], [requests[i] for i in inside])
        for i, share in zip(inside, part, strict=True):
            shares[i] = share
        total -= sum(part)
    return shares


REGLES: dict[str, Regle] = {
    "ordre_score": by_score,
    "prorata": pro_rata,
    "prorata_par_priorite": pro_rata_by_priority,
}
