"""A regional call for expensive medicines and dossiers handed in by the ordinary path."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fanal.appels.actions import appels as actions_appels
from fanal.appels.actions import candidatures
from fanal.appels.actions.modeles import creer_depuis
from fanal.appels.models import Appel
from fanal.campagnes.models import Dossier
from fanal.molecules.models import DemandeMolecule, Inscription
from fanal.territoires.models import Etablissement, Region
from fanal.territoires.noeuds import Noeud

INSTANT = datetime(2024, 6, 3, 8, 0, tzinfo=UTC)
COMPLETES: dict[str, Any] = {
    "secteur": "mco",
    "contact_fonction": "Pharmacien gérant",
    "libelle": "MOLECULE D'ESSAI 10 MG",
    "ucd": "9000001",
    "indication": "I000001",
    "indication_texte": "Situation d'essai.",
    "classe": "anemie",
    "quantite": "12",
    "cout_unitaire": "1000.50",
    "patients": "7",
    "alternative": "Aucune autre spécialité ne convient.",
    "rcp": "rcp",
    "reconduction": "non",
}
CreerAppel = Callable[..., Appel]
Deposer = Callable[..., DemandeMolecule]


@pytest.fixture
def creer_appel(db: None) -> CreerAppel:
    """`creer_appel(region, annee=2024, modele="molecules")`: a call open since January."""

    def create(region: Region, annee: int = 2024, modele: str = "molecules", **fields: Any) -> Appel:
        debut = datetime(annee, 1, 2, 8, 0, tzinfo=UTC)
        appel = creer_depuis(
            modele=modele,
            noeud=Noeud("region", region),
            code=f"{modele}-{region.sigle.lower()}-{annee}",
            titre=f"Molécules {region.nom} {annee}",
            resume="Pour les établissements de la région.",
            annee=annee,
            ouverture=debut,
            cloture=debut + timedelta(days=300),
            by=None,
            instant=debut - timedelta(days=1),
            **fields,
        )
        actions_appels.publier(appel=appel, by=None, instant=debut - timedelta(days=1))
        return Appel.objects.select_related("campagne", "formulaire").get(pk=appel.pk)

    return create


@pytest.fixture
def appel(creer_appel: CreerAppel, region: Region) -> Appel:
    return creer_appel(region)


@pytest.fixture
def deposer(db: None) -> Deposer:
    """`deposer(appel, etablissement, le=…, secteur=…)`: a request handed in; one dossier each time."""

    def hand_in(
        appel: Appel,
        etablissement: Etablissement,
        *,
        le: datetime | None = None,
        by: Any = None,
        **answers: Any,
    ) -> DemandeMolecule:
        le = le or INSTANT.replace(year=appel.campagne.annee)
        nombre = Dossier.objects.filter(campagne=appel.campagne).count()
        dossier = candidatures.commencer(
            appel=appel,
            noeud=Noeud("etablissement", etablissement),
            reference=f"D{nombre + 1}",
            by=by,
            instant=le,
        )
        brouillon = dossier.brouillon
        brouillon.reponses = {n: v for n, v in (COMPLETES | answers).items() if v is not None}
        brouillon.save(update_fields=["reponses"])
        version = candidatures.deposer(dossier=dossier, by=by, instant=le)
        return DemandeMolecule.objects.get(version=version)

    return hand_in


@pytest.fixture
def demande(appel: Appel, etablissement: Etablissement, deposer: Deposer) -> DemandeMolecule:
    return deposer(appel, etablissement)


@pytest.fixture
def inscription(db: None) -> Inscription:
    """The drug of the tests on the MCO list, all of 2024."""
    return Inscription.objects.create(
        liste="mco",
        ucd="9000001",
        indication="I000001",
        libelle="MOLECULE D'ESSAI 10 MG",
        debut="2024-01-01",
        fin="2024-12-31",
        source="Arrêté d'essai",
    )
