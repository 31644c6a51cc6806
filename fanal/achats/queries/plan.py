"""The plan itself: its actions by status and by month, whatever their results."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce, TruncMonth

from fanal.achats.models import Action
from fanal.achats.queries.tables import TYPE, current
from fanal.campagnes.models import Campagne
from fanal.comptes.perimetre import Perimetre

STATUTS = {
    "envisagée": ("Envisagée", "neutre"),
    "en cours": ("En cours", "attente"),
    "notifiée": ("Notifiée", "decide"),
    "abandonnée": ("Abandonnée", "refus"),
    "": ("Non précisé", "neutre"),
}
ECHEANCE = Coalesce("date_prevue", "date_premiere_commande")


@dataclass(frozen=True)
class Mois:
    """A month of the plan: how many actions fall in it, and their annual gains in euros.

    `prevu` is what is still only expected, `declare` what was declared.
    """

    premier_jour: date
    actions: int
    prevu: Decimal | None
    declare: Decimal | None


def actions_of_plan(annee: int, periode: str, perimetre: Perimetre) -> "QuerySet[Any]":
    """The actions of the plan of the year that *perimetre* sees, with `ght` and `echeance`."""
    campagne = "version__dossier__campagne__"
    rows = current(
        Action.objects.filter(
            **{f"{campagne}type_campagne": TYPE, f"{campagne}annee": annee, f"{campagne}periode": periode}
        )
    )
    visible = perimetre.dossiers_q("version__dossier__")
    plan: QuerySet[Any] = rows.filter(visible).annotate(
        ght=F("version__dossier__ght__code"), echeance=ECHEANCE
    )
    return plan


def latest_period(annee: int) -> str:
    """The period of the year that opened last; the end of the year when there is none."""
    latest = Campagne.objects.filter(type_campagne=TYPE, annee=annee).order_by("-ouverture").first()
    return latest.periode if latest else "fin-annee"


def by_status(actions: "QuerySet[Any]") -> dict[str, int]:
    """How many actions stand at each status."""
    return dict(actions.order_by().values_list("statut").annotate(n=Count("pk")).values_list("statut", "n"))


def by_month(actions: "QuerySet[Any]") -> list[Mois]:
    """The months of the plan, in order; actions without any date are left out."""
    rows = (
        actions.filter(echeance__isnull=False)
        .order_by()
        .annotate(mois=TruncMonth("echeance"))
        .values("mois")
        .annotate(
            n=Count("pk"),
            prevu=Sum(
                "gain_previsionnel_ttc", filter=~Q(statut="abandonnée") & Q(gain_annuel_ttc__isnull=True)
            ),
            declare=Sum("gain_annuel_ttc"),
        )
        .order_by("mois")
    )
    return [Mois(r["mois"], r["n"], r["prevu"], r["declare"]) for r in rows]
