"""Somebody at a hospital PC, who goes from page to page; each page is looked at with axe-core."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fanal.comptes.models import Utilisateur
from tests.appui.navigateur import Navigateur

BUREAU = {"width": 1366, "height": 768}
TELEPHONE = {"width": 390, "height": 844}

Remplir = Callable[..., Path]


class Visiteur:
    """Somebody at a hospital PC: each page opened or reached is looked at with axe-core.

    `vues`, once a set, keeps a long journey short: the same page is looked at once wide, once narrow, whoever
    opens it.
    """

    def __init__(self, navigateur: Navigateur, utilisateurs: dict[str, Utilisateur]) -> None:
        self.navigateur, self.utilisateurs = navigateur, utilisateurs
        self.vues: set[tuple[str, bool]] | None = None
        self.page = navigateur.page
        self.page.set_viewport_size(BUREAU)

    def devient(self, role: str) -> None:
        """Go on with the account of another role."""
        self.navigateur.connecter(self.utilisateurs[role])

    def ouvre(self, chemin: str, *, etroit: bool = False) -> Any:
        self.navigateur.ouvrir(chemin)
        return self.regarde(etroit=etroit)

    def regarde(self, *, etroit: bool = False) -> Any:
        """Fail on what axe-core finds; *etroit*: on a phone too, and nothing sticks out at 320 px."""
        self.page.wait_for_load_state("load")
        if self._deja_vue(etroit):
            return self.page
        self.navigateur.axe()
        if etroit:
            self.page.set_viewport_size(TELEPHONE)
            self.navigateur.axe()
            self.page.set_viewport_size(BUREAU)
            self.navigateur.sans_debordement(320)
        return self.page

    def _deja_vue(self, etroit: bool) -> bool:
        """Whether this page was looked at already, at that width."""
        if self.vues is None:
            return False
        page = (re.sub(r"\d+", "#", urlsplit(self.page.url).path), etroit)
        seen = page in self.vues
        self.vues.add(page)
        return seen

    def suit(self, nom: str, *, etroit: bool = False, exact: bool = False, dans: Any = None) -> Any:
        """Follow the link of that name inside the page, and look at where it leads."""
        with self.page.expect_navigation():
            (dans or self.page.locator("main")).get_by_role("link", name=nom, exact=exact).first.click()
        return self.regarde(etroit=etroit)

    def presse(self, nom: str, *, etroit: bool = False) -> Any:
        """Press the button of that name, and look at what comes."""
        with self.page.expect_navigation():
            self.page.locator("main").get_by_role("button", name=nom).first.click()
        return self.regarde(etroit=etroit)

    def telecharge(self, nom: str, vers: Path) -> Path:
        """Download what the link of that name gives."""
        with self.page.expect_download() as attendu:
            self.page.locator("main").get_by_role("link", name=nom).first.click()
        attendu.value.save_as(vers)
        return vers

    def depose(self, fichier: Path) -> Any:
        """Send a file from the deposit page; the page that shows its progress leads to the report."""
        self.ouvre("/depots/nouveau/")
        self.page.get_by_label("Fichier", exact=True).set_input_files(fichier)
        return self.presse("Déposer")

    def lit(self) -> str:
        """What the page says."""
        return str(self.page.locator("main").inner_text())


def plain(texte: str) -> str:
    """A French text with ordinary spaces."""
    return texte.replace("\u202f", " ").replace("\xa0", " ")
