"""The components in a real browser: drawn, operable by keyboard, accessible, within the content policy."""

import re

import pytest
from django.test import Client

from fanal.interface import assets

pytestmark = [
    pytest.mark.navigateur,
    pytest.mark.skipif(not assets.FOURNIS.is_dir(), reason="assets not prepared: run `make prepare`"),
]
DESSINEES = "document.querySelectorAll('[data-image]:not([data-dessinee=oui])').length === 0"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_style_guide_is_drawn_and_accessible(navigateur, utilisateurs, theme):
    navigateur.page.emulate_media(color_scheme=theme)
    navigateur.connecter(utilisateurs["dgos"])
    page = navigateur.ouvrir("/guide-de-style/")
    page.wait_for_function(DESSINEES)
    assert page.locator("[data-image] svg.marks").count() == 4
    assert page.locator("html").get_attribute("data-bs-theme") == theme
    navigateur.axe()
    navigateur.sans_debordement(320)


def test_the_same_page_by_the_chosen_theme(navigateur, utilisateurs):
    navigateur.connecter(utilisateurs["dgos"])
    page = navigateur.ouvrir("/aide/")
    page.get_by_role("button", name=re.compile("Compte")).click()
    page.get_by_role("button", name="Sombre").click()
    page.wait_for_function("document.documentElement.dataset.bsTheme === 'dark'")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(14, 20, 32)"
    navigateur.axe()


def test_a_table_is_worked_without_a_mouse(navigateur, utilisateurs):
    navigateur.connecter(utilisateurs["dgos"])
    page = navigateur.ouvrir("/guide-de-style/")
    rangs = page.locator("#tableau-actions tr[data-rang]")
    rangs.nth(0).focus()
    page.keyboard.press("ArrowDown")
    assert rangs.nth(1).evaluate("e => e === document.activeElement")
    page.keyboard.press("Enter")
    detail = page.locator("#tableau-actions .rang-detail:visible")
    detail.get_by_text("Deux contrôles la concernent.").wait_for()
    navigateur.axe()
    rangs.nth(1).focus()
    page.keyboard.press("Enter")
    page.wait_for_function('!document.querySelector("#tableau-actions .rang-detail:not([hidden])")')


def test_sorting_and_filtering_stand_in_the_address(navigateur, utilisateurs):
    navigateur.connecter(utilisateurs["dgos"])
    page = navigateur.ouvrir("/guide-de-style/")
    page.locator("#tableau-actions").get_by_role("link", name="Performance (%)").click()
    page.wait_for_url(re.compile(r"actions\.tri=-taux"))
    page.locator("#tableau-actions-etat").select_option("retire")
    page.wait_for_url(re.compile(r"actions\.f\.etat=retire"))
    page.locator("#tableau-actions").get_by_text("34 lignes", exact=False).first.wait_for()
    page.reload()
    assert page.locator("#tableau-actions-etat").input_value() == "retire"
    assert page.locator("#tableau-actions th[aria-sort=descending]").inner_text().startswith("Performance")


def test_a_corrected_value_says_why(navigateur, utilisateurs):
    navigateur.connecter(utilisateurs["dgos"])
    page = navigateur.ouvrir("/guide-de-style/?actions.q=A003")
    page.get_by_role("button", name=re.compile("Valeur corrigée")).last.click()
    page.locator(".bulle").get_by_text("Corrigé le 14/03/2022").wait_for()
    page.keyboard.press("Escape")
    assert page.locator(".bulle").count() == 0


def test_the_territory_is_chosen_from_the_bar(navigateur, utilisateurs, ght):
    navigateur.connecter(utilisateurs["referent_ars"])
    page = navigateur.ouvrir("/aide/")
    page.get_by_role("button", name=re.compile("Territoire")).click()
    page.locator("#choix-territoire").get_by_role("link", name=str(ght)).wait_for()
    navigateur.axe()
    page.locator("#choix-territoire").get_by_role("link", name=str(ght)).click()
    page.wait_for_url(re.compile(r"/aide/\?territoire=ght"))
    assert str(ght) in page.locator(".lieu-nom").inner_text()


def test_public_pages_are_accessible(navigateur):
    for adresse in ("/comptes/login/", "/mentions-legales/", "/accessibilite/"):
        navigateur.ouvrir(adresse)
        navigateur.axe()
        navigateur.sans_debordement(320)


def test_on_a_phone_the_menu_opens_and_closes(navigateur, utilisateurs):
    navigateur.page.set_viewport_size({"width": 390, "height": 844})
    navigateur.connecter(utilisateurs["dgos"])
    page = navigateur.ouvrir("/aide/")
    page.get_by_role("button", name="Ouvrir le menu des modules").click()
    page.locator("#menu.show").wait_for()
    page.wait_for_function("!document.querySelector('#menu.showing')")
    navigateur.axe()
    page.get_by_role("button", name="Fermer le menu").click()
    page.locator("#menu").wait_for(state="hidden")


def test_the_page_works_without_javascript(chromium, live_server, utilisateurs):
    client = Client()
    client.force_login(utilisateurs["dgos"])
    contexte = chromium.new_context(java_script_enabled=False)
    contexte.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    page = contexte.new_page()
    page.goto(f"{live_server.url}/guide-de-style/")
    page.locator("#tableau-actions").get_by_role("link", name="Performance (%)").click()
    assert "actions.tri=-taux" in page.url
    page.locator("#tableau-actions-q").fill("gants")
    page.locator("#tableau-actions").get_by_role("button", name="Filtrer").click()
    assert "actions.q=gants" in page.url
    page.locator("#tableau-actions a.ouvrir").first.click()
    assert "/guide-de-style/detail/" in page.url
    contexte.close()
