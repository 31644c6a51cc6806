"""Campaigns: their windows, where their dossiers stand, who has not answered."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field

from fanal.campagnes import registre
from fanal.campagnes.api.acces import campagne_de
from fanal.campagnes.models import Campagne
from fanal.campagnes.queries.avancement import etat_campagne
from fanal.campagnes.queries.campagnes import Attendu, attendus_sans_reponse, tableau_de_bord
from fanal.comptes.acces import exiger
from fanal.interface.api import REFUS, Annee, Code, Page, Pagination, Refusee, paginer
from fanal.territoires.noeuds import Noeud

router = Router(tags=["Campagnes"])


class CampagneDite(Schema):
    code: str = Field(examples=["performance-2021-fin-annee"])
    titre: str
    type_campagne: str
    annee: int
    periode: str
    ouverture: datetime
    cloture: datetime
    correction_jusqu_au: datetime
    delai_reponse_jours: int
    etat: str = Field(description="a_venir, ouverte, corrections ou close.")
    demonstration: bool


class Etat(CampagneDite):
    """Où en est la campagne, dans le territoire de votre compte."""

    dossiers: int
    en_retard: int
    attendus: int
    sans_reponse: int
    lignes: int
    decidees: int
    a_decider: int
    observations_ouvertes: int
    par_etape: dict[str, dict[str, int]] = Field(description="Dossiers par format, puis par étape.")


class SansReponse(Schema):
    format: str
    niveau: str
    code: str
    nom: str
    dossier: int | None
    phrase: str


def _campagne(c: Campagne, instant: datetime) -> dict[str, Any]:
    names = [n for n in CampagneDite.model_fields if n != "etat"]
    return {n: getattr(c, n) for n in names} | {"etat": etat_campagne(c, instant)[0]}


def _attendu(a: Attendu) -> dict[str, Any]:
    noeud = Noeud.de(a.repondant)
    return {
        "format": a.repondant.format,
        "niveau": noeud.niveau,
        "code": noeud.code,
        "nom": a.repondant.nom_noeud,
        "dossier": a.dossier.pk if a.dossier else None,
        "phrase": a.phrase,
    }


@router.get("/campagnes", response={200: Page[CampagneDite], REFUS: Refusee}, summary="Les campagnes")
def campagnes(
    request: HttpRequest, demande: Query[Pagination], annee: Annee | None = None, type_campagne: Code = ""
) -> Any:
    """Les campagnes, la plus récente d'abord."""
    exiger(request, "campagne.voir")
    rows = Campagne.objects.exclude(type_campagne__in=registre.ailleurs())
    if annee:
        rows = rows.filter(annee=annee)
    if type_campagne:
        rows = rows.filter(type_campagne=type_campagne)
    now = timezone.now()
    return paginer(rows, demande, lambda c: _campagne(c, now))


@router.get("/campagnes/{code}", response={200: Etat, REFUS: Refusee}, summary="Où en est une campagne")
def campagne(request: HttpRequest, code: Code) -> Any:
    """Ses fenêtres et le compte des dossiers et des lignes, dans le territoire de votre compte."""
    found = campagne_de(request, code)
    now = timezone.now()
    board = tableau_de_bord(found, now, exiger(request, "campagne.voir"))
    names = ("dossiers", "en_retard", "attendus", "lignes", "decidees", "a_decider", "observations_ouvertes")
    return (
        _campagne(found, now)
        | {n: getattr(board, n) for n in names}
        | {"sans_reponse": len(board.sans_reponse), "par_etape": board.par_etape}
    )


@router.get(
    "/campagnes/{code}/sans-reponse",
    response={200: Page[SansReponse], REFUS: Refusee},
    summary="Qui n'a pas encore répondu",
)
def sans_reponse(request: HttpRequest, code: Code, demande: Query[Pagination]) -> Any:
    """Les déclarants attendus dont la réponse n'est pas transmise, dans le territoire de votre compte."""
    found = campagne_de(request, code)
    return paginer(attendus_sans_reponse(found, exiger(request, "campagne.voir")), demande, _attendu)
