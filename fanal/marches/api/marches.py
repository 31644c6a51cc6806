"""Contracts as a finance system takes them: a list that is read on from where it stopped, one contract."""

import base64
import binascii
from datetime import date, datetime
from typing import Annotated, Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field

from fanal.comptes.acces import exiger, perimetre_de
from fanal.interface.api import REFUS, TAILLE_MAX, Code, Numero, Refusee
from fanal.marches.models import Marche
from fanal.marches.publication import completude, decp
from fanal.marches.queries.api import dire, dire_tout, lisibles
from fanal.marches.queries.portee import un_marche
from fanal.marches.queries.publication import contrat_de
from fanal.refus import Inutilisable
from fanal.territoires import queries as territoires
from fanal.territoires.noeuds import Noeud

router = Router(tags=["Marchés"])
VOIR = "marche.voir"


class TitulaireDit(Schema):
    """Un titulaire ; le premier est le mandataire du groupement."""

    rang: int
    type_identifiant: str
    identifiant: str
    siren: str
    nom: str


class BeneficiaireDit(Schema):
    """Un établissement qui peut commander, et sa part du maximum."""

    finess: str
    nom: str
    entree: date | None
    sortie: date | None
    part_maximum_ht: str | None
    part_maximum_quantite: str | None


class MarcheDit(Schema):
    """Un marché. Montants HT en texte exact ; `null` : inconnu, jamais zéro. `modifie_le` et `version`
    changent à chaque écriture.
    """

    numero: int = Field(description="Numéro dans Fanal, stable.")
    acheteur_siret: str
    acheteur_nom: str
    identifiant: str = Field(description="Numéro du marché chez l'acheteur, celui des commandes.")
    objet: str
    nature: str
    nature_achat: str
    code_cpv: str
    etat: str
    gestionnaire: str = Field(description="Code du GHT, FINESS ou code de l'opérateur qui le gère.")
    procedure: str
    date_notification: date | None
    date_debut: date | None
    date_fin: date | None
    date_fin_totale: date | None
    duree_mois: int | None
    montant: str | None
    minimum_ht: str | None
    maximum_ht: str | None
    maximum_quantite: str | None
    unite_quantite: str
    titulaires: list[TitulaireDit]
    beneficiaires: list[BeneficiaireDit]
    version: int
    modifie_le: datetime


class ModificationDite(Schema):
    numero: int
    motif: str
    objet: str
    etat: str
    variation_ht: str | None
    montant_apres: str | None
    duree_mois_apres: int | None
    date_notification: date | None


class ConsommeDit(Schema):
    """Ce qui a été consommé, en tout et par établissement (FINESS)."""

    total_ht: str
    quantite: str | None
    lignes: int
    par_etablissement: dict[str, str]


class MarcheDetaille(MarcheDit):
    modifications: list[ModificationDite]
    consommation: ConsommeDit | None = Field(description="`null` : rien n'a été reçu.")


class Suite(Schema):
    """Une tranche de la liste. `suivant` se redonne dans `curseur` ; `null` à la fin."""

    elements: list[MarcheDit]
    suivant: str | None


class ManqueDit(Schema):
    champ: str
    phrase: str


class DocumentDecp(Schema):
    """Le document DECP 2.0.3 d'un marché complet, ou ce qu'il reste à remplir."""

    complet: bool
    manques: list[ManqueDit]
    document: dict[str, Any] | None


class Demande(Schema):
    ght: Code | None = Field(None, examples=["BFC-03"])
    modifie_depuis: datetime | None = Field(
        None, description="Seulement les marchés écrits depuis cet instant, compris.", examples=[None]
    )
    curseur: Annotated[str | None, Field(max_length=200, pattern=r"^[A-Za-z0-9_=-]*$")] = Field(
        None, examples=[None], description="La valeur `suivant` de la tranche d'avant."
    )
    taille: int = Field(100, ge=1, le=TAILLE_MAX)


@router.get("/marches", response={200: Suite, REFUS: Refusee}, summary="Les marchés, par date d'écriture")
def liste(request: HttpRequest, demande: Query[Demande]) -> Any:
    """Les marchés que le compte voit, du plus anciennement écrit au plus récent. Pour se tenir à jour :
    garder le dernier `modifie_le`, et redemander depuis lui. Rien n'est sauté quand un marché change pendant
    la lecture : il revient à la fin de la liste.
    """
    held = exiger(request, VOIR)
    rows = lisibles(held)
    if demande.ght:
        ght = territoires.ght(demande.ght)
        exiger(request, VOIR, Noeud("ght", ght))
        rows = rows.filter(ght=ght)
    if demande.modifie_depuis:
        rows = rows.filter(updated_at__gte=_aware(demande.modifie_depuis))
    if demande.curseur:
        instant, pk = _lire(demande.curseur)
        rows = rows.filter(Q(updated_at__gt=instant) | Q(updated_at=instant, pk__gt=pk))
    found = list(rows.order_by("updated_at", "pk")[: demande.taille + 1])
    page = found[: demande.taille]
    return {
        "elements": dire(page),
        "suivant": _ecrire(page[-1]) if len(found) > demande.taille else None,
    }


@router.get(
    "/marches/{numero}", response={200: MarcheDetaille, REFUS: Refusee}, summary="Un marché, en entier"
)
def detail(request: HttpRequest, numero: Numero) -> Any:
    """Avec ses modifications et ce qui en a été consommé."""
    return dire_tout(_un(request, numero))


@router.get(
    "/marches/{numero}/decp",
    response={200: DocumentDecp, REFUS: Refusee},
    summary="Les données essentielles d'un marché",
)
def document_decp(request: HttpRequest, numero: Numero) -> Any:
    """Le document du marché au format DECP 2.0.3, ou les champs à remplir : rien n'est inventé."""
    contrat = contrat_de(_un(request, numero))
    missing = completude.manques(contrat)
    return {
        "complet": not missing,
        "manques": [{"champ": m.champ, "phrase": m.phrase} for m in missing],
        "document": None if missing else decp.document(contrat),
    }


def _un(request: HttpRequest, numero: int) -> Marche:
    """The contract, when the account sees it; 403 when it sees its node without the permission."""
    held = perimetre_de(request, VOIR)
    there = Marche.objects.filter(pk=numero).first() if held.vide else None
    if there is not None:
        exiger(request, VOIR, Noeud.de(there))
    return un_marche(numero, held)


def _aware(instant: datetime) -> datetime:
    return instant if instant.tzinfo else timezone.make_aware(instant)


def _ecrire(marche: Marche) -> str:
    return base64.urlsafe_b64encode(f"{marche.updated_at.isoformat()}|{marche.pk}".encode()).decode()


def _lire(curseur: str) -> tuple[datetime, int]:
    try:
        instant, _, pk = base64.urlsafe_b64decode(curseur.encode()).decode().partition("|")
        read = _aware(datetime.fromisoformat(instant)), int(pk)
    except (ValueError, binascii.Error, OverflowError):
        raise Inutilisable(
            "Ce curseur n'est pas reconnu. Redonnez tel quel « suivant » de la tranche d'avant, ou commencez "
            "sans curseur."
        ) from None
    if not 0 <= read[1] < 2**63:
        raise Inutilisable("Ce curseur n'est pas reconnu. Commencez sans curseur.")
    return read
