"""What the home page says of calls follows each write, and only to those it concerns."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from fanal.appels.actions import candidatures
from fanal.appels.models import Appel
from fanal.appels.types_campagne import FORMAT
from fanal.campagnes.models import Dossier, Repondant
from fanal.comptes.models import Utilisateur
from fanal.territoires.noeuds import Noeud
from tests.appels.conftest import CreerAppel, Remplir

pytestmark = pytest.mark.django_db(transaction=True)
BROUILLON, SUITE, INVITATION = "Terminer et déposer", "Lire la suite donnée", "Répondre pour"


def said(client: Client) -> set[str]:
    page = client.get("/").content.decode()
    return {titre for titre in (BROUILLON, SUITE, INVITATION) if titre in page}


def test_home_follows_a_dossier_from_its_first_word(
    connecte: Callable[[str], Client],
    utilisateurs_ailleurs: dict[str, Utilisateur],
    appel: Appel,
    noeud: Noeud,
    remplir: Remplir,
    instant: datetime,
) -> None:
    mine, other = connecte("directeur_achats"), Client()
    other.force_login(utilisateurs_ailleurs["directeur_achats"])
    assert said(mine) == said(other) == set()
    dossier = candidatures.commencer(appel=appel, noeud=noeud, by=None, instant=instant)
    assert (said(mine), said(other)) == ({BROUILLON}, set())
    candidatures.deposer(dossier=remplir(dossier), by=None, instant=instant)
    assert said(mine) == set()
    Dossier.objects.filter(pk=dossier.pk).update(etape="recevable", etape_depuis=instant)
    assert (said(mine), said(other)) == ({SUITE}, set())
    Dossier.objects.filter(pk=dossier.pk).update(etape_depuis=instant - timedelta(days=8))
    assert said(mine) == set()


@pytest.mark.parametrize(
    ("days", "expected"), [(10, {INVITATION}), (59, {INVITATION}), (61, set()), (-1, set())]
)
def test_home_recalls_an_invitation_that_closes_soon(
    connecte: Callable[[str], Client],
    utilisateurs_ailleurs: dict[str, Utilisateur],
    creer_appel: CreerAppel,
    noeud: Noeud,
    instant: datetime,
    days: int,
    expected: set[str],
) -> None:
    call = creer_appel(cloture=instant + timedelta(days=days))
    mine, other = connecte("directeur_achats"), Client()
    other.force_login(utilisateurs_ailleurs["directeur_achats"])
    assert said(mine) == set()
    node: dict[str, Any] = noeud.champs()
    Repondant.objects.create(campagne=call.campagne, format=FORMAT, **node)
    assert (said(mine), said(other)) == (expected, set())
