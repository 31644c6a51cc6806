"""Steps, opinions, requests for observations and their answers."""

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema, Status
from pydantic import Field

from fanal.campagnes.actions import avis as avis_actions
from fanal.campagnes.actions import dossiers as dossiers_actions
from fanal.campagnes.actions import observations as observations_actions
from fanal.campagnes.api.acces import dossier_de
from fanal.campagnes.api.dossiers import DossierDit, resume
from fanal.campagnes.models import Avis, Observation
from fanal.campagnes.queries.dossiers import avis_du_dossier, reception_de
from fanal.comptes.acces import compte, perimetre_de
from fanal.interface.api import REFUS, SANS_NUL, Numero, Refusee, Texte
from fanal.refus import Introuvable
from fanal.territoires.models import Niveau

router = Router(tags=["Échanges"])
Cle = Annotated[str, Field(max_length=120, pattern=SANS_NUL)]
Mot = Annotated[str, Field(max_length=40, pattern=SANS_NUL)]


class PassageVoulu(Schema):
    transition: Mot = Field(examples=["valider"])
    motif: Texte = ""


class AvisVoulu(Schema):
    sens: Mot = Field(examples=["favorable"], description="favorable, reserve ou defavorable.")
    texte: Texte = ""


class AvisDit(Schema):
    numero: int
    version: int
    niveau: str
    sens: str
    texte: str
    rendu_le: datetime
    change_depuis: int = Field(description="Lignes ajoutées, modifiées ou retirées depuis cet avis.")


class Demandes(Schema):
    """Ce qui est demandé, par clé de ligne ; la clé vide désigne l'ensemble du dossier."""

    demandes: Annotated[dict[Cle, Texte], Field(max_length=5000)] = Field(
        examples=[{"BFC03-2021-001": "Précisez le mode de calcul du gain."}]
    )
    echeance: date | None = Field(None, description="Dernier jour de réponse, inclus.")


class ObservationDite(Schema):
    numero: int
    cle: str
    version: int
    demande: str
    demandee_le: datetime
    echeance: date
    reponse: str
    repondu_le: datetime | None


class ReponseVoulue(Schema):
    reponse: Texte


def _avis(a: Avis, change: int = 0) -> dict[str, Any]:
    names = ("niveau", "sens", "texte", "rendu_le")
    return {n: getattr(a, n) for n in names} | {
        "numero": a.pk,
        "version": a.version.numero,
        "change_depuis": change,
    }


def _observation(o: Observation) -> dict[str, Any]:
    names = ("cle", "demande", "demandee_le", "echeance", "reponse", "repondu_le")
    return {n: getattr(o, n) for n in names} | {"numero": o.pk, "version": o.version.numero}


@router.post(
    "/dossiers/{numero}/transitions",
    response={200: DossierDit, REFUS: Refusee},
    summary="Faire passer un dossier à l'étape suivante",
)
def franchir(request: HttpRequest, numero: Numero, demande: PassageVoulu) -> Any:
    """Valider, transmettre, prendre en contrôle… Le dossier dit quels passages sont possibles."""
    found = dossier_de(request, numero)
    transition = reception_de(found).transition(demande.transition)
    dossier_de(request, numero, transition.permission)
    dossiers_actions.franchir(
        dossier=found,
        transition=demande.transition,
        by=compte(request),
        instant=timezone.now(),
        motif=demande.motif,
    )
    return resume(dossier_de(request, numero))


@router.get(
    "/dossiers/{numero}/avis", response={200: list[AvisDit], REFUS: Refusee}, summary="Les avis rendus"
)
def liste_des_avis(request: HttpRequest, numero: Numero) -> Any:
    """Les avis, le dernier d'abord, avec ce qui a changé depuis chacun."""
    found = avis_du_dossier(dossier_de(request, numero))
    return [
        _avis(a.avis, len(a.ecarts.ajoutees) + len(a.ecarts.modifiees) + len(a.ecarts.retirees))
        for a in found
    ]


@router.post(
    "/dossiers/{numero}/avis",
    response={201: AvisDit, REFUS: Refusee},
    summary="Rendre un avis sur un dossier",
)
def rendre_avis(request: HttpRequest, numero: Numero, demande: AvisVoulu) -> Any:
    """L'avis porte sur la version actuelle. Un avis réservé ou défavorable dit pourquoi."""
    found = dossier_de(request, numero)
    permission = reception_de(found).permission_avis
    dossier_de(request, numero, permission)
    national = perimetre_de(request, permission).national
    rendu = avis_actions.rendre(
        dossier=found,
        sens=demande.sens,
        texte=demande.texte,
        niveau=Niveau.NATIONAL if national else Niveau.REGION,
        by=compte(request),
        instant=timezone.now(),
    )
    return Status(201, _avis(rendu))


@router.get(
    "/dossiers/{numero}/observations",
    response={200: list[ObservationDite], REFUS: Refusee},
    summary="Les demandes d'observations",
)
def liste_des_observations(request: HttpRequest, numero: Numero) -> Any:
    """Les demandes faites au déclarant et ses réponses, dans l'ordre des demandes."""
    return [_observation(o) for o in dossier_de(request, numero).observations.select_related("version")]


@router.post(
    "/dossiers/{numero}/observations",
    response={201: list[ObservationDite], REFUS: Refusee},
    summary="Demander des observations",
)
def demander(request: HttpRequest, numero: Numero, demande: Demandes) -> Any:
    """Le déclarant est prévenu par courriel et peut répondre jusqu'à l'échéance incluse."""
    found = dossier_de(request, numero)
    dossier_de(request, numero, reception_de(found).permission_decision)
    faites = observations_actions.demander(
        dossier=found,
        demandes=demande.demandes,
        echeance=demande.echeance,
        by=compte(request),
        instant=timezone.now(),
    )
    return Status(201, [_observation(o) for o in faites])


@router.post(
    "/dossiers/{numero}/observations/{observation}/reponse",
    response={200: ObservationDite, REFUS: Refusee},
    summary="Répondre à une demande d'observations",
)
def repondre(request: HttpRequest, numero: Numero, observation: Numero, demande: ReponseVoulue) -> Any:
    """La réponse du déclarant, une fois par demande."""
    found = dossier_de(request, numero)
    dossier_de(request, numero, reception_de(found).permission_reponse)
    posee = Observation.objects.filter(dossier=found, pk=observation).select_related("version").first()
    if posee is None:
        raise Introuvable(
            "Cette demande n'est pas dans ce dossier. La liste des demandes donne leurs numéros."
        )
    faite = observations_actions.repondre(
        observation=posee,
        reponse=demande.reponse,
        by=compte(request),
        instant=timezone.now(),
    )
    return _observation(faite)
