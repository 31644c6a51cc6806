"""A trame in control, and who looks at it."""

from collections.abc import Callable

import pytest
from django.test import Client

from fanal.campagnes.actions import dossiers
from fanal.campagnes.actions.depot import ResultatDepot
from fanal.campagnes.models import Dossier
from fanal.comptes.models import Utilisateur
from tests.achats.conftest import INSTANT


@pytest.fixture
def en_controle(campagne_2021: ResultatDepot) -> Dossier:
    """The trame of `ght`, with A1 sound, A2 above 100 % and A3 without a date, taken into control."""
    dossier = campagne_2021.dossier
    for transition in ("valider", "transmettre", "controler"):
        dossiers.franchir(dossier=dossier, transition=transition, by=None, instant=INSTANT)
    dossier.refresh_from_db()
    return dossier


@pytest.fixture
def ailleurs(utilisateurs_ailleurs: dict[str, Utilisateur]) -> Callable[[str], Client]:
    """`ailleurs(role)`: a client signed in on another territory."""

    def sign_in(role: str) -> Client:
        client = Client()
        client.force_login(utilisateurs_ailleurs[role])
        return client

    return sign_in
