"""A small grid of two themes, a survey of 2025 on it, and a GHT that answers."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from fanal.campagnes.models import Campagne, Dossier
from fanal.comptes.models import Utilisateur
from fanal.maturite.actions import enquetes, evaluations, grilles
from fanal.maturite.models import Evaluateur, Grille, Sujet
from fanal.territoires.models import Ght

TITRES = [
    "theme_code", "theme", "poids_theme", "sujet_code", "sujet", "poids_sujet",
    "question", "niveau", "libelle_niveau", "note", "preuve", "reprend",
]  # fmt: skip
SUJETS = [("org", "Organisation", 60, "gouv", "Gouvernance"), ("org", "Organisation", 60, "roles", "Rôles"),
          ("outils", "Outils", 40, "si", "SI achat")]  # fmt: skip
LE = datetime(2025, 6, 2, 9, tzinfo=UTC)

Ligne = list[object]
Ecrire = Callable[..., Path]


def lignes(sujets: list[tuple[str, str, int, str, str]] = SUJETS) -> list[Ligne]:
    """Three levels by topic, worth 0, 10 and 20; the last two ask a proof."""
    return [
        _row(theme, titre, poids, sujet, nom, rang)
        for theme, titre, poids, sujet, nom in sujets
        for rang in (1, 2, 3)
    ]


def _row(theme: str, titre: str, poids: int, sujet: str, nom: str, rang: int) -> Ligne:
    proof = f"Preuve {rang}" if rang > 1 else None
    asked = f"Où en est « {nom} » ?"
    level = [rang, f"Niveau {rang}", (rang - 1) * 10, proof, None]
    return [theme, titre, poids, sujet, nom, 1, asked, *level]


@pytest.fixture
def ecrire(tmp_path: Path) -> Ecrire:
    def write(rows: list[Ligne], name: str = "grille.xlsx") -> Path:
        book = Workbook()
        sheet = book.active
        assert sheet is not None
        for row in [TITRES, *rows]:
            sheet.append(row)
        book.save(tmp_path / name)
        return tmp_path / name

    return write


@pytest.fixture
def grille(db: None, ecrire: Ecrire) -> Grille:
    return grilles.importer(
        chemin=ecrire(lignes()),
        nom_fichier="grille.xlsx",
        code="grille-2025",
        titre="Grille 2025",
        annee=2025,
        by=None,
        instant=LE,
    )


@pytest.fixture
def enquete(grille: Grille) -> Campagne:
    return enquetes.ouvrir(
        annee=2025, grille=grille, ouverture=datetime(2025, 6, 1, tzinfo=UTC),
        cloture=datetime(2025, 9, 30, tzinfo=UTC), correction_jusqu_au=datetime(2025, 10, 31, tzinfo=UTC),
        by=None, instant=LE,
    )  # fmt: skip


@pytest.fixture
def dossier(enquete: Campagne, ght: Ght) -> Dossier:
    return enquetes.commencer(campagne=enquete, ght=ght, by=None, instant=LE)


@pytest.fixture
def repondre(dossier: Dossier, utilisateurs: dict[str, Utilisateur]) -> Callable[..., Evaluateur]:
    """`repondre(role, gouv=2, roles=1, si=None)`: invite that account, answer and hand in."""

    def answer(role: str, **levels: int | None) -> Evaluateur:
        person = evaluations.inviter(
            dossier=dossier, utilisateur=utilisateurs[role], fonction=role, by=None, instant=LE
        )
        topics = dict(Sujet.objects.values_list("code", "pk"))
        evaluations.apprecier(
            evaluateur=person,
            reponses={topics[code]: evaluations.Reponse(level) for code, level in levels.items()},
            by=utilisateurs[role],
            instant=LE,
        )
        return evaluations.rendre(evaluateur=person, by=utilisateurs[role], instant=LE)

    return answer
