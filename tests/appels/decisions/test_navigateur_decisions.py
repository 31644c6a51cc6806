"""The desk of decisions in a real browser: follow the order, keep by hand, no accessibility fault."""

from typing import Any

import pytest

from fanal.appels.actions.attributions import abandonner
from fanal.appels.models import Attribution
from fanal.campagnes.models import Dossier
from fanal.comptes.models import Utilisateur
from fanal.territoires.models import Ght
from tests.appels.decisions.fabrique import LE, monde

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]


def test_the_order_is_followed_then_a_place_given_again(
    navigateur: Any, ght: Ght, utilisateurs: dict[str, Utilisateur]
) -> None:
    appel, dossiers = monde(ght, 6, terrain=(1, 3, 4))
    desk = f"/appels/{appel.campagne.code}/decisions/"
    navigateur.connecter(utilisateurs["dgos"])
    page = navigateur.ouvrir(desk)
    page.get_by_role("link", name="Suivre l'ordre").click()
    page.get_by_role("heading", name="Retenu : 3 dossiers").wait_for()
    navigateur.axe()
    navigateur.sans_debordement()
    page.get_by_role("button", name="Suivre l'ordre de l'appel : 6 dossiers").click()
    page.get_by_text("3 dossiers retenus sur 3 places, 3 en liste complémentaire.").first.wait_for()
    navigateur.axe()
    navigateur.sans_debordement()
    assert "€" not in page.locator("main").inner_text()
    premiere = Attribution.objects.get(dossier=dossiers[0])
    abandonner(attribution=premiere, motif="L'équipe est partie.", by=None, instant=LE)
    page = navigateur.ouvrir(desk)
    page.get_by_role("link", name="Retenir le prochain").click()
    page.get_by_role("button", name="Retenir").click()
    page.get_by_text("est retenu.").first.wait_for()
    assert Dossier.objects.get(pk=dossiers[3].pk).etape == "retenu"
    page = navigateur.ouvrir(f"/appels/attributions/{Attribution.objects.get(dossier=dossiers[2]).pk}/")
    navigateur.axe()
    navigateur.sans_debordement()
