from collections.abc import Iterator

import pytest

from fanal.campagnes import registre
from fanal.campagnes.actions import dossiers
from fanal.campagnes.models import Campagne, Dossier
from fanal.territoires.models import Ght
from fanal.territoires.noeuds import Noeud
from tests.campagnes.jouet import JOUET, LE, OpenDossier, cross, deposit, open_campaign


@pytest.fixture(autouse=True)
def type_jouet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(registre._TYPES, JOUET.code, JOUET)
    yield


@pytest.fixture
def campagne(db: None) -> Campagne:
    return open_campaign()


@pytest.fixture
def ouvrir(campagne: Campagne) -> OpenDossier:
    def open_for(noeud: Noeud) -> Dossier:
        format = "annonce" if noeud.niveau == "operateur" else "projet"
        return dossiers.ouvrir(campagne=campagne, format=format, noeud=noeud, instant=LE)

    return open_for


@pytest.fixture
def dossier(ouvrir: OpenDossier, ght: Ght) -> Dossier:
    """A dossier at its first step, with nothing in it."""
    return ouvrir(Noeud("ght", ght))


@pytest.fixture
def en_instruction(dossier: Dossier) -> Dossier:
    """A dossier in control with lines A, B and C."""
    deposit(dossier, {"A": 1, "B": 2, "C": 3})
    return cross(dossier, "envoyer", "instruire")
