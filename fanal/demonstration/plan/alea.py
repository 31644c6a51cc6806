"""Seeded draws that give the same values everywhere: no function of the system's mathematical library."""

import random
from collections.abc import Sequence
from itertools import pairwise
from typing import TypeVar

T = TypeVar("T")


class Alea:
    """A stream of draws named by its seed."""

    def __init__(self, *graine: object) -> None:
        self._source = random.Random("fanal/" + "/".join(map(str, graine)))

    def unite(self) -> float:
        """A float in [0, 1)."""
        return self._source.random()

    def entre(self, bas: float, haut: float) -> float:
        """A float in [bas, haut)."""
        return bas + (haut - bas) * self._source.random()

    def entier(self, bas: int, haut: int) -> int:
        """An integer in [bas, haut], both included."""
        return bas + int((haut - bas + 1) * self._source.random())

    def parmi(self, choix: Sequence[T]) -> T:
        """One of the elements."""
        return choix[int(len(choix) * self._source.random())]

    def pondere(self, choix: Sequence[tuple[T, float]]) -> T:
        """One of the elements, in proportion to their weights."""
        vise = self._source.random() * sum(poids for _, poids in choix)
        for element, poids in choix:
            vise -= poids
            if vise < 0:
                return element
        return choix[-1][0]

    def quantile(self, table: Sequence[tuple[float, float]]) -> float:
        """A value of a distribution given by points (cumulated share, value), straight lines between them."""
        u = self._source.random()
        for (bas, debut), (haut, fin) in pairwise(table):
            if u < haut:
                return debut + (fin - debut) * (u - bas) / (haut - bas)
        return table[-1][1]

    def prendre(self, choix: Sequence[T], nombre: int) -> list[T]:
        """`nombre` distinct elements, in the order of the sequence."""
        rangs = list(range(len(choix)))
        for i in range(min(nombre, len(rangs))):
            j = i + int((len(rangs) - i) * self._source.random())
            rangs[i], rangs[j] = rangs[j], rangs[i]
        return [choix[i] for i in sorted(rangs[:nombre])]
