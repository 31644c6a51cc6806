"""A complete contract in the words of the DECP schema, and the rows that it becomes."""

import copy
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fanal.fournisseurs.models import Fournisseur
from fanal.marches.models import Marche, Modification, Titulaire
from fanal.territoires.noeuds import NATIONAL, Noeud

DONNEES = Path(__file__).parents[3] / "../shared/donnees"
INSTANT = datetime(2024, 6, 1, 8, tzinfo=UTC)

COMPLET: dict[str, Any] = {
    "id": "M-2024-001",
    "acheteur": {"id": "21000000100010"},
    "nature": "Marché",
    "objet": "Fourniture de gants d'examen",
    "codeCPV": "18424300",
    "techniques": {"technique": ["Accord-cadre"]},
    "modalitesExecution": {"modaliteExecution": ["Bons de commande"]},
    "marcheInnovant": False,
    "ccag": "Fournitures courantes et services",
    "offresRecues": 4,
    "attributionAvance": False,
    "typeGroupementOperateurs": "Pas de groupement",
    "sousTraitanceDeclaree": False,
    "procedure": "Appel d'offres ouvert",
    "lieuExecution": {"code": "21", "typeCode": "Code département"},
    "dureeMois": 48,
    "dateNotification": "2024-02-01",
    "datePublicationDonnees": "2024-03-01",
    "montant": 250000.5,
    "typesPrix": {"typePrix": ["Définitif révisable"]},
    "formePrix": "Unitaire",
    "titulaires": [{"titulaire": {"typeIdentifiant": "SIRET", "id": "55204599900869"}}],
    "considerationsSociales": {"considerationSociale": ["Pas de considération sociale"]},
    "considerationsEnvironnementales": {"considerationEnvironnementale": ["Critère environnemental"]},
}


def officiel(chemin: str) -> Path:
    """A file of the official data beside the repository; the test is skipped without them."""
    path = DONNEES / chemin
    if not path.exists():
        pytest.skip(f"The official data are not beside the repository: {chemin}")
    return path


def complet(**changes: Any) -> dict[str, Any]:
    """A copy of the complete contract, with some fields changed (`None`: removed)."""
    document = copy.deepcopy(COMPLET) | changes
    return {cle: valeur for cle, valeur in document.items() if valeur is not None}


def creer(document: Mapping[str, Any], noeud: Noeud = NATIONAL, **fields: Any) -> Marche:
    """The rows of a contract given in the words of DECP v2, as an import would lay them."""

    def liste(champ: str, element: str) -> list[str] | None:
        return document.get(champ, {}).get(element)

    def decimal(champ: str) -> Decimal | None:
        return Decimal(str(document[champ])) if champ in document else None

    def jour(champ: str) -> date | None:
        return date.fromisoformat(document[champ]) if champ in document else None

    concession = "autoriteConcedante" in document
    valeurs: dict[str, Any] = {
        "acheteur_siret": document.get("autoriteConcedante" if concession else "acheteur", {}).get("id", ""),
        "identifiant": document.get("id", ""),
        "objet": document.get("objet", ""),
        "nature": document.get("nature", ""),
        "code_cpv": document.get("codeCPV", "")[:8],
        "procedure": document.get("procedure", ""),
        "lieu_code": document.get("lieuExecution", {}).get("code", ""),
        "lieu_type": document.get("lieuExecution", {}).get("typeCode", ""),
        "techniques": liste("techniques", "technique"),
        "modalites_execution": liste("modalitesExecution", "modaliteExecution"),
        "id_accord_cadre": document.get("idAccordCadre", ""),
        "marche_innovant": document.get("marcheInnovant"),
        "ccag": document.get("ccag", ""),
        "offres_recues": document.get("offresRecues"),
        "attribution_avance": document.get("attributionAvance"),
        "taux_avance": decimal("tauxAvance"),
        "type_groupement": document.get("typeGroupementOperateurs", ""),
        "sous_traitance_declaree": document.get("sousTraitanceDeclaree"),
        "actes_sous_traitance": document.get("actesSousTraitance", []),
        "modifications_sous_traitance": document.get("modificationsActesSousTraitance", []),
        "duree_mois": document.get("dureeMois"),
        "date_notification": jour("dateNotification"),
        "date_publication": jour("datePublicationDonnees"),
        "montant": decimal("valeurGlobale" if concession else "montant"),
        "types_prix": liste("typesPrix", "typePrix"),
        "forme_prix": document.get("formePrix", ""),
        "origine_ue": decimal("origineUE"),
        "origine_france": decimal("origineFrance"),
        "considerations_sociales": liste("considerationsSociales", "considerationSociale"),
        "considerations_environnementales": liste(
            "considerationsEnvironnementales", "considerationEnvironnementale"
        ),
        "recu": {k: v for k, v in document.items() if concession or k == "codeCPV"},
        "created_at": INSTANT,
        "updated_at": INSTANT,
    }
    marche = Marche.objects.create(**(noeud.champs() | valeurs | fields))
    marche.refresh_from_db()
    holders = document.get("concessionnaires", document.get("titulaires", []))
    for rang, enveloppe in enumerate(holders, start=1):
        (holder,) = enveloppe.values()
        Titulaire.objects.create(marche=marche, fournisseur=fournisseur(holder), rang=rang)
    for enveloppe in document.get("modifications", []):
        m = enveloppe["modification"]
        notified = m.get("dateNotificationModification", m.get("dateSignatureModification"))
        amount = m.get("montant", m.get("valeurGlobale"))
        Modification.objects.create(
            marche=marche,
            numero=m["id"],
            montant_apres=None if amount is None else Decimal(str(amount)),
            duree_mois_apres=m.get("dureeMois"),
            titulaires_apres=m.get("titulaires", []),
            date_notification=date.fromisoformat(notified) if notified else None,
            date_publication=date.fromisoformat(m["datePublicationDonneesModification"])
            if "datePublicationDonneesModification" in m
            else None,
        )
    return marche


def fournisseur(holder: Mapping[str, str]) -> Fournisseur:
    """The supplier of an identifier, made if needed."""
    nom = holder.get("denominationSociale", f"Entreprise {holder['id']}")
    return Fournisseur.objects.get_or_create(
        type_identifiant=holder["typeIdentifiant"],
        identifiant=holder["id"],
        defaults={"nom": nom, "nom_normalise": nom.lower()},
    )[0]
