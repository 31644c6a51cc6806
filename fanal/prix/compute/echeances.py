"""When revisions are due: the next one, those that are late."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from fanal.prix.compute.clause import Clause, rang_de_revision

EN_RETARD, A_VENIR = "en_retard", "a_venir"


@dataclass(frozen=True)
class Echeance:
    """A revision due on a day."""

    le: date
    etat: str


def echeances(clause: Clause, traitees: Collection[date], le: date, fin: date | None) -> list[Echeance]:
    """The revisions that nobody has looked at since the last one treated, then the next one.

    A revision that was overtaken by a later one treated is no longer due. Nothing is due after *fin*, the
    last day of the contract, nor without a periodicity.
    """
    if clause.premiere is None or clause.periode_mois is None:
        return []
    last = max(traitees, default=None)
    due: list[Echeance] = []
    for rank in range(2400):
        when = rang_de_revision(clause, rank)
        if fin is not None and when > fin:
            break
        if last is not None and when <= last:
            continue
        due.append(Echeance(when, EN_RETARD if when <= le else A_VENIR))
        if when > le:
            break
    return due
