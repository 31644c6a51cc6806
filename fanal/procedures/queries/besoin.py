"""What the GHT already buys of the same kind, and which operators' contracts could be joined."""

from datetime import date
from decimal import Decimal

from dateutil.relativedelta import relativedelta
from django.db.models import Q, QuerySet, Sum

from fanal.comptes.perimetre import Perimetre
from fanal.marches.models import Marche
from fanal.marches.queries.portee import marches_visibles

MOIS = 12


def achats_homogenes(perimetre: Perimetre, cpv: str, nature: str, le: date) -> QuerySet[Marche]:
    """Contracts of the perimeter of the same CPV family notified in the twelve months before *le*.

    For recurrent needs the value counts the twelve months before (or after) the launch.
    """
    if not cpv:
        return Marche.objects.none()
    since = le - relativedelta(months=MOIS)
    return marches_visibles(perimetre).filter(
        Q(nature_achat=nature) | Q(nature_achat=""),
        code_cpv__startswith=cpv,
        date_notification__gte=since,
        date_notification__lt=le,
        operateur_acheteur__isnull=True,
    )


def total(marches: QuerySet[Marche]) -> tuple[Decimal, int]:
    """The sum of known amounts, and how many contracts have none."""
    known = marches.aggregate(somme=Sum("montant"))["somme"] or Decimal(0)
    return known, marches.filter(montant__isnull=True).count()


def marches_d_operateurs(cpv: str, le: date) -> QuerySet[Marche]:
    """Contracts of purchasing operators on the same CPV family that one may still order on at *le*."""
    if not cpv:
        return Marche.objects.none()
    return Marche.objects.filter(
        Q(date_fin_totale__isnull=True) | Q(date_fin_totale__gte=le),
        operateur_acheteur__isnull=False,
        code_cpv__startswith=cpv[:3] if len(cpv) > 3 else cpv,
    ).exclude(etat__in=["resilie", "solde"])
