"""The workbench in a real browser: the date is moved by keyboard, nothing overflows, axe finds nothing."""

from typing import Any

import pytest
from django.utils import timezone

from fanal.comptes.models import Utilisateur
from fanal.moteurs.convergence import ajouter_mois, mois_suivant
from fanal.territoires.models import Etablissement, Ght
from tests.appui.navigateur import Navigateur
from tests.convergence.appui import creer_marche


@pytest.mark.navigateur
@pytest.mark.django_db(transaction=True)
def test_the_start_is_moved_and_followed(
    navigateur: Navigateur, utilisateurs: dict[str, Utilisateur], ght: Ght, etablissement: Etablissement
) -> None:
    depart = ajouter_mois(mois_suivant(timezone.localdate()), 8)
    for nom, avance in (("A", 36), ("B", 39)):
        creer_marche(ght, nom, ajouter_mois(depart, -avance), 36, etablissement)
    navigateur.connecter(utilisateurs["directeur_achats"])
    for chemin in ("/convergence/?territoire=ght:BFC-90", "/convergence/propositions/"):
        navigateur.ouvrir(chemin)
        navigateur.axe()
        navigateur.sans_debordement()
    page: Any = navigateur.ouvrir(f"/convergence/?territoire=ght:BFC-90&segment=cpv:331&depart={depart}")
    navigateur.axe()
    navigateur.sans_debordement()
    page.locator("#curseur").focus()
    page.keyboard.press("ArrowRight")
    suivant = ajouter_mois(depart, 1)
    page.locator(f"#date-depart[value='{suivant}']").wait_for()
    page.locator("#phrase-convergence", has_text=f"{suivant:%d/%m/%Y}").wait_for()
    assert page.evaluate("document.activeElement.id") == "curseur"
    page.locator("#tableau-consequences a[aria-controls]").first.click()
    page.get_by_role("heading", name="Ce que cela coûte").wait_for()
    page.get_by_role("link", name="Retenir ce départ…").click()
    page.get_by_role("heading", name="Ce qui sera créé").wait_for()
    navigateur.axe()
    navigateur.sans_debordement()
