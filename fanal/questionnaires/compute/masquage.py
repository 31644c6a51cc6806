"""Counts of patients that may be shown. Under the minimum, only those who entered them, OMEDIT and ARS see.

A published count stands alone: no total is given to those from whom a count is hidden, since a total and its
other parts would tell it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from fanal.moteurs.xlsform.modele import GROUPE, REPETITION, Element, Reponses

EFFECTIF = "effectif"


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


def cacher(elements: Sequence[Element], valeurs: Reponses, minimum: int) -> Reponses:
    """Answers in which the small counts are words: those of the questions whose appearance holds « effectif »
    (rows of repeats too). *valeurs* is left as it is.
    """
    cachees = dict(valeurs)
    for element in elements:
        if element.genre == REPETITION:
            rangees = valeurs.get(element.nom)
            if isinstance(rangees, list):
                cachees[element.nom] = [
                    cacher(element.enfants, r, minimum) if isinstance(r, dict) else r for r in rangees
                ]
        elif element.genre == GROUPE:
            cachees = cacher(element.enfants, cachees, minimum)
        elif EFFECTIF in element.apparence.split() and element.nom in valeurs:
            cachees[element.nom] = _dire(valeurs[element.nom], minimum)
    return cachees


def _dire(valeur: Any, minimum: int) -> Any:
    texte = str(valeur).strip()
    if texte in ("", "None"):
        return valeur
    # What is no plain count is hidden whole: nobody knows how small it is.
    if not texte.isdecimal():
        return str(Masque(minimum))
    montre = masquer(int(texte), minimum, complet=False)
    return valeur if isinstance(montre, int) else str(montre)
