"""API of the purchasing performance: the document of `fanal performance --json`."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from fanal.achats.compute import Filtres
from fanal.achats.queries.performance import performance as consolidate
from fanal.campagnes import registre
from fanal.campagnes.rules import check_periode
from fanal.comptes.acces import perimetre_de
from fanal.comptes.perimetre import Perimetre
from fanal.interface.api import REFUS, Annee, Code, Refusee
from fanal.refus import Introuvable
from fanal.territoires import queries as territoires
from fanal.territoires.models import Niveau
from fanal.territoires.noeuds import NATIONAL, Noeud

router = Router(tags=["Performance"])
AILLEURS = (
    "Ces résultats n'existent pas pour votre compte. Demandez ceux de votre région (region=…) ou de votre "
    "GHT (ght=…)."
)


class Chiffres(Schema):
    """Montants en euros et taux en texte exact (« 0.2356 » pour 23,56 %) ; `null` : non calculable."""

    gains_declares: str | None
    gains_operateurs: str | None
    gains_retires: str | None
    ecart_doublons: str | None
    operateurs_repris: str | None
    gains_retenus: str | None
    en_attente: str | None
    report: str | None
    actions_nouvelles: str | None
    objectif: str | None
    taux_atteinte: str | None
    taux_couverture: str | None
    taux_performance: str | None
    taux_qualite_montant: str | None
    taux_qualite_lignes: str | None
    indice_surperformance_partie: str | None


class Nommee(Schema):
    code: str | None = Field(examples=["BFC"])
    nom: str


class Ligne(Chiffres, Nommee):
    """Une ligne d'une ventilation ; sans code, ce qui ne se situe pas sur cet axe."""


class Campagne(Schema):
    annee: int = Field(examples=[2021])
    periode: str = Field(examples=["fin-annee"])


class Performance(Chiffres, Campagne):
    """Le document du contrat, ses clés dans l'ordre."""

    par_region: list[Ligne]
    par_famille: list[Ligne]
    par_operateur: list[Ligne]


@router.get(
    "/performance", response={200: Performance, REFUS: Refusee}, summary="La performance achat d'une année"
)
def performance(
    request: HttpRequest,
    annee: Annee,
    periode: Code = "fin-annee",
    region: Code | None = None,
    ght: Code | None = None,
    famille: Code | None = None,
) -> Any:
    """Le document de `fanal performance --json`. Sans rôle national, demandez une région ou un GHT de votre
    compte.
    """
    genre = registre.obtenir("performance")
    check_periode(genre.titre, genre.periodes, periode)
    seen = perimetre_de(request, "campagne.voir")
    filtres = Filtres(
        region=_code(Noeud(Niveau.REGION, territoires.region(region)), seen) if region else None,
        ght=_code(Noeud(Niveau.GHT, territoires.ght(ght)), seen) if ght else None,
        famille=famille or None,
    )
    if not region and not ght:
        _code(NATIONAL, seen)
    return consolidate(annee, periode, filtres).to_json()


def _code(noeud: Noeud, seen: Perimetre) -> str:
    """The code of a node that the account sees. Raises Introuvable for another."""
    if not seen.contient(noeud):
        raise Introuvable(AILLEURS)
    return noeud.code
