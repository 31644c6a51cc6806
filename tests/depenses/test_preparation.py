"""Once prepared, the nation's pages ask the engine nothing; lines and prices that change call for more."""

from collections.abc import Callable
from typing import Any

import pytest

from fanal.depenses import preparation
from fanal.depenses.queries.gains import preuve
from fanal.depenses.queries.rapprochement import catalogue
from fanal.marches.models import Marche
from fanal.moteurs.consolidation.source import Duckdb
from fanal.moteurs.rapprochement.moteur import Catalogue
from fanal.prix.models import PrixLigne
from fanal.territoires.models import Ght
from tests.appui.lac import poser
from tests.depenses.gains.conftest import annee_de_gants, marche, plan  # noqa: F401 - fixtures
from tests.depenses.pages.conftest import Connecte, texte

PAGES = (
    "",
    "?mesure=commandes",
    "prix/",
    "gains/",
    "hors-marche/",
    "hors-marche/maximums/",
    "concentration/",
    "qualite/",
    "reperes/",
)


@pytest.fixture
def lignes(ght: Ght, plan: Callable[..., None], marche: Marche) -> None:  # noqa: F811 - fixtures
    plan()
    poser(annee_de_gants(), ght=ght)


@pytest.fixture
def questions(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The questions asked to the engine."""
    asked: list[Any] = []
    ask = Duckdb.executer
    monkeypatch.setattr(Duckdb, "executer", lambda self, q: asked.append(q) or ask(self, q))
    return asked


def test_the_pages_of_the_nation_find_their_answers(
    lignes: None, connecte: Connecte, questions: list[Any]
) -> None:
    for step in preparation.etapes():
        step()
    assert questions
    questions.clear()
    reader = connecte("dgos")
    for page in PAGES:
        texte(reader, f"/depenses/{page}")
        assert not questions, page
    # Not prepared: the spy sees it.
    texte(reader, "/depenses/?lignes=libelle")
    assert questions


def test_a_ght_finds_its_proofs_and_the_catalogue_there(
    ght: Ght, lignes: None, questions: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for step in preparation.etapes():
        step()
    questions.clear()
    monkeypatch.setattr(Catalogue, "__init__", None)
    catalogue()
    assert len(preuve(2021, ght, preparation.timezone.localdate())) == 3
    assert not questions


@pytest.mark.django_db
def test_nothing_is_prepared_without_lines_nor_for_a_cluster(settings: Any, ght: Ght) -> None:
    assert preparation.etat() is None
    poser(annee_de_gants(), ght=ght)
    assert preparation.etat() is not None
    settings.MOTEUR = "spark://maitre:7077"
    assert preparation.etat() is None


def test_it_is_made_again_when_lines_or_prices_change(ght: Ght, lignes: None, marche: Marche) -> None:  # noqa: F811
    states = [preparation.etat()]
    assert preparation.etat() == states[0]
    poser(annee_de_gants("9"), ght=ght)
    states.append(preparation.etat())
    PrixLigne.objects.filter(marche=marche).delete()
    states.append(preparation.etat())
    assert len(set(states)) == 3
