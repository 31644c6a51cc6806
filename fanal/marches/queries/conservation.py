"""Contracts whose papers have reached their term."""

from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta
from django.db.models import Exists, OuterRef, Q

from fanal.comptes.perimetre import Perimetre
from fanal.marches.compute.conservation import EXECUTION, PASSATION, echeances
from fanal.marches.models import Elimination, Marche
from fanal.marches.queries.portee import marches_visibles
from fanal.parametres import valeur


@dataclass(frozen=True)
class AEliminer:
    """A file of a contract that may leave since `depuis`."""

    marche: Marche
    dossier: str
    depuis: date


def _annees(le: date) -> dict[str, int]:
    return {
        "passation_annees": valeur("conservation.marche_passation_annees", le=le),
        "execution_annees": valeur("conservation.marche_execution_annees", le=le),
    }


def echeances_de(marche: Marche, le: date) -> dict[str, date | None]:
    """The first day on which each file of the contract may leave."""
    return echeances(notification=marche.date_notification, solde=marche.solde_le, **_annees(le))


def a_eliminer(perimetre: Perimetre, le: date) -> list[AEliminer]:
    """The files at their term on day *le*, the oldest first; those that left already are not there."""
    years = _annees(le)
    limits = {
        PASSATION: Q(date_notification__lte=le - relativedelta(years=years["passation_annees"])),
        EXECUTION: Q(solde_le__lte=le - relativedelta(years=years["execution_annees"])),
    }
    found = []
    for file, reached in limits.items():
        gone = Elimination.objects.filter(marche=OuterRef("pk"), dossier=file)
        for marche in marches_visibles(perimetre).filter(reached, ~Exists(gone)):
            due = echeances_de(marche, le)[file]
            if due is not None:
                found.append(AEliminer(marche, file, due))
    return sorted(found, key=lambda x: (x.depuis, x.marche.pk))
