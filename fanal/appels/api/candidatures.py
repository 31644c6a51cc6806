"""Dossiers: those of the account, their state, beginning one, handing it in. Same rules as the pages."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field

from fanal.appels.actions import candidatures as actions
from fanal.appels.queries.description import decrire_dossier
from fanal.appels.queries.enveloppes import tel_que_vu
from fanal.appels.queries.portee import candidature_de, candidatures
from fanal.appels.types_campagne import DEPOSER, SAISIR
from fanal.appels.views.commun import appel_lisible
from fanal.campagnes.models import Dossier
from fanal.comptes.acces import compte, exiger, perimetre_de
from fanal.interface.api import REFUS, Code, Numero, Page, Pagination, Refusee, Texte, paginer
from fanal.interface.ici import noeud_de

router = Router(tags=["Appels"])


class ConstatDit(Schema):
    code: str
    titre: str
    verdict: str = Field(description="oui, non ou inconnu.")
    consequence: str
    phrase: str
    reference: str


class CandidatureDite(Schema):
    numero: int
    appel: str
    niveau: str
    code: str
    declarant: str
    region: str
    reference: str
    etape: str
    etape_titre: str
    en_retard: bool
    version: int | None
    depose_le: str | None = Field(description="Heure légale de Paris.")
    empreinte: str | None = Field(description="SHA-256 des réponses déposées.")
    montant_eligible: str | None
    montant_demande: str | None
    montant_maximum: str | None
    constats: list[ConstatDit]


class Commencement(Schema):
    """Qui répond, et ce qui distingue ce dossier de ses autres dossiers."""

    declarant: Code = Field(examples=["etablissement:210000001"])
    reference: Code = ""


class Motive(Schema):
    motif: Texte


@router.get("/candidatures", response={200: Page[CandidatureDite], REFUS: Refusee}, summary="Les dossiers")
def liste(request: HttpRequest, demande: Query[Pagination], appel: Code = "", etape: Code = "") -> Any:
    """Les dossiers que votre compte voit : les siens à toute étape, ceux qu'il instruit une fois déposés."""
    if perimetre_de(request, "candidature.voir").vide:
        exiger(request, "instruction.voir")
    vus = candidatures(request).order_by("pk")
    if appel:
        vus = vus.filter(campagne__code=appel)
    if etape:
        vus = vus.filter(Q(etape_vue=etape))
    return paginer(vus, demande, lambda d: decrire_dossier(tel_que_vu(d)))


@router.get("/candidatures/{numero}", response={200: CandidatureDite, REFUS: Refusee}, summary="Un dossier")
def un_dossier(request: HttpRequest, numero: Numero) -> Any:
    """Où il en est, et ce que dit la table des conditions."""
    return decrire_dossier(candidature_de(request, numero))


@router.post(
    "/appels/{code}/candidatures",
    response={201: CandidatureDite, REFUS: Refusee},
    summary="Commencer un dossier",
)
def commencer(request: HttpRequest, code: Code, corps: Commencement) -> Any:
    """Le dossier se remplit ensuite par les opérations « Questionnaires »."""
    noeud = noeud_de(corps.declarant)
    exiger(request, SAISIR, noeud)  # 404 for a node of elsewhere, 403 without the right
    dossier = actions.commencer(
        appel=appel_lisible(request, code),
        noeud=noeud,
        reference=corps.reference,
        by=compte(request),
        instant=timezone.now(),
    )
    return 201, decrire_dossier(_relu(dossier))


@router.post(
    "/candidatures/{numero}/deposer",
    response={201: CandidatureDite, REFUS: Refusee},
    summary="Déposer un dossier",
)
def deposer(request: HttpRequest, numero: Numero) -> Any:
    """Les réponses du brouillon sont figées. Incomplet, le refus nomme ce qui manque."""
    dossier = candidature_de(request, numero, DEPOSER)
    actions.deposer(dossier=dossier, by=compte(request), instant=timezone.now())
    return 201, decrire_dossier(_relu(dossier))


@router.post(
    "/candidatures/{numero}/reprendre",
    response={200: CandidatureDite, REFUS: Refusee},
    summary="Reprendre un dossier",
)
def reprendre(request: HttpRequest, numero: Numero) -> Any:
    """Avant la clôture : le dossier n'est plus déposé tant qu'il ne l'est pas à nouveau."""
    dossier = candidature_de(request, numero, DEPOSER)
    actions.reprendre(dossier=dossier, by=compte(request), instant=timezone.now())
    return decrire_dossier(_relu(dossier))


@router.post(
    "/candidatures/{numero}/abandonner",
    response={200: CandidatureDite, REFUS: Refusee},
    summary="Retirer un dossier",
)
def abandonner(request: HttpRequest, numero: Numero, corps: Motive) -> Any:
    """Avec un motif, inscrit au journal. Sa place revient au suivant."""
    dossier = candidature_de(request, numero, DEPOSER)
    actions.abandonner(dossier=dossier, motif=corps.motif, by=compte(request), instant=timezone.now())
    return decrire_dossier(_relu(dossier))


def _relu(dossier: Dossier) -> Dossier:
    return Dossier.objects.select_related("campagne__appel", "version_courante").get(pk=dossier.pk)
