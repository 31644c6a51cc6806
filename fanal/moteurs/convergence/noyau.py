"""What of a knapsack is settled before any search: reduction by bounds (Dantzig; Dembo and Hammer).

Each item gains `gain` and weighs `poids`; at most one item of each group. Bounds forget the groups, so that
they stay bounds; an item is settled only when the contrary would be strictly worse than an answer in hand.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple


class Objet(NamedTuple):
    """An item: its group, its rank there, its gain and its weight (cents)."""

    groupe: int
    rang: int
    gain: int
    poids: int


@dataclass(frozen=True)
class Noyau:
    """What is left to choose: *pris* are in every best answer, *reste* is undecided, within *capacite*."""

    pris: tuple[Objet, ...]
    reste: tuple[Objet, ...]
    capacite: int


def reduire(objets: Sequence[Objet], capacite: int) -> Noyau:
    """The core of the problem. Gains are positive."""
    ranges = sorted(objets, key=lambda o: (-_rendement(o), o.groupe, o.rang))
    somme = occupe = 0
    rang_critique = len(ranges)
    for rang, objet in enumerate(ranges):
        if occupe + objet.poids > capacite:
            rang_critique = rang
            break
        somme, occupe = somme + objet.gain, occupe + objet.poids
    if rang_critique == len(ranges):
        return Noyau((), tuple(objets), capacite)
    critique = ranges[rang_critique]
    prix = Fraction(critique.gain, critique.poids)  # what a cent of capacity is worth
    borne = somme + prix * (capacite - occupe)
    en_main = _glouton(ranges, capacite)
    pris: list[Objet] = []
    reste: list[Objet] = []
    for rang, objet in enumerate(ranges):
        autrement = borne - abs(objet.gain - prix * objet.poids)
        if rang == rang_critique or autrement >= en_main:
            reste.append(objet)
        elif rang < rang_critique:
            pris.append(objet)
    groupes = {o.groupe for o in pris}
    if len(groupes) < len(pris):  # two of one group can both look settled only because bounds forget groups
        return Noyau((), tuple(objets), capacite)
    libres = tuple(sorted(o for o in reste if o.groupe not in groupes))
    return Noyau(tuple(sorted(pris)), libres, capacite - sum(o.poids for o in pris))


def _rendement(objet: Objet) -> Fraction:
    return Fraction(objet.gain, objet.poids) if objet.poids else Fraction(10**18)


def _glouton(ranges: Sequence[Objet], capacite: int) -> int:
    """The gain of an answer that keeps the groups: the best return first, whatever still fits."""
    gain, reste, servis = 0, capacite, set()
    for objet in ranges:
        if objet.poids <= reste and objet.groupe not in servis:
            gain, reste = gain + objet.gain, reste - objet.poids
            servis.add(objet.groupe)
    return gain
