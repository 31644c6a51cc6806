"""Revisions due: late ones and next ones over the contracts that an account sees."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from fanal.comptes.perimetre import Perimetre
from fanal.marches.models import Marche
from fanal.marches.queries.etat import vies
from fanal.marches.queries.portee import marches_visibles
from fanal.prix.compute.echeances import EN_RETARD, echeances
from fanal.prix.models import ClauseRevision, RevisionPrix
from fanal.prix.queries.prix import definition


@dataclass(frozen=True)
class RevisionDue:
    """A revision that nobody has done yet."""

    clause: ClauseRevision
    marche: Marche
    le: date
    etat: str
    nom: str
    formule: str

    @property
    def en_retard(self) -> bool:
        return self.etat == EN_RETARD


def revisions_dues(perimetre: Perimetre, le: date) -> list[RevisionDue]:
    """Late and next revisions of the notified contracts of a perimeter, the oldest first."""
    rows = ClauseRevision.objects.filter(
        marche__in=marches_visibles(perimetre), marche__etat=Marche.Etat.NOTIFIE
    ).select_related("marche")
    return _dues(list(rows), le)


def revisions_du_marche(marche: Marche, le: date) -> list[RevisionDue]:
    """The same for one contract."""
    if marche.etat != Marche.Etat.NOTIFIE:
        return []
    return _dues(list(marche.clauses.select_related("marche")), le)


def _dues(clauses: list[ClauseRevision], le: date) -> list[RevisionDue]:
    done: dict[int, list[date]] = defaultdict(list)
    for key, when in RevisionPrix.objects.filter(clause__in=clauses).values_list("clause", "le"):
        done[key].append(when)
    lives = vies({c.marche_id: c.marche for c in clauses}.values(), le)
    found = []
    for clause in clauses:
        value = definition(clause)
        end = lives[clause.marche_id].fin_totale
        found += [
            RevisionDue(clause, clause.marche, due.le, due.etat, value.nom, value.formule)
            for due in echeances(value, done[clause.pk], le, end)
        ]
    return sorted(found, key=lambda due: (due.le, due.marche.pk))
