"""Counts of patients that may be shown. Under the minimum, only those who entered them, OMEDIT and ARS see.

A published count stands alone: no total is given to those from whom a count is hidden, since a total and its
other parts would tell it.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Masque:
    """A count that is hidden: known, above zero, under `minimum`."""

    minimum: int

    def __str__(self) -> str:
        return f"moins de {self.minimum}"


def masquer(effectif: int | None, minimum: int, *, complet: bool) -> int | Masque | None:
    """The count as it may be shown: itself when *complet*, when it is zero or when it reaches *minimum*.

    Raises ValueError for a negative count.
    """
    if effectif is not None and effectif < 0:
        raise ValueError("Un effectif ne peut pas être négatif.")
    if effectif is None or complet or effectif == 0 or effectif >= minimum:
        return effectif
    return Masque(minimum)


def total(effectifs: Iterable[int | None], minimum: int, *, complet: bool) -> int | None:
    """The sum of the counts, or None when it may not be told: some are hidden from this reader."""
    connus = [n for n in effectifs if n is not None]
    if not complet and any(0 < n < minimum for n in connus):
        return None
    return sum(connus)
