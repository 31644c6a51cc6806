"""Without a mouse: the way into the page, the menu, the table, its rows and its headers."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.campagnes.trames import classeur, ligne
from tests.parcours.visiteur import TELEPHONE, Visiteur

pytestmark = pytest.mark.navigateur

ACTIF = "document.activeElement"


def tab_until(page: Any, condition: str, limite: int = 80) -> None:
    """Press Tab until *condition*, a JavaScript expression of the focused element `e`, holds."""
    for _ in range(limite):
        page.keyboard.press("Tab")
        if page.evaluate(f"(e => Boolean({condition}))({ACTIF})"):
            return
    pytest.fail(f"Nothing reached by {limite} Tab presses answers: {condition}")


def focus_is_seen(page: Any) -> bool:
    """Whether the focused element shows that it is."""
    return bool(
        page.evaluate(
            f"(s => s.outlineStyle !== 'none' || s.boxShadow !== 'none')(getComputedStyle({ACTIF}))"
        )
    )


@pytest.fixture
def plan(visiteur: Visiteur, campagne: Any, ght: Any, tmp_path: Any) -> Callable[[], Any]:
    """Opens the purchase plan of a GHT that deposited three lines."""
    from django.utils import timezone

    from fanal.campagnes.actions.depot import deposer
    from fanal.depots.formats import charger
    from fanal.depots.lecture import lire
    from fanal.territoires.noeuds import Noeud

    chemin = classeur(tmp_path / "trame.xlsx", [ligne(n) for n in (1, 2, 3)])
    deposer(
        chemin=chemin,
        nom_fichier=chemin.name,
        format="paat",
        campagne=campagne,
        noeud=Noeud("ght", ght),
        by=None,
        instant=timezone.now(),
        canal="page",
        lue=lire(chemin, charger("paat"), isolee=False),
    )
    visiteur.devient("directeur_achats")
    return lambda: visiteur.ouvre("/achats/plan/?annee=2021")


def test_the_first_key_leads_past_the_menu(visiteur: Visiteur, plan: Callable[[], Any]) -> None:
    page = plan()
    page.keyboard.press("Tab")
    assert page.evaluate(f"{ACTIF}.getAttribute('href')") == "#contenu"
    assert focus_is_seen(page)
    page.keyboard.press("Enter")
    assert page.evaluate(f"{ACTIF}.id") == "contenu"


def test_the_menu_leads_to_a_module(visiteur: Visiteur, plan: Callable[[], Any]) -> None:
    page = plan()
    tab_until(page, "e.closest('#menu') && e.textContent.trim() === 'Performance achat'")
    assert focus_is_seen(page)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/achats/performance/"))
    visiteur.regarde()


def test_the_menu_of_a_phone_opens_and_gives_the_focus_back(
    visiteur: Visiteur, plan: Callable[[], Any]
) -> None:
    page = plan()
    page.set_viewport_size(TELEPHONE)
    tab_until(page, "e.classList.contains('bouton-menu')")
    page.keyboard.press("Enter")
    page.locator("#menu.show").wait_for()
    page.wait_for_function("document.querySelector('#menu').contains(document.activeElement)")
    page.keyboard.press("Escape")
    page.locator("#menu").wait_for(state="hidden")
    page.wait_for_function("document.activeElement.classList.contains('bouton-menu')")


def test_a_table_is_sorted_walked_and_opened(visiteur: Visiteur, plan: Callable[[], Any]) -> None:
    page = plan()
    tab_until(page, "e.closest('#tableau-actions th') && e.textContent.includes('Action')")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"actions\.tri="))
    page.locator("#tableau-actions th[aria-sort=ascending]").wait_for()
    tab_until(page, "e.matches('#tableau-actions tr[data-rang]')")
    assert focus_is_seen(page)
    page.keyboard.press("ArrowDown")
    assert "A-002" in page.evaluate(f"{ACTIF}.textContent")
    page.keyboard.press("End")
    assert "A-003" in page.evaluate(f"{ACTIF}.textContent")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/achats/actions/\d+/"))
    assert "Action 2" in page.locator("h1").inner_text()


def test_the_columns_shown_are_chosen(visiteur: Visiteur, plan: Callable[[], Any]) -> None:
    page = plan()
    tab_until(page, "e.matches('#tableau-actions details.colonnes summary')")
    page.keyboard.press("Enter")
    tab_until(page, "e.matches('input[value=famille]')")
    page.keyboard.press("Space")
    tab_until(page, "e.textContent.trim() === 'Afficher ces colonnes'")
    page.keyboard.press("Enter")
    page.locator("#tableau-actions th", has_text="Famille").wait_for()
    visiteur.regarde()
