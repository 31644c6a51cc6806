"""The proof of gains in a real browser: accessible, narrow, down to the very lines."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from fanal.achats.models import Action
from fanal.comptes.models import Utilisateur
from fanal.marches.models import Marche
from tests.appui.lac import poser
from tests.depenses.gains.conftest import annee_de_gants, ligne

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.navigateur]


def look(browser: Any, name: str) -> None:
    """Accessible and narrow; a picture is kept where FANAL_IMAGES says."""
    browser.page.wait_for_timeout(400)
    browser.axe()
    browser.sans_debordement()
    if folder := os.environ.get("FANAL_IMAGES"):
        for width in (1366, 360):
            browser.page.set_viewport_size({"width": width, "height": 900})
            browser.page.wait_for_timeout(300)
            browser.page.screenshot(path=Path(folder) / f"gains-{name}-{width}.png", full_page=True)


def test_from_the_sentence_to_the_lines(
    navigateur: Any, utilisateurs: dict[str, Utilisateur], plan: Callable[..., None], marche: Marche
) -> None:
    plan()
    poser([*annee_de_gants("9.1", "700"), ligne("2021-07-02", "2000", "10", "M-9")])
    action = Action.objects.get(identifiant="A1")
    navigateur.connecter(utilisateurs["directeur_achats"])
    page = navigateur.ouvrir(f"{reverse('depenses:gains')}?annee=2021&territoire=ght:BFC-90")
    look(navigateur, "annee")
    page.get_by_role("link", name="A1", exact=True).click()
    page.wait_for_url(f"**{reverse('depenses:gain', args=[action.pk])}")
    look(navigateur, "action")
    page.get_by_role("button", name="Geler la référence").click()
    page.get_by_text("La référence est gelée.").wait_for()
    page.get_by_role("link", name="Même produit acheté hors de ce marché").click()
    page.get_by_text("1 ligne de commande").wait_for()
    look(navigateur, "lignes")


def test_who_reads_sums_only(
    navigateur: Any, utilisateurs: dict[str, Utilisateur], plan: Callable[..., None], marche: Marche
) -> None:
    plan()
    poser(annee_de_gants())
    navigateur.connecter(utilisateurs["referent_ars"])
    navigateur.ouvrir(f"{reverse('depenses:gains')}?annee=2021&territoire=region:BFC")
    look(navigateur, "region")
    navigateur.ouvrir(reverse("depenses:gain", args=[Action.objects.get(identifiant="A1").pk]))
    look(navigateur, "sommes")
