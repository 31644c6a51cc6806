"""The browser's own proofs: what it must catch, it catches; the pages that every account meets pass."""

from typing import Any

import pytest

from fanal.comptes.models import Utilisateur
from tests.appui.navigateur import Navigateur

pytestmark = pytest.mark.navigateur

PUBLIQUES = ["/comptes/login/", "/mentions-legales/", "/accessibilite/"]
COMMUNES = ["/", "/aide/", "/territoire/"]


@pytest.mark.parametrize("chemin", PUBLIQUES)
def test_public_pages(navigateur: Navigateur, chemin: str) -> None:
    navigateur.ouvrir(chemin)
    navigateur.axe()
    navigateur.sans_debordement()


@pytest.mark.parametrize("chemin", COMMUNES)
@pytest.mark.parametrize("role", ["directeur_achats", "referent_ars", "dgos"])
def test_common_pages(
    navigateur: Navigateur, utilisateurs: dict[str, Utilisateur], role: str, chemin: str
) -> None:
    navigateur.connecter(utilisateurs[role])
    navigateur.ouvrir(chemin)
    navigateur.axe()
    navigateur.sans_debordement()


def test_axe_sees_a_fault(navigateur: Navigateur) -> None:
    page = navigateur.ouvrir("/comptes/login/")
    page.locator("body").evaluate("e => e.append(document.createElement('img'))")
    with pytest.raises(AssertionError, match="image-alt"):
        navigateur.axe()


def test_the_policy_blocks_and_says_so(navigateur: Navigateur) -> None:
    page = navigateur.ouvrir("/comptes/login/")
    page.locator("body").evaluate(
        "e => { const s = document.createElement('script'); s.textContent = 'window.entre = 1'; e.append(s) }"
    )
    page.wait_for_timeout(200)
    assert navigateur.erreurs and "Content Security Policy" in navigateur.erreurs[0]
    assert page.locator("html").evaluate("() => window.entre") is None
    navigateur.erreurs.clear()


def test_a_sign_in_by_hand(navigateur: Navigateur, utilisateurs: dict[str, Utilisateur]) -> None:
    from tests.appui.territoire import MOT_DE_PASSE

    page: Any = navigateur.ouvrir("/comptes/login/")
    page.locator("input[name=login]").fill(utilisateurs["dgos"].email)
    page.locator("input[type=password]").fill(MOT_DE_PASSE)
    page.keyboard.press("Enter")
    page.wait_for_url(navigateur.adresse + "/")
