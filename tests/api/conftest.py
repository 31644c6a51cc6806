"""Callers of the API with a token, and a territory with a deposited trame and an operator's declaration."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from fanal.campagnes.actions.campagnes import ouvrir
from fanal.campagnes.actions.depot import deposer
from fanal.campagnes.models import Campagne, Dossier
from fanal.comptes.actions import creer_jeton
from fanal.comptes.models import Utilisateur
from fanal.depots.formats import charger
from fanal.depots.lecture import lire
from fanal.territoires.models import Ght
from fanal.territoires.noeuds import Noeud
from tests.campagnes.trames import classeur, ligne

RACINE = "/api/v1"
if os.environ.get("FANAL_TEST_BASE") == "postgresql" and os.environ.get("FANAL_TEST_LONG") != "1":
    collect_ignore = ["test_schema.py"]  # none of it would be kept (tests/conftest.py), and it takes seconds


class Appelant:
    """A script that calls the API with the token of an account."""

    def __init__(self, user: Utilisateur) -> None:
        now = timezone.now()
        _, self.jeton = creer_jeton(
            utilisateur=user,
            nom="essai",
            lecture_seule=False,
            expire_le=now + timedelta(days=1),
            instant=now,
        )
        self.client = Client(enforce_csrf_checks=True, headers={"Authorization": f"Bearer {self.jeton}"})

    def lire(self, chemin: str, statut: int = 200, **requete: Any) -> Any:
        return self._answer(self.client.get(RACINE + chemin, requete), statut)

    def envoyer(self, chemin: str, corps: Any, statut: int = 200) -> Any:
        return self._answer(self.client.post(RACINE + chemin, corps, content_type="application/json"), statut)

    def fichier(self, chemin: str, fichier: Path, statut: int = 200, **champs: Any) -> Any:
        with fichier.open("rb") as file:
            return self._answer(self.client.post(RACINE + chemin, {**champs, "fichier": file}), statut)

    @staticmethod
    def _answer(answer: Any, statut: int) -> Any:
        assert answer.status_code == statut, answer.content.decode()
        assert answer["Content-Type"].startswith("application/json")
        return answer.json()


@pytest.fixture
def appelant(utilisateurs: dict[str, Utilisateur]) -> Callable[[str], Appelant]:
    """`appelant(role)`: the account of that role, around `ght`."""
    return lambda role: Appelant(utilisateurs[role])


@pytest.fixture
def ailleurs(utilisateurs_ailleurs: dict[str, Utilisateur]) -> Callable[[str], Appelant]:
    """The same roles on another territory."""
    return lambda role: Appelant(utilisateurs_ailleurs[role])


@pytest.fixture
def campagne(db: None) -> Campagne:
    """A campaign that is open today."""
    now, day = timezone.now(), timedelta(days=1)
    return ouvrir(
        type_campagne="performance",
        annee=2021,
        periode="fin-annee",
        ouverture=now - 30 * day,
        cloture=now + 10 * day,
        correction_jusqu_au=now + 20 * day,
        by=None,
        instant=now,
    )


@pytest.fixture
def trame(tmp_path: Path) -> Path:
    """Three sound rows and one that is not: row 3 of the sheet has words for an amount."""
    rows = [ligne(1), ligne(2, gain_annuel_ttc="douze mille"), ligne(3, gain_annuel_ttc=90_000), ligne(4)]
    return classeur(tmp_path / "trame.xlsx", rows)


@pytest.fixture
def dossier(campagne: Campagne, ght: Ght, trame: Path) -> Dossier:
    """The trame deposited for `ght`."""
    return deposer(
        chemin=trame,
        nom_fichier=trame.name,
        format="paat",
        campagne=campagne,
        noeud=Noeud("ght", ght),
        by=None,
        instant=timezone.now(),
        canal="cli",
        lue=lire(trame, charger("paat"), isolee=False),
    ).dossier
