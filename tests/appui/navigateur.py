"""A real browser on a live server: journeys, accessibility, and nothing in its console."""

import os
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client

RACINE = Path(__file__).resolve().parents[2]
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]


def find_browser() -> str | None:
    """The browser's path: FANAL_NAVIGATEUR, else Debian's Chromium or its cousins."""
    return os.environ.get("FANAL_NAVIGATEUR") or next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )


@cache
def axe_source() -> str:
    path = RACINE / "node_modules" / "axe-core" / "axe.min.js"
    if not path.exists():
        pytest.fail("axe-core is missing: run `make prepare`.")
    return path.read_text()


class Navigateur:
    """One page of a real browser, on the live server. Errors of its console fail the test when it ends."""

    def __init__(self, page: Any, adresse: str) -> None:
        self.page = page
        self.adresse = adresse
        self.erreurs: list[str] = []
        self.statuts_attendus: set[int] = set()
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.erreurs.append(str(error)))

    def _console(self, message: Any) -> None:
        expected = any(f"status of {status}" in message.text for status in self.statuts_attendus)
        if message.type == "error" and not expected:
            self.erreurs.append(f"{self.page.url}: {message.text}")

    def connecter(self, user: Any) -> None:
        """Sign in without the form: the session of *user* becomes this browser's."""
        client = Client()
        client.force_login(user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        self.page.context.add_cookies(
            [{"name": cookie.key, "value": cookie.value, "url": self.adresse, "httpOnly": True}]
        )

    def ouvrir(self, chemin: str, statut: int = 200) -> Any:
        """Open an address of the site and expect *statut*; returns the page."""
        if statut >= 400:
            self.statuts_attendus.add(statut)
        answer = self.page.goto(self.adresse + chemin, wait_until="load")
        assert answer.status == statut, f"{chemin}: {answer.status}"
        return self.page

    def axe(self) -> None:
        """Fail on any accessibility violation of the page as it stands.

        The script goes in through the debugging protocol: the page's security policy stays as it is.
        """
        protocol = self.page.context.new_cdp_session(self.page)
        # Of what is sound nothing is told, nor how to find again what is not.
        options = "{resultTypes: ['violations'], selectors: false}"
        try:
            known = protocol.send("Runtime.evaluate", {"expression": "typeof axe"})["result"]["value"]
            if known == "undefined":  # A page looked at twice, wide then narrow, has it already.
                protocol.send("Runtime.evaluate", {"expression": axe_source()})
            answer = protocol.send(
                "Runtime.evaluate",
                {
                    "expression": f"axe.run(document, {options}).then(r => r.violations.map("
                    "v => [v.id, v.help, v.nodes.slice(0, 5).map(n => n.html + ' — ' + n.failureSummary)]))",
                    "awaitPromise": True,
                    "returnByValue": True,
                },
            )
        finally:
            protocol.detach()
        violations = answer["result"].get("value")
        assert violations == [], f"{self.page.url}: {violations}"

    def sans_debordement(self, largeur: int = 320) -> None:
        """Fail when the page scrolls sideways at *largeur* pixels."""
        before = self.page.viewport_size
        self.page.set_viewport_size({"width": largeur, "height": 800})
        width = self.page.locator("html").evaluate("e => e.scrollWidth")
        self.page.set_viewport_size(before)
        assert width <= largeur, f"{self.page.url} is {width} px wide at {largeur} px"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    path = find_browser()
    if path is None:
        if os.environ.get("FANAL_NAVIGATEUR_EXIGE") == "1":
            pytest.fail("No browser on this machine, and FANAL_NAVIGATEUR_EXIGE=1.")
        pytest.skip("No browser on this machine: install Chromium or set FANAL_NAVIGATEUR.")
    from playwright.sync_api import sync_playwright

    # Playwright runs an event loop in this thread; the base is used from it all the same, one call at a time.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def navigateur(chromium: Any, live_server: Any, request: pytest.FixtureRequest) -> Iterator[Navigateur]:
    """A fresh page. Mark the test `navigateur`; sign in with `navigateur.connecter(utilisateurs["dgos"])`."""
    assert request.node.get_closest_marker("navigateur"), "Mark this test with pytest.mark.navigateur."
    assert get_user_model()
    context = chromium.new_context(
        locale="fr-FR", timezone_id="Europe/Paris", viewport={"width": 1280, "height": 900}
    )
    context.set_default_timeout(15_000)
    visitor = Navigateur(context.new_page(), live_server.url)
    yield visitor
    context.close()
    assert visitor.erreurs == [], visitor.erreurs
