"""API of prices, for finance systems: the price list of a contract, priced on a day."""

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from fanal.comptes.acces import exiger, perimetre_de
from fanal.interface.api import REFUS, Numero, Refusee
from fanal.marches.models import Marche
from fanal.marches.queries.portee import un_marche
from fanal.prix.queries.prix import LigneActuelle, lignes_actuelles, version_courante
from fanal.territoires.noeuds import Noeud

router = Router(tags=["Prix"])
VOIR = "prix.voir"


class LigneBpuDite(Schema):
    """Une ligne du bordereau. Prix HT pour une unité, en texte exact ; `null` : aucun prix ce jour-là."""

    cle: str = Field(description="Numéro de la ligne, le même d'une version à l'autre.")
    type_code: str
    code: str
    libelle: str
    unite: str
    conditionnement: str
    prix_unitaire_ht: str | None
    prix_depuis: date | None
    origine: str = Field(description="bpu, revision, avenant ou promotion.")
    taux_tva: str
    du: date | None
    au: date | None
    livret: str
    echue: bool = Field(description="Vrai quand la ligne ou le marché a pris fin ce jour-là.")


class Bordereau(Schema):
    """Le bordereau d'un marché ; `version` est `null` sans bordereau."""

    marche: int
    identifiant: str
    le: date
    version: int | None
    lignes: list[LigneBpuDite]


@router.get(
    "/marches/{numero}/prix",
    response={200: Bordereau, REFUS: Refusee},
    summary="Le bordereau des prix d'un marché",
)
def bordereau(
    request: HttpRequest,
    numero: Numero,
    le: Annotated[date | None, Field(description="Jour des prix ; aujourd'hui par défaut.")] = None,
) -> Any:
    """Les lignes de la version en cours, au prix du jour demandé, révisions et promotions comprises."""
    marche, day = _un(request, numero), le or timezone.localdate()
    version = version_courante(marche)
    return {
        "marche": marche.pk,
        "identifiant": marche.identifiant,
        "le": day,
        "version": version.numero if version else None,
        "lignes": [_dire(actual) for actual in lignes_actuelles(marche, day)],
    }


def _un(request: HttpRequest, numero: int) -> Marche:
    """The contract, when the account reads its prices; 403 when it sees its node without that right."""
    held = perimetre_de(request, VOIR)
    there = Marche.objects.filter(pk=numero).first() if held.vide else None
    if there is not None:
        exiger(request, VOIR, Noeud.de(there))
    return un_marche(numero, held)


def _dire(actual: LigneActuelle) -> dict[str, Any]:
    line, price = actual.ligne, actual.courant
    return {
        "cle": line.cle,
        "type_code": line.type_code,
        "code": line.code,
        "libelle": line.libelle,
        "unite": line.unite,
        "conditionnement": f"{line.conditionnement.normalize():f}",
        "prix_unitaire_ht": f"{price.prix.normalize():f}" if price else None,
        "prix_depuis": price.depuis if price else None,
        "origine": price.origine if price else "",
        "taux_tva": f"{line.taux_tva.normalize():f}",
        "du": line.du,
        "au": line.au,
        "livret": line.livret,
        "echue": actual.echue,
    }
