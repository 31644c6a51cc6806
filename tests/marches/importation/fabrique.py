"""Small published contracts for the tests of the import, and where the outside files stand."""

import json
from pathlib import Path
from typing import Any

import pytest

DONNEES = Path(__file__).resolve().parents[4] / "shared" / "donnees"
REEL = DONNEES / "decp" / "reel" / "hopitaux_decp_v1_2018-2019.json"
TABULAIRE = DONNEES / "decp" / "reel" / "hopitaux_travaux_decp2022_tabulaire_2024H2.csv"
EXEMPLES = DONNEES / "decp" / "exemples"
CPV = DONNEES / "cpv" / "cpv2008_fr_en.csv"

SIRET = "26210001400013"
TITULAIRE = "55204599900869"


def present(chemin: Path) -> Path:
    """The outside file, or a skip that says which one is absent."""
    if not chemin.exists():
        pytest.skip(f"absent beside the checkout: {chemin.name}")
    return chemin


def luhn(chiffres: str) -> str:
    """A number completed by its Luhn key."""
    total = 0
    for rang, c in enumerate(reversed(chiffres)):
        n = int(c) * (2 if rang % 2 == 0 else 1)
        total += n - 9 if n > 9 else n
    return chiffres + str(-total % 10)


ACHETEUR = luhn(luhn("26210001") + "0001")


def v2(**autres: Any) -> dict[str, Any]:
    """A complete contract in DECP 2.0.3; a key given as ... is left out."""
    contenu: dict[str, Any] = {
        "id": "M1",
        "acheteur": {"id": ACHETEUR},
        "nature": "Marché",
        "objet": "Gants d'examen en nitrile",
        "codeCPV": "33141420-0",
        "procedure": "Appel d'offres ouvert",
        "techniques": {"technique": ["Accord-cadre"]},
        "modalitesExecution": {"modaliteExecution": ["Bons de commande"]},
        "lieuExecution": {"code": "21", "typeCode": "Code département"},
        "dureeMois": 48,
        "dateNotification": "2021-03-01",
        "datePublicationDonnees": "2021-04-15",
        "montant": 240000.5,
        "typesPrix": {"typePrix": ["Définitif révisable"]},
        "formePrix": "Unitaire",
        "ccag": "Fournitures courantes et services",
        "offresRecues": 4,
        "marcheInnovant": False,
        "attributionAvance": True,
        "tauxAvance": 0.05,
        "sousTraitanceDeclaree": False,
        "typeGroupementOperateurs": "Pas de groupement",
        "considerationsSociales": {"considerationSociale": ["Clause sociale"]},
        "considerationsEnvironnementales": {"considerationEnvironnementale": ["Critère environnemental"]},
        "titulaires": [{"titulaire": {"id": TITULAIRE, "typeIdentifiant": "SIRET"}}],
    }
    contenu |= autres
    return {k: v for k, v in contenu.items() if v is not ...}


def v1(**autres: Any) -> dict[str, Any]:
    """A contract in DECP 1.5, as published in 2018-2019."""
    contenu: dict[str, Any] = {
        "id": "2018M100",
        "_type": "Marché",
        "acheteur": {"id": ACHETEUR, "nom": "Centre hospitalier d'essai"},
        "nature": "Accord-cadre",
        "objet": "Fourniture de consommables",
        "codeCPV": "33141000",
        "procedure": "Marché public négocié sans publicité ni mise en concurrence préalable",
        "lieuExecution": {"code": "44", "typeCode": "Code département", "nom": "Loire-Atlantique"},
        "dureeMois": 30,
        "dateNotification": "2018-12-03",
        "datePublicationDonnees": "2018-12-03",
        "montant": 30577,
        "formePrix": "Révisable",
        "titulaires": [
            {"typeIdentifiant": "SIRET", "id": TITULAIRE, "denominationSociale": "Titulaire d'essai"}
        ],
        "modifications": [],
    }
    contenu |= autres
    return {k: v for k, v in contenu.items() if v is not ...}


def fichier_v1(dossier: Path, *marches: Any, nom: str = "decp.json") -> Path:
    """A file in the shape of DECP 1.5."""
    chemin = dossier / nom
    chemin.write_text(json.dumps({"marches": list(marches)}, ensure_ascii=False), encoding="utf-8")
    return chemin


def fichier_v2(
    dossier: Path, *marches: Any, concessions: tuple[Any, ...] = (), nom: str = "decp2.json"
) -> Path:
    """A file in the shape of DECP 2."""
    chemin = dossier / nom
    corps: dict[str, Any] = {"marche": list(marches)}
    if concessions:
        corps["contrat-concession"] = list(concessions)
    chemin.write_text(json.dumps({"marches": corps}, ensure_ascii=False), encoding="utf-8")
    return chemin
