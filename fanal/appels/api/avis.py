"""Opinions and instruction: what is asked of the account, giving it; asking and instructing as organiser."""

from datetime import date, datetime
from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import Field

from fanal.appels.actions import avis as actions
from fanal.appels.actions import demandes_avis, instruction
from fanal.appels.models import Appel, DemandeAvis
from fanal.appels.queries.avis import demandes_a, etat_demande, experts_possibles
from fanal.appels.queries.demandes_avis import previsualiser_demandes
from fanal.appels.queries.gestes_avis import demandes_de_l_appel
from fanal.appels.queries.instruction import a_instruire, previsualiser_geste
from fanal.appels.queries.portee import un_appel
from fanal.appels.rules.avis import DROITS
from fanal.appels.types_campagne import INSTRUIRE
from fanal.campagnes.models import Dossier
from fanal.comptes.acces import INVISIBLE, compte, perimetre_de
from fanal.comptes.rules import check_permission
from fanal.interface.api import REFUS, Code, Numero, Page, Pagination, Refusee, Texte, paginer
from fanal.refus import Introuvable
from fanal.territoires.noeuds import Noeud

router = Router(tags=["Appels : instruction et avis"])
LOT_MAX = 1000
Numeros = Annotated[list[Numero], Field(min_length=1, max_length=LOT_MAX)]


class DemandeDite(Schema):
    """Un avis demandé. L'échéance est incluse ; un avis rendu après elle est gardé et marqué en retard."""

    numero: int
    appel: str
    dossier: int
    declarant: str
    instance: str = Field(description="ars, omedit ou expert.")
    etat: str
    demandee_le: datetime
    echeance: date
    version: int | None = Field(description="Version actuelle du dossier, à citer en rendant l'avis.")
    texte: str
    fondement: str
    sens: str | None
    avis: str | None
    avis_version: int | None
    en_retard: bool


class AvisCandidatureVoulu(Schema):
    sens: Code = Field(examples=["favorable"], description="Parmi ceux que les règles de l'appel permettent.")
    texte: Texte = ""
    version: Numero | None = Field(None, description="La version lue : l'avis est refusé si elle a changé.")


class AvisDuLot(AvisCandidatureVoulu):
    demande: Numero


class LotAvis(Schema):
    avis: Annotated[list[AvisDuLot], Field(min_length=1, max_length=LOT_MAX)]


class DemandesVoulues(Schema):
    """De qui, sur quels dossiers, avant quand. Toutes les demandes sont faites, ou aucune."""

    dossiers: Numeros
    instance: Code = Field(examples=["ars"])
    experts: list[Numero] = Field([], max_length=50, description="Numéros de compte, pour des experts.")
    echeance: date | None = None
    texte: Texte = ""
    fondement: Annotated[str, Field(max_length=240)] = ""


class GesteVoulu(Schema):
    dossiers: Numeros
    geste: Code = Field(
        examples=["declarer_recevable"],
        description="declarer_recevable, declarer_irrecevable ou demander_complement.",
    )
    motif: Texte = ""
    echeance: date | None = Field(None, description="Pour un complément seulement.")


class RefusCandidatureDit(Schema):
    dossier: int
    phrase: str


class ApercuAvisDit(Schema):
    """Ce que la demande ferait ; rien n'est écrit."""

    possibles: list[int]
    refus: list[RefusCandidatureDit]
    motif_exige: bool = False


class Instruits(Schema):
    dossiers: list[int]
    etape: str


def _dite(demande: DemandeAvis) -> dict[str, Any]:
    version, avis = demande.dossier.version_courante, demande.avis
    names = ("instance", "demandee_le", "echeance", "texte", "fondement", "en_retard")
    return {n: getattr(demande, n) for n in names} | {
        "numero": demande.pk,
        "appel": demande.dossier.campagne.code,
        "dossier": demande.dossier_id,
        "declarant": demande.dossier.nom_noeud,
        "etat": etat_demande(demande, timezone.localdate()),
        "version": version.numero if version else None,
        "sens": avis.sens if avis else None,
        "avis": avis.texte if avis else None,
        "avis_version": avis.version.numero if avis else None,
    }


def _demandees(request: HttpRequest) -> QuerySet[DemandeAvis]:
    """What is asked of the account; nothing when it gives no opinion anywhere."""
    perimetres = {instance: perimetre_de(request, droit) for instance, droit in DROITS.items()}
    return demandes_a(compte(request), perimetres)


def _demandee(request: HttpRequest, numero: int) -> DemandeAvis:
    demande = _demandees(request).filter(pk=numero).first()
    if demande is None:
        raise Introuvable(INVISIBLE)
    return demande


def _dossiers(request: HttpRequest, appel: Appel, numeros: list[int]) -> list[Dossier]:
    """The dossiers of the call that bear these numbers. Raises Introuvable when one is not seen."""
    vus = list(a_instruire(request, appel).filter(pk__in=numeros))
    if len(vus) < len(set(numeros)):
        raise Introuvable(INVISIBLE)
    return vus


@router.get(
    "/avis-demandes",
    response={200: Page[DemandeDite], REFUS: Refusee},
    summary="Les avis qui vous sont demandés",
)
def demandees(request: HttpRequest, demande: Query[Pagination], appel: Code = "") -> Any:
    """À l'agence ou à l'OMEDIT de votre région, ou à vous comme expert ; les plus urgents d'abord."""
    if all(perimetre_de(request, droit).vide for droit in DROITS.values()):
        check_permission(perimetre_de(request, DROITS["ars"]), None, DROITS["ars"])
    vues = _demandees(request).order_by("echeance", "pk")
    if appel:
        vues = vues.filter(dossier__campagne__code=appel)
    return paginer(vues, demande, _dite)


@router.post(
    "/avis-demandes/{numero}/avis", response={201: DemandeDite, REFUS: Refusee}, summary="Rendre un avis"
)
def rendre(request: HttpRequest, numero: Numero, voulu: AvisCandidatureVoulu) -> Any:
    """Sur la version actuelle du dossier. Un avis qui n'est pas favorable dit pourquoi."""
    demande = _demandee(request, numero)
    actions.rendre(demande=demande, by=compte(request), instant=timezone.now(), **voulu.dict())
    return Status(201, _dite(_demandee(request, numero)))


@router.post(
    "/avis-demandes/avis", response={201: list[DemandeDite], REFUS: Refusee}, summary="Rendre plusieurs avis"
)
def rendre_lot(request: HttpRequest, lot: LotAvis) -> Any:
    """Chacun avec son texte ; tous sont rendus, ou aucun."""
    voulus = [actions.AvisVoulu(_demandee(request, a.demande), a.sens, a.texte, a.version) for a in lot.avis]
    actions.rendre_lot(avis=voulus, by=compte(request), instant=timezone.now())
    return Status(201, [_dite(_demandee(request, a.demande)) for a in lot.avis])


@router.get(
    "/appels/{code}/avis-demandes",
    response={200: Page[DemandeDite], REFUS: Refusee},
    summary="Les avis demandés dans un appel",
)
def demandes(request: HttpRequest, code: Code, demande: Query[Pagination]) -> Any:
    """Pour l'organisateur : rendus, attendus, en retard, retirés."""
    suivis = demandes_de_l_appel(un_appel(request, code, INSTRUIRE), timezone.localdate())
    return paginer([s.demande for s in suivis], demande, _dite)


@router.post(
    "/appels/{code}/avis-demandes",
    response={201: list[DemandeDite], REFUS: Refusee},
    summary="Demander des avis",
)
def demander(request: HttpRequest, code: Code, voulues: DemandesVoulues) -> Any:
    """Sans échéance, celle des règles de l'appel, sinon le délai d'usage. Demandez d'abord l'aperçu."""
    appel = un_appel(request, code, INSTRUIRE)
    dossiers = _dossiers(request, appel, voulues.dossiers)
    faites = demandes_avis.demander_lot(
        dossiers=dossiers,
        instance=voulues.instance,
        experts=_experts(voulues.experts, dossiers),
        echeance=voulues.echeance,
        texte=voulues.texte,
        fondement=voulues.fondement,
        by=compte(request),
        instant=timezone.now(),
    )
    return Status(201, [_dite(d) for d in faites])


@router.post(
    "/appels/{code}/avis-demandes/apercu",
    response={200: ApercuAvisDit, REFUS: Refusee},
    summary="Ce que demander des avis ferait",
)
def apercu_demandes(request: HttpRequest, code: Code, voulues: DemandesVoulues) -> Any:
    """N'écrit rien : dit sur quels dossiers l'avis serait demandé, et pourquoi d'autres ne le peuvent pas."""
    appel = un_appel(request, code, INSTRUIRE)
    dossiers = _dossiers(request, appel, voulues.dossiers)
    vu = previsualiser_demandes(
        appel=appel,
        dossiers=dossiers,
        instance=voulues.instance,
        experts=_experts(voulues.experts, dossiers),
        by=compte(request),
        instant=timezone.now(),
    )
    return {
        "possibles": sorted({p.dossier.pk for p in vu.prevues}),
        "refus": [{"dossier": d.pk, "phrase": phrase} for d, phrase in vu.refus],
    }


def _experts(numeros: list[int], dossiers: list[Dossier]) -> list[Any]:
    """The accounts of these numbers, among the experts of the territory of the dossiers."""
    possibles = experts_possibles([Noeud.de(d) for d in dossiers], timezone.localdate()) if numeros else []
    choisis = [e for e in possibles if e.pk in numeros]
    if len(choisis) < len(set(numeros)):
        raise Introuvable("Un de ces comptes n'est pas un expert du territoire de ces dossiers.")
    return choisis


@router.post(
    "/appels/{code}/instruction/apercu",
    response={200: ApercuAvisDit, REFUS: Refusee},
    summary="Ce qu'un geste d'instruction ferait",
)
def apercu_geste(request: HttpRequest, code: Code, voulu: GesteVoulu) -> Any:
    """N'écrit rien : dit quels dossiers changeraient d'étape, et pourquoi d'autres ne le peuvent pas."""
    appel = un_appel(request, code, INSTRUIRE)
    vu = previsualiser_geste(
        appel=appel,
        dossiers=_dossiers(request, appel, voulu.dossiers),
        geste=voulu.geste,
        by=compte(request),
        instant=timezone.now(),
    )
    return {
        "possibles": [d.pk for d in vu.possibles],
        "refus": [{"dossier": d.pk, "phrase": phrase} for d, phrase in vu.refus],
        "motif_exige": vu.motif_exige,
    }


@router.post(
    "/appels/{code}/instruction",
    response={200: Instruits, REFUS: Refusee},
    summary="Instruire des dossiers",
)
def instruire(request: HttpRequest, code: Code, voulu: GesteVoulu) -> Any:
    """Recevable, non recevable ou complément : tous les dossiers demandés, ou aucun."""
    appel = un_appel(request, code, INSTRUIRE)
    commun: dict[str, Any] = {
        "dossiers": _dossiers(request, appel, voulu.dossiers),
        "motif": voulu.motif,
        "by": compte(request),
        "instant": timezone.now(),
    }
    if voulu.geste == "demander_complement":
        faits = instruction.demander_complement(echeance=voulu.echeance, **commun)
    else:
        faits = instruction.instruire(geste=voulu.geste, **commun)
    return {"dossiers": [d.pk for d in faits], "etape": faits[0].etape}
