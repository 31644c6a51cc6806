"""Scores of a jury: weighted totals on 100, means, spreads, ranking, habits of readers.

Everything is exact (fractions) until one rounding to the thousandth, half up.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Protocol

CENT = 100
REGLE_DES_EGALITES = (
    "À note égale, le plus petit écart entre lecteurs passe devant, puis le dépôt le plus ancien ; "
    "si tout est égal, le rang est partagé et le suivant est sauté."
)


class Critere(Protocol):
    """What is read of a criterion (`rules.regles.Critere`): marked from 0 to `maximum`, weighing `poids`."""

    @property
    def code(self) -> str: ...

    @property
    def poids(self) -> Decimal: ...

    @property
    def maximum(self) -> int: ...


def arrondir(valeur: Fraction) -> Decimal:
    """*valeur* to the thousandth, half up (towards plus infinity)."""
    milliemes = (2 * 1000 * valeur.numerator + valeur.denominator) // (2 * valeur.denominator)
    return Decimal(milliemes).scaleb(-3)


def total_pondere(criteres: Sequence[Critere], notes: Mapping[str, int]) -> Decimal | None:
    """The weighted total on 100: sum of mark ÷ maximum × weight, over the sum of weights.

    `None` while a criterion has no mark, when there is no criterion, or when all weights are zero.
    """
    poids = sum((Fraction(c.poids) for c in criteres), Fraction(0))
    if poids <= 0 or any(c.code not in notes for c in criteres):
        return None
    points = sum((Fraction(notes[c.code], c.maximum) * Fraction(c.poids) for c in criteres), Fraction(0))
    return arrondir(points / poids * CENT)


def moyenne(totaux: Sequence[Decimal]) -> Decimal | None:
    """The mean of the totals of readings; `None` without any."""
    if not totaux:
        return None
    return arrondir(sum((Fraction(t) for t in totaux), Fraction(0)) / len(totaux))


def ecart(totaux: Sequence[Decimal]) -> Decimal | None:
    """The highest total less the lowest; `None` under two readings, where nothing is measured."""
    return max(totaux) - min(totaux) if len(totaux) > 1 else None


@dataclass(frozen=True)
class Candidat:
    """A dossier to rank: the score kept, the spread between its readers, the instant of its deposit."""

    cle: Hashable
    note: Decimal
    ecart: Decimal | None
    depose_le: datetime


def classer(candidats: Sequence[Candidat]) -> dict[Hashable, int]:
    """The rank of each, from 1 (`REGLE_DES_EGALITES`). A spread never measured comes after any other."""
    cles = {c.cle: _ordre(c) for c in candidats}
    return {cle: 1 + sum(autre < ordre for autre in cles.values()) for cle, ordre in cles.items()}


def _ordre(candidat: Candidat) -> tuple[Decimal, bool, Decimal, datetime]:
    mesure = candidat.ecart
    return (-candidat.note, mesure is None, mesure or Decimal(0), candidat.depose_le)


@dataclass(frozen=True)
class Notation:
    """One reading handed in: whose, on what, its total."""

    lecteur: Hashable
    dossier: Hashable
    total: Decimal


@dataclass(frozen=True)
class Profil:
    """How a reader scores. `decalage`: mean difference with the other readers of the same dossiers.

    It compares readers fairly where `moyenne` does not: each reads dossiers of its own. `None` without any
    dossier in common (`communs` counts them).
    """

    lecteur: Hashable
    lectures: int
    moyenne: Decimal
    minimum: Decimal
    maximum: Decimal
    decalage: Decimal | None
    communs: int


def profils(notations: Sequence[Notation]) -> list[Profil]:
    """The habits of each reader, in the order of first appearance."""
    par_dossier: dict[Hashable, list[Notation]] = {}
    par_lecteur: dict[Hashable, list[Notation]] = {}
    for n in notations:
        par_dossier.setdefault(n.dossier, []).append(n)
        par_lecteur.setdefault(n.lecteur, []).append(n)
    return [_profil(lecteur, siennes, par_dossier) for lecteur, siennes in par_lecteur.items()]


def _profil(
    lecteur: Hashable, siennes: Sequence[Notation], par_dossier: Mapping[Hashable, Sequence[Notation]]
) -> Profil:
    totaux = [n.total for n in siennes]
    differences = []
    for n in siennes:
        autres = [Fraction(a.total) for a in par_dossier[n.dossier] if a.lecteur != lecteur]
        if autres:
            differences.append(Fraction(n.total) - sum(autres, Fraction(0)) / len(autres))
    decalage = arrondir(sum(differences, Fraction(0)) / len(differences)) if differences else None
    return Profil(
        lecteur,
        len(siennes),
        moyenne(totaux) or Decimal(0),
        min(totaux),
        max(totaux),
        decalage,
        len(differences),
    )


def quorum(part: Decimal, membres: int) -> int:
    """How many of *membres* must be present: the smallest whole number not under their *part*."""
    besoin = Fraction(part) * membres
    return -(-besoin.numerator // besoin.denominator)
