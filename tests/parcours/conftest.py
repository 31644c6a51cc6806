"""What the journeys share: a campaign open today, a visitor, and a way to fill the empty model."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.utils import timezone

from fanal.campagnes.actions.campagnes import inviter, ouvrir
from fanal.campagnes.models import Campagne
from fanal.comptes.models import Utilisateur
from fanal.interface import assets
from fanal.territoires.models import Ght
from fanal.territoires.noeuds import Noeud
from tests.appui.navigateur import Navigateur
from tests.parcours.visiteur import Remplir, Visiteur


@pytest.fixture
def campagne(db: None, ght: Ght) -> Campagne:
    """The campaign of 2021, open today, to which the GHT is invited."""
    now, jour = timezone.now(), timedelta(days=1)
    ouverte = ouvrir(
        type_campagne="performance",
        annee=2021,
        periode="fin-annee",
        ouverture=now - 30 * jour,
        cloture=now + 10 * jour,
        correction_jusqu_au=now + 20 * jour,
        by=None,
        instant=now,
    )
    inviter(campagne=ouverte, format="paat", noeuds=[Noeud("ght", ght)], by=None, instant=now)
    return ouverte


@pytest.fixture
def visiteur(navigateur: Navigateur, utilisateurs: dict[str, Utilisateur]) -> Visiteur:
    if not assets.FOURNIS.is_dir():
        pytest.skip("assets not prepared: run `make prepare`")
    return Visiteur(navigateur, utilisateurs)


LIGNE = {
    "finess": "210000001",
    "role": "support",
    "famille": "MEDICAMENTS",
    "operateur": "GHT",
    "date_premiere_commande": "01/01/2021",
    "montant_reference_ttc": 100_000,
    "perimetre_traite_ttc": 100_000,
}


@pytest.fixture
def remplir(tmp_path: Path) -> Remplir:
    """`remplir(modele, lignes)`: type rows into an empty model, as a person does."""

    def fill(modele: Path, lignes: Sequence[dict[str, Any]], nom: str = "trame.xlsx") -> Path:
        classeur = openpyxl.load_workbook(modele)
        feuille = classeur["Actions"]
        titres = {str(c.value): c.column for c in feuille[1]}
        for rang, valeurs in enumerate(lignes, start=2):
            for titre, valeur in {**LIGNE, **valeurs}.items():
                feuille.cell(rang, titres[titre], valeur)
        classeur.save(tmp_path / nom)
        return tmp_path / nom

    return fill
