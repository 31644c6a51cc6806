"""A deposited trame with faults, and signed-in clients, for the pages of dossiers."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from fanal.campagnes.actions.campagnes import inviter, ouvrir
from fanal.campagnes.actions.depot import deposer
from fanal.campagnes.models import Campagne, Dossier
from fanal.comptes.models import Utilisateur
from fanal.depots.formats import charger
from fanal.depots.lecture import lire
from fanal.territoires.models import Ght
from fanal.territoires.noeuds import Noeud
from tests.campagnes.trames import classeur, ligne


@pytest.fixture
def present() -> datetime:
    return timezone.now()


@pytest.fixture
def campagne(db: None, ght: Ght, autre_ght: Ght, present: datetime) -> Campagne:
    """A campaign that is open today, to which both GHT are invited."""
    jour = timedelta(days=1)
    ouverte = ouvrir(
        type_campagne="performance",
        annee=2021,
        periode="fin-annee",
        ouverture=present - 30 * jour,
        cloture=present + 10 * jour,
        correction_jusqu_au=present + 20 * jour,
        by=None,
        instant=present,
    )
    inviter(
        campagne=ouverte,
        format="paat",
        noeuds=[Noeud("ght", ght), Noeud("ght", autre_ght)],
        by=None,
        instant=present,
    )
    return ouverte


@pytest.fixture
def trame(tmp_path: Path) -> Path:
    """Four rows, the second with an amount that is not a number."""
    lignes = [ligne(1), ligne(2, gain_annuel_ttc="douze mille"), ligne(3), ligne(4)]
    return classeur(tmp_path / "trame.xlsx", lignes, au_dessus=2)


Deposer = Callable[..., Dossier]


@pytest.fixture
def depose(campagne: Campagne, ght: Ght, trame: Path, present: datetime) -> Deposer:
    """`depose(chemin=…, noeud=…)`: deposit a trame and give its dossier."""

    def deposit(chemin: Path = trame, noeud: Noeud | None = None, by: Utilisateur | None = None) -> Dossier:
        return deposer(
            chemin=chemin,
            nom_fichier=chemin.name,
            format="paat",
            campagne=campagne,
            noeud=noeud or Noeud("ght", ght),
            by=by,
            instant=present,
            canal="page",
            lue=lire(chemin, charger("paat"), isolee=False),
        ).dossier

    return deposit


@pytest.fixture
def dossier(depose: Deposer) -> Dossier:
    return depose()


@pytest.fixture
def ailleurs(utilisateurs_ailleurs: dict[str, Utilisateur]) -> Client:
    """A client signed in as the controller of another GHT."""
    client = Client()
    client.force_login(utilisateurs_ailleurs["controleur_gestion"])
    return client
