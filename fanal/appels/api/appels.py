"""Calls: those the account may read, one of them with its rules."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field

from fanal.appels.queries.appels import regles_de
from fanal.appels.queries.description import decrire_appel
from fanal.appels.rules.lecture_regles import en_document
from fanal.appels.views.commun import appel_lisible, appels_lisibles
from fanal.comptes.acces import exiger
from fanal.interface.api import REFUS, Code, Page, Pagination, Refusee, paginer

router = Router(tags=["Appels"])


class AppelDit(Schema):
    code: str = Field(examples=["sesame-2025"])
    titre: str
    annee: int
    organisateur: str = Field(description="« national », ou le sigle de la région.")
    etat: str = Field(description="ouvert, permanent, a_venir, clos, retire ou preparation.")
    resume: str
    ouverture: str
    cloture: str | None = Field(description="Heure légale de Paris ; null : réception permanente.")
    complements_jusqu_au: str
    formulaire: str | None = Field(description="SHA-256 du formulaire lu.")
    demonstration: bool


class AppelEntier(AppelDit):
    presentation: str
    regles: dict[str, Any] = Field(description="Le fichier de règles, comme il se télécharge en YAML.")


@router.get("/appels", response={200: Page[AppelDit], REFUS: Refusee}, summary="Les appels")
def appels(request: HttpRequest, demande: Query[Pagination], etat: Code = "") -> Any:
    """Les appels que votre compte peut lire, la clôture la plus proche d'abord."""
    exiger(request, "appel.voir")
    instant = timezone.now()
    dits = [decrire_appel(a, instant) for a in appels_lisibles(request, instant)]
    return paginer([d for d in dits if not etat or d["etat"] == etat], demande)


@router.get("/appels/{code}", response={200: AppelEntier, REFUS: Refusee}, summary="Un appel et ses règles")
def appel(request: HttpRequest, code: Code) -> Any:
    """Ses dates, sa présentation, ses règles."""
    exiger(request, "appel.voir")
    lu = appel_lisible(request, code)
    return decrire_appel(lu, timezone.now()) | {
        "presentation": lu.presentation,
        "regles": en_document(regles_de(lu)),
    }
