"""Which contracts run at the same time: intervals of days, both ends included."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

UN_JOUR = timedelta(days=1)


@dataclass(frozen=True)
class Intervalle:
    """A contract from *du* to *au*, both included."""

    cle: str
    du: date
    au: date


@dataclass(frozen=True)
class Periode:
    """Days during which the same number (at least two) of contracts run together."""

    du: date
    au: date
    nombre: int


def concernes(intervalles: Sequence[Intervalle]) -> set[str]:
    """The contracts that share at least one day with another."""
    ranges = sorted(intervalles, key=lambda i: (i.du, i.au, i.cle))
    found: set[str] = set()
    longest: Intervalle | None = None
    for current in ranges:
        if longest is not None and current.du <= longest.au:
            found |= {current.cle, longest.cle}
        if longest is None or current.au > longest.au:
            longest = current
    return found


def paires(intervalles: Sequence[Intervalle]) -> int:
    """How many pairs of contracts share at least one day."""
    fins = sorted(i.au for i in intervalles)
    total = len(intervalles) * (len(intervalles) - 1) // 2
    apart = sum(bisect_left(fins, i.du) for i in intervalles)
    return total - apart


def periodes(intervalles: Sequence[Intervalle]) -> list[Periode]:
    """The days on which at least two contracts run, cut where their number changes."""
    changes: dict[date, int] = {}
    for i in intervalles:
        changes[i.du] = changes.get(i.du, 0) + 1
        if i.au < date.max:
            changes[i.au + UN_JOUR] = changes.get(i.au + UN_JOUR, 0) - 1
    days = sorted(changes)
    found: list[Periode] = []
    running = 0
    for rank, day in enumerate(days):
        running += changes[day]
        last = days[rank + 1] - UN_JOUR if rank + 1 < len(days) else date.max
        if running < 2:
            continue
        if found and found[-1].nombre == running and found[-1].au + UN_JOUR == day:
            found[-1] = Periode(found[-1].du, last, running)
        else:
            found.append(Periode(day, last, running))
    return found
