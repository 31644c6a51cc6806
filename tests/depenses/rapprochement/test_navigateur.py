"""The desk in a real browser: a group is decided by keyboard, axe finds nothing, nothing overflows."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from fanal.comptes.models import Utilisateur
from fanal.depenses.models import DecisionRapprochement
from fanal.territoires.models import Ght
from tests.appui.navigateur import Navigateur

VUES = os.environ.get("FANAL_ESSAI_VUES", "")


def regarder(navigateur: Navigateur, nom: str) -> None:
    if VUES:
        for width in (1366, 360):
            navigateur.page.set_viewport_size({"width": width, "height": 900})
            navigateur.page.screenshot(path=str(Path(VUES) / f"{nom}-{width}.png"), full_page=True)
        navigateur.page.set_viewport_size({"width": 1280, "height": 900})
    navigateur.axe()
    navigateur.sans_debordement()


@pytest.mark.navigateur
@pytest.mark.django_db(transaction=True)
def test_a_group_is_settled(
    navigateur: Navigateur, utilisateurs: dict[str, Utilisateur], ght: Ght, lignes: Any
) -> None:
    navigateur.connecter(utilisateurs["acheteur"])
    page: Any = navigateur.ouvrir(f"{reverse('depenses:rapprochement')}?territoire=ght:{ght.code}")
    regarder(navigateur, "bureau")
    page.get_by_role("link", name="PARACETAMOL 500MG CP B/100").click()
    page.get_by_role("heading", name="Quel produit est-ce ?").wait_for()
    regarder(navigateur, "groupe")
    page.get_by_role("button", name="Décider pour tout le groupe").press("Enter")
    page.get_by_role("heading", name="AMOXICILLINE 1G PDRE SOL INJ B/10").wait_for()
    assert DecisionRapprochement.objects.count() == 1
    for name in ("rapprochement_lot", "rapprochement_decisions"):
        navigateur.ouvrir(reverse(f"depenses:{name}", args=[ght.code]))
        regarder(navigateur, name)
    navigateur.ouvrir(reverse("depenses:referentiel"))
    regarder(navigateur, "referentiel")
