"""API of procedures: reading them, their needs side by side, the schedule of contracts."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field

from fanal.comptes.acces import exiger, perimetre_de
from fanal.interface.api import REFUS, Code, Numero, Page, Pagination, Refusee, paginer
from fanal.procedures.compute.besoins import LigneBesoin
from fanal.procedures.compute.calendrier import suivre
from fanal.procedures.models import Procedure, Recensement
from fanal.procedures.queries.besoins import consolidation
from fanal.procedures.queries.echeancier import AProgrammer, Filtres, echeancier
from fanal.procedures.queries.jalons import jalons_de
from fanal.procedures.queries.portee import procedures_visibles, une_procedure
from fanal.refus import Introuvable
from fanal.territoires import queries as territoires
from fanal.territoires.models import Niveau
from fanal.territoires.noeuds import Noeud

router = Router(tags=["Procédures"])
VOIR = "marche.voir"


class Resume(Schema):
    """Une procédure. Montants hors taxes, en texte exact."""

    numero: int
    reference: str
    ght: str
    intitule: str
    etat: str
    nature_achat: str
    code_cpv: str
    famille: str
    procedure: str
    montant_estime_ht: str | None
    acheteur_fonction: str
    date_besoin: date | None
    date_lancement: date | None
    date_limite_offres: date | None


class JalonLu(Schema):
    """Un jalon : prévu, réel, projeté au rythme actuel."""

    code: str
    titre: str
    prevu_le: date
    realise_le: date | None
    projete_le: date | None
    etat: str
    source: str


class LotLu(Schema):
    numero: int
    intitule: str
    code_cpv: str
    montant_estime_ht: str | None
    maximum_ht: str | None
    criteres: list[dict[str, str]]
    issue: str
    marches: list[str]


class Fiche(Resume):
    """Une procédure avec son calendrier et ses lots ; les offres n'y sont pas."""

    jalons: list[JalonLu]
    lots: list[LotLu]
    marches_renouveles: list[str]
    actions: list[str]


class BesoinConsolide(Schema):
    """Un besoin, établissement par établissement (FINESS) ; `null` : inconnu, jamais zéro."""

    code: str
    designation: str
    unite: str
    quantites: dict[str, str | None]
    montants_ht: dict[str, str | None]
    quantite: str | None
    montant_ht: str | None


class Besoins(Schema):
    """Le recensement d'une procédure, côte à côte."""

    echeance: date
    clos: bool
    attendus: list[str]
    montant_annuel_ht: str | None
    valeur_estimee_ht: str | None
    mois: int
    sans_montant: int
    besoins: list[BesoinConsolide]


class MarcheAProgrammer(Schema):
    """Un marché qui se termine sans suite, et les jours qu'il demande."""

    marche: int
    identifiant: str
    objet: str
    fin: date
    commencer_le: date
    lancer_le: date | None
    retard_jours: int
    procedure_presumee: str
    charge_jours: str
    acheteur_fonction: str


class EcheancierLu(Schema):
    """L'échéancier d'un GHT."""

    ght: str
    horizon_mois: int
    echeance_inconnue: int
    echus_depuis_trop_longtemps: int
    marches: list[MarcheAProgrammer]


@router.get("/procedures", response={200: Page[Resume], REFUS: Refusee}, summary="Les procédures")
def procedures(
    request: HttpRequest,
    demande: Query[Pagination],
    ght: Code | None = None,
    etat: Code | None = None,
) -> Any:
    """Celles que le compte voit, la plus ancienne d'abord."""
    vues = procedures_visibles(perimetre_de(request, VOIR)).select_related("ght").order_by("pk")
    if ght:
        vues = vues.filter(ght__code=ght)
    if etat:
        vues = vues.filter(etat=etat)
    return paginer(vues, demande, _resume)


@router.get("/procedures/{numero}", response={200: Fiche, REFUS: Refusee}, summary="Une procédure")
def procedure(request: HttpRequest, numero: Numero) -> Any:
    """Son calendrier, ses lots, ce qu'elle renouvelle."""
    p = une_procedure(numero, perimetre_de(request, VOIR))
    return {
        **_resume(p),
        "jalons": [
            {
                "code": s.jalon.code,
                "titre": s.jalon.titre,
                "prevu_le": s.jalon.prevu,
                "realise_le": s.jalon.realise,
                "projete_le": s.projete,
                "etat": s.etat,
                "source": s.jalon.source,
            }
            for s in suivre(jalons_de(p), timezone.localdate())
        ],
        "lots": [
            {
                "numero": lot.numero,
                "intitule": lot.intitule,
                "code_cpv": lot.code_cpv,
                "montant_estime_ht": _texte(lot.montant_estime_ht),
                "maximum_ht": _texte(lot.maximum_ht),
                "criteres": lot.criteres,
                "issue": lot.issue,
                "marches": [m.identifiant for m in lot.marches.all()],
            }
            for lot in p.lots.prefetch_related("marches")
        ],
        "marches_renouveles": [m.identifiant for m in p.remplace.all()],
        "actions": [str(lien) for lien in p.actions.all()],
    }


@router.get(
    "/procedures/{numero}/besoins", response={200: Besoins, REFUS: Refusee}, summary="Les besoins recensés"
)
def besoins(request: HttpRequest, numero: Numero) -> Any:
    """Les réponses des établissements côte à côte, montants annuels hors taxes."""
    p = une_procedure(numero, perimetre_de(request, VOIR))
    recensement = Recensement.objects.filter(procedure=p).first()
    if recensement is None:
        raise Introuvable("Aucun recensement n'est ouvert pour cette procédure.")
    vue = consolidation(recensement, timezone.localdate())
    attendus = recensement.reponses.filter(repondu_le=None)
    return {
        "echeance": recensement.echeance,
        "clos": recensement.clos_le is not None,
        "attendus": list(attendus.values_list("etablissement__finess", flat=True)),
        "montant_annuel_ht": _texte(vue.estimation.annuel),
        "valeur_estimee_ht": _texte(vue.estimation.valeur),
        "mois": vue.estimation.mois,
        "sans_montant": vue.estimation.sans_montant,
        "besoins": [_besoin(ligne) for ligne in vue.lignes],
    }


@router.get("/echeancier", response={200: EcheancierLu, REFUS: Refusee}, summary="L'échéancier d'un GHT")
def lire_echeancier(
    request: HttpRequest,
    ght: Code,
    horizon_mois: Annotated[int, Field(ge=1, le=120)] = 36,
) -> Any:
    """Les marchés qui se terminent sans successeur ni procédure, le plus pressé d'abord."""
    noeud = Noeud(Niveau.GHT, territoires.ght(ght))
    vu = exiger(request, VOIR, noeud)
    vue = echeancier(vu, noeud, Filtres(horizon_mois=horizon_mois), timezone.localdate())
    return {
        "ght": noeud.code,
        "horizon_mois": horizon_mois,
        "echeance_inconnue": vue.inconnus,
        "echus_depuis_trop_longtemps": vue.anciens,
        "marches": [_a_programmer(x) for x in vue.a_programmer],
    }


def _resume(p: Procedure) -> dict[str, Any]:
    return {
        "numero": p.pk,
        "reference": p.numero,
        "ght": p.ght.code,
        "montant_estime_ht": _texte(p.montant_estime_ht),
        **{
            c: getattr(p, c)
            for c in (
                "intitule",
                "etat",
                "nature_achat",
                "code_cpv",
                "famille",
                "procedure",
                "acheteur_fonction",
                "date_besoin",
                "date_lancement",
                "date_limite_offres",
            )
        },
    }


def _besoin(ligne: LigneBesoin) -> dict[str, Any]:
    return {
        "code": ligne.code,
        "designation": ligne.designation,
        "unite": ligne.unite,
        "quantites": {e: _texte(q) for e, q in ligne.quantites.items()},
        "montants_ht": {e: _texte(m) for e, m in ligne.montants.items()},
        "quantite": _texte(ligne.quantite),
        "montant_ht": _texte(ligne.montant),
    }


def _a_programmer(x: AProgrammer) -> dict[str, Any]:
    return {
        "marche": x.marche.pk,
        "identifiant": x.marche.identifiant,
        "objet": x.marche.objet,
        "fin": x.fin,
        "commencer_le": x.programme.debut,
        "lancer_le": x.programme.lancement,
        "retard_jours": x.programme.retard,
        "procedure_presumee": x.libelle,
        "charge_jours": str(x.jours),
        "acheteur_fonction": x.marche.acheteur_fonction,
    }


def _texte(nombre: Decimal | None) -> str | None:
    return None if nombre is None else str(nombre)
