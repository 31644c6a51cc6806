"""API of the parameters: every dated value with its source."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from fanal.interface.api import REFUS, Code, Refusee
from fanal.parametres.catalogue import catalogue, tous
from fanal.parametres.valeur import Parametre, ParametreInconnu, Valeur
from fanal.refus import Introuvable

router = Router(tags=["Paramètres"])


class ValeurDatee(Schema):
    depuis: date
    jusqu_a: date | None
    valeur: Any = Field(description="Nombres exacts en texte ; `null` quand la source ne dit rien.")
    source: str
    reference: str
    lien: str
    note: str
    a_confirmer: bool
    axes: dict[str, str]


class ParametreDit(Schema):
    code: str = Field(examples=["achats.controles.borne_alerte"])
    libelle: str
    type: str
    unite: str
    description: str
    a_confirmer: bool
    valeurs: list[ValeurDatee]


def _valeur(v: Valeur) -> dict[str, Any]:
    names = ("depuis", "jusqu_a", "source", "reference", "lien", "note", "a_confirmer", "axes")
    return {n: getattr(v, n) for n in names} | {"valeur": v.valeur}


def _parametre(p: Parametre, le: date | None) -> dict[str, Any]:
    names = ("code", "libelle", "type", "unite", "description", "a_confirmer")
    valeurs = [_valeur(v) for v in p.valeurs if le is None or v.holds(le)]
    return {n: getattr(p, n) for n in names} | {"valeurs": valeurs}


@router.get(
    "", response={200: list[ParametreDit], REFUS: Refusee}, summary="Les valeurs datées et leurs sources"
)
def parametres(request: HttpRequest, prefixe: Code = "", le: date | None = None) -> Any:
    """Seuils, taux, fenêtres et règles : toutes leurs valeurs, ou celles en vigueur le jour `le`."""
    return [_parametre(p, le) for p in tous() if p.code.startswith(prefixe)]


@router.get("/{code}", response={200: ParametreDit, REFUS: Refusee}, summary="Un paramètre")
def parametre(request: HttpRequest, code: Code, le: date | None = None) -> Any:
    """Un paramètre et ses valeurs successives, la plus ancienne d'abord."""
    try:
        return _parametre(catalogue()[code], le)
    except ParametreInconnu as error:
        raise Introuvable(f"{error} La liste des paramètres donne leurs codes.") from error
