"""The indicators of contracts: the same figures as the page."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field

from fanal.comptes.acces import exiger
from fanal.interface import ici
from fanal.interface.api import REFUS, Annee, Code, Refusee
from fanal.marches.compute.definitions import INDICATEURS
from fanal.marches.compute.indicateurs import Mesure
from fanal.marches.compute.portefeuille import Filtres
from fanal.marches.queries.indicateurs import Indicateurs, indicateurs

router = Router(tags=["Marchés"])
MILLIEME = Decimal("0.0001")


class IndicateurDit(Schema):
    """Un indicateur. `base` marchés peuvent répondre, dont `oui` répondent oui ; `muets` ne le peuvent pas.

    Les parts sont des fractions (0.25 : 25 %), les moyennes des nombres ; `null` : non calculable. Montants
    HT en euros ; les marchés de la base sans montant (`sans_montant`) n'y sont pas.
    """

    code: str
    titre: str
    definition: str
    portee: str = Field(description="stock : tous les marchés ; flux : ceux notifiés dans l'année.")
    base: int
    oui: int
    muets: int
    sans_montant: int
    montant_base: str
    montant_oui: str
    part_nombre: str | None
    part_montant: str | None
    moyenne: str | None
    moyenne_ponderee: str | None
    objectif: str | None
    source_objectif: str | None


class IndicateursDits(Schema):
    """Les indicateurs d'un territoire au jour de la demande."""

    le: date
    annee: int | None = Field(description="`null` : toutes les années.")
    marches: int
    notifies: int
    montant_notifie: str
    sans_notification: int
    part_premiers_fournisseurs: str | None
    ihh: str | None = Field(description="Herfindahl-Hirschman, de 0 à 10 000, en montant.")
    indicateurs: list[IndicateurDit]


class Demande(Schema):
    territoire: Code = Field("national", examples=["ght:BFC-03"])
    annee: Annee | None = Field(None, description="Année de notification ; sans elle, la dernière connue.")
    famille: Code = ""
    acheteur: Code = Field("", description="Une partie du nom, ou le SIRET.")


@router.get(
    "/marches/indicateurs",
    response={200: IndicateursDits, REFUS: Refusee},
    summary="Les indicateurs des marchés",
)
def lire(request: HttpRequest, demande: Query[Demande]) -> Any:
    """Ce que voit le compte sur ce territoire : les marchés d'un autre GHT n'y comptent pas."""
    today = timezone.localdate()
    held = exiger(request, "marche.voir")
    place = ici.noeud_de(demande.territoire)
    if place.objet is not None:
        exiger(request, "marche.voir", place)
    filtres = Filtres(famille=demande.famille, acheteur=demande.acheteur)
    return dire(indicateurs(held, place, filtres, demande.annee, "famille", today), today)


def dire(found: Indicateurs, today: date) -> dict[str, Any]:
    """The indicators as the API says them."""
    weight = found.concentration["montant"]
    return {
        "le": today,
        "annee": found.annee,
        "marches": found.total,
        "notifies": found.notifies,
        "montant_notifie": f"{found.montant_notifie:.2f}",
        "sans_notification": found.sans_notification,
        "part_premiers_fournisseurs": _fraction(weight.part_premiers),
        "ihh": None if weight.ihh is None else f"{weight.ihh:.0f}",
        "indicateurs": [_un(code, m, found) for code, m in found.mesures.items()],
    }


def _un(code: str, mesure: Mesure, found: Indicateurs) -> dict[str, Any]:
    indicator, goal = INDICATEURS[code], found.objectifs.get(code)
    share = indicator.mesure == "part"
    return {
        "code": code,
        "titre": indicator.titre,
        "definition": indicator.definition,
        "portee": indicator.portee,
        "base": mesure.base,
        "oui": mesure.oui,
        "muets": mesure.muets,
        "sans_montant": mesure.sans_montant,
        "montant_base": f"{Decimal(mesure.base_c) / 100:.2f}",
        "montant_oui": f"{Decimal(mesure.oui_c) / 100:.2f}",
        "part_nombre": _fraction(mesure.part_nombre) if share else None,
        "part_montant": _fraction(mesure.part_montant) if share else None,
        "moyenne": _fraction(mesure.moyenne),
        "moyenne_ponderee": _fraction(mesure.moyenne_ponderee),
        "objectif": str(goal.valeur) if goal else None,
        "source_objectif": goal.source if goal else None,
    }


def _fraction(value: Decimal | None) -> str | None:
    return None if value is None else str(value.quantize(MILLIEME, ROUND_HALF_UP))
