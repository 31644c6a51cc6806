"""Suppliers: their identity, and what the account sees of their contracts."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field

from fanal.comptes.acces import exiger
from fanal.fournisseurs.queries.fournisseurs import (
    groupe,
    tableau_fournisseurs,
    un_fournisseur,
    verification,
)
from fanal.fournisseurs.registre import achats
from fanal.interface.api import REFUS, Code, Numero, Page, Pagination, Refusee, paginer
from fanal.interface.sources import cle_texte

router = Router(tags=["Fournisseurs"])
VOIR = "marche.voir"


class FournisseurDit(Schema):
    """Un fournisseur et les marchés que le compte voit. Montant HT des marchés dont il est connu."""

    numero: int
    nom: str
    type_identifiant: str
    identifiant: str
    siren: str
    verification: str = Field(description="exact, faux ou absent.")
    etat: str = Field(description="actif, ferme ou inconnu : un état avertit et ne bloque rien.")
    marches: int
    en_cours: int
    montant: str


class FournisseurDetaille(FournisseurDit):
    tva: str
    etat_le: date | None
    etat_source: str
    rapproches: list[str] = Field(description="Noms de ceux qu'il représente.")


class Demande(Pagination):
    q: Code = Field("", description="Une partie du nom, ou le début de l'identifiant.")
    tous: bool = Field(False, description="Aussi ceux dont le compte ne voit aucun marché.")


@router.get("/fournisseurs", response={200: Page[FournisseurDit], REFUS: Refusee}, summary="Les fournisseurs")
def liste(request: HttpRequest, demande: Query[Demande]) -> Any:
    """Ceux des marchés que le compte voit, du plus gros montant au plus petit."""
    held = exiger(request, VOIR)
    rows = tableau_fournisseurs(held, timezone.localdate(), tous=demande.tous).to_dicts()
    if demande.q:
        asked, number = cle_texte(demande.q), "".join(demande.q.split()).upper()
        rows = [r for r in rows if asked in cle_texte(r["nom"]) or r["identifiant"].startswith(number)]
    return paginer(rows, demande, _dire)


@router.get(
    "/fournisseurs/{numero}",
    response={200: FournisseurDetaille, REFUS: Refusee},
    summary="Un fournisseur",
)
def detail(request: HttpRequest, numero: Numero) -> Any:
    """Un fournisseur rapproché d'un autre répond par celui qui le représente."""
    held = exiger(request, VOIR)
    group = groupe(un_fournisseur(numero))
    head, bought = group.tete, achats(held, timezone.localdate()).get(group.tete.pk)
    return {
        "numero": head.pk,
        "nom": head.nom,
        "type_identifiant": head.type_identifiant,
        "identifiant": head.identifiant,
        "siren": head.siren,
        "verification": verification(head.identifiant, head.identifiant_valide),
        "etat": head.etat,
        "marches": bought.marches if bought else 0,
        "en_cours": bought.en_cours if bought else 0,
        "montant": f"{bought.montant:.2f}" if bought else "0.00",
        "tva": head.tva,
        "etat_le": head.etat_le,
        "etat_source": head.etat_source,
        "rapproches": [f.nom for f in group.membres],
    }


def _dire(row: dict[str, Any]) -> dict[str, Any]:
    return row | {
        "numero": row["pk"],
        "type_identifiant": row["type"],
        "montant": f"{row['montant']:.2f}",
    }
