"""Kept projects: where they stand, what they declare; the results of a call."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field

from fanal.appels.actions.releves import Saisi, declarer
from fanal.appels.compute.resultats import PUBLICS
from fanal.appels.queries.portee import un_appel
from fanal.appels.queries.suivi import (
    Projet,
    accord_du_dossier,
    projet,
    projets,
    projets_declares,
    projets_suivis,
)
from fanal.appels.views.resultats import lire
from fanal.comptes.acces import compte, exiger, perimetre_de
from fanal.interface.api import REFUS, SANS_NUL, Code, Page, Pagination, Refusee, paginer

router = Router(tags=["Appels"])
VALEURS_MAX = 500


class JalonDit(Schema):
    titre: str
    nature: str = Field(description="etape, reference (départ et cibles) ou releve.")
    prevu_le: date
    initial_le: date = Field(description="Date prévue à l'origine.")
    atteint_le: date | None
    etat: str = Field(description="atteint, atteint_tard, en_retard, proche ou a_venir.")


class ReleveDit(Schema):
    indicateur: str
    titre: str
    unite: str
    nature: str = Field(description="reference, cible ou mesure.")
    jour: date
    valeur: str
    commentaire: str


class ProjetDit(Schema):
    """Montants en euros, en texte exact."""

    dossier: int
    declarant: str
    reference: str
    region: str | None = Field(description="Sigle de la région.")
    etat: str = Field(description="en_retard, demande, proche, a_venir, atteint ou abandonne.")
    accorde: str | None = Field(description="Nul quand l'appel n'attribue pas d'argent.")
    verse: str | None
    convention: str | None
    fin_le: date | None


class ProjetEntier(ProjetDit):
    jalons: list[JalonDit]
    releves: list[ReleveDit]


class ValeurDeclaree(Schema):
    indicateur: Code = Field(examples=["part-automatisee"])
    nature: Annotated[str, Field(pattern="^(reference|cible|mesure)$")]
    jour: date
    valeur: Annotated[Decimal, Field(max_digits=18, decimal_places=4)]
    commentaire: Annotated[str, Field(max_length=1000, pattern=SANS_NUL)] = ""
    lue: Decimal | None = Field(None, description="Valeur courante que vous corrigez.")


class Declaration(Schema):
    """Tout est enregistré, ou rien. Le motif est obligatoire quand une valeur déclarée change."""

    valeurs: Annotated[list[ValeurDeclaree], Field(min_length=1, max_length=VALEURS_MAX)]
    motif: Annotated[str, Field(max_length=2000, pattern=SANS_NUL)] = ""


class BilanDit(Schema):
    ajoutes: int
    corriges: int
    inchanges: int


class ResultatDit(Schema):
    """Un dossier des résultats. Les projets non retenus ne sont pas nommés."""

    declarant: str | None
    region: str
    etape: str
    demande: str | None
    accorde: str | None


class ResultatsDits(Schema):
    publication: int | None = Field(description="Numéro ; `null` : pas encore publiés.")
    empreinte: str | None = Field(description="SHA-256 de l'instantané publié.")
    dossiers: list[ResultatDit]


@router.get(
    "/appels/{code}/projets", response={200: Page[ProjetDit], REFUS: Refusee}, summary="Les projets retenus"
)
def lister(request: HttpRequest, code: Code, pagination: Query[Pagination]) -> Any:
    """Ceux que le compte suit, ou les siens."""
    appel = un_appel(request, code)
    trouves = projets_suivis(request, appel)
    if perimetre_de(request, "suivi.voir").vide:
        siens = exiger(request, "candidature.voir")
        trouves = projets_declares(siens).filter(dossier__campagne=appel.campagne)
    return paginer([_projet(p) for p in projets(trouves, timezone.localdate())], pagination)


@router.get(
    "/projets/{numero}",
    response={200: ProjetEntier, REFUS: Refusee},
    summary="Un projet retenu, ses échéances et ses indicateurs",
)
def un_projet(request: HttpRequest, numero: int) -> Any:
    """Les valeurs courantes ; celles qui ont été corrigées restent sur la page du projet."""
    p = projet(accord_du_dossier(request, numero), timezone.localdate())
    return _projet(p) | {
        "jalons": [
            {
                "titre": j.jalon.titre,
                "nature": j.jalon.nature,
                "prevu_le": j.jalon.prevu_le,
                "initial_le": j.jalon.initial_le,
                "atteint_le": j.jalon.atteint_le,
                "etat": j.etat,
            }
            for j in p.jalons
        ],
        "releves": [
            {
                "indicateur": e.indicateur.code,
                "titre": e.indicateur.titre,
                "unite": e.indicateur.unite,
                "nature": r.nature,
                "jour": r.jour,
                "valeur": f"{r.valeur:f}",
                "commentaire": r.commentaire,
            }
            for e in p.indicateurs
            for r in (e.reference, e.cible, *e.mesures)
            if r is not None
        ],
    }


@router.post(
    "/projets/{numero}/releves",
    response={200: BilanDit, REFUS: Refusee},
    summary="Déclarer les indicateurs d'un projet",
)
def declarer_releves(request: HttpRequest, numero: int, declaration: Declaration) -> Any:
    """Une valeur égale à la valeur courante ne change rien ; une autre la corrige, avec un motif."""
    accord = accord_du_dossier(request, numero, "suivi.saisir")
    bilan = declarer(
        dossier=accord.dossier,
        saisies=[Saisi(**v.dict()) for v in declaration.valeurs],
        by=compte(request),
        instant=timezone.now(),
        motif=declaration.motif,
    )
    return {"ajoutes": bilan.ajoutes, "corriges": bilan.corriges, "inchanges": bilan.inchanges}


@router.get(
    "/appels/{code}/resultats",
    response={200: ResultatsDits, REFUS: Refusee},
    summary="Les résultats publiés d'un appel",
)
def resultats(request: HttpRequest, code: Code) -> Any:
    """La dernière publication ; avant elle, l'organisateur seul lit les chiffres du jour."""
    vus = lire(request, un_appel(request, code))
    return {
        "publication": vus.publication.numero if vus.publication else None,
        "empreinte": vus.publication.empreinte if vus.publication else None,
        "dossiers": [
            {
                "declarant": une["declarant"] if une["etape"] in PUBLICS else None,
                "region": une["region"],
                "etape": une["etape"],
                "demande": None if une["demande"] is None else f"{une['demande']:.2f}",
                "accorde": None if une["accorde"] is None else f"{une['accorde']:.2f}",
            }
            for une in vus.lignes
        ],
    }


def _projet(p: Projet) -> dict[str, Any]:
    return {
        "dossier": p.dossier.pk,
        "declarant": p.dossier.nom_noeud,
        "reference": p.dossier.reference,
        "region": p.region.sigle if p.region else None,
        "etat": p.etat,
        "accorde": None if p.sans_argent else f"{p.accord.montant:.2f}",
        "verse": None if p.sans_argent else f"{p.verse:.2f}",
        "convention": p.convention.reference if p.convention else None,
        "fin_le": p.convention.fin_le if p.convention else None,
    }
