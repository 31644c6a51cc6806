"""Signing in with a password, then with a code that changes."""

import re
import time
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

from tests.appui.territoire import MOT_DE_PASSE
from tests.parcours.visiteur import Visiteur

pytestmark = pytest.mark.navigateur


def sign_in(visiteur: Visiteur, role: str) -> Any:
    page = visiteur.ouvre("/comptes/login/", etroit=True)
    page.locator("input[name=login]").fill(visiteur.utilisateurs[role].email)
    page.locator("input[type=password]").fill(MOT_DE_PASSE)
    return visiteur.presse("Se connecter")


def code_of(secret: str) -> str:
    """What an authentication application shows now."""
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def test_a_second_factor_is_set_up_then_asked(visiteur: Visiteur) -> None:
    page = sign_in(visiteur, "dgos")
    visiteur.ouvre("/comptes/2fa/")
    visiteur.suit("Activer la double authentification", etroit=True)
    page.locator("input[type=password]").fill(MOT_DE_PASSE)
    visiteur.presse("Confirmer", etroit=True)
    secret = page.locator("code").first.inner_text()
    page.locator("input[name=code]").fill(code_of(secret))
    visiteur.presse("Activer", etroit=True)
    page.get_by_role("button", name=re.compile("Compte")).click()
    page.get_by_role("button", name="Se déconnecter").click()
    page.wait_for_url(re.compile("/comptes/login/"))
    sign_in(visiteur, "dgos")
    assert "/2fa/authenticate/" in page.url
    visiteur.regarde(etroit=True)
    page.locator("input[name=code]").fill("000000")
    visiteur.presse("Se connecter")
    assert page.locator(".champ-erreur, [role=alert]").first.inner_text()
    # A code serves once: the next one is thirty seconds away, and the clock may drift by one.
    page.locator("input[name=code]").fill(code_after(secret))
    visiteur.presse("Se connecter")
    page.wait_for_url(visiteur.navigateur.adresse + "/")


def code_after(secret: str) -> str:
    """The code of the thirty seconds to come, which a drifting clock would show already."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + 1))
