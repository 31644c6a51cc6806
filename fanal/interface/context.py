"""What every page's shell needs."""

from dataclasses import dataclass
from functools import cached_property, lru_cache

from django.conf import settings
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString

from fanal.interface import barre, menu
from fanal.interface.ici import Ici, droits_de, ici

THEMES = ("auto", "clair", "sombre")
BOOTSTRAP = {"clair": "light", "sombre": "dark"}


@dataclass
class Coque:
    """The shell of one page. Each part is read only when the template asks for it."""

    request: HttpRequest

    @cached_property
    def menu(self) -> list[menu.Lien]:
        """The modules that the account may open."""
        today = timezone.localdate()
        return menu.liens(droits_de(self.request, today).permissions, self.request.path)

    @property
    def menu_html(self) -> SafeString:
        """The list of modules, written once for each set of links."""
        return _menu(tuple(self.menu))

    @property
    def barre_html(self) -> SafeString:
        """The top bar, written once for each account, territory and year."""
        vue = barre.Vue(
            str(self.request.user),
            self.roles,
            str(self.ici.noeud),
            self.ici.annee,
            self.ici.annees,
            self.theme,
            self.demonstration,
        )
        return barre.ecrire(
            vue,
            chemin=self.request.get_full_path(),
            cherche=self.request.GET.get("q", ""),
            jeton=get_token(self.request),
        )

    @cached_property
    def ici(self) -> Ici:
        """The territory and the year of the page."""
        return ici(self.request, timezone.localdate())

    @cached_property
    def roles(self) -> tuple[str, ...]:
        """The roles of the account, as words."""
        return droits_de(self.request, timezone.localdate()).roles

    @property
    def connecte(self) -> bool:
        user = getattr(self.request, "user", None)
        return user is not None and user.is_authenticated

    @property
    def demonstration(self) -> bool:
        return settings.MODE == "demonstration"

    @property
    def theme(self) -> str:
        """`auto`, `clair` or `sombre`, kept in a cookie."""
        choix = self.request.COOKIES.get("theme", "auto")
        return choix if choix in THEMES else "auto"

    @property
    def theme_bootstrap(self) -> str:
        """The value of `data-bs-theme`; empty for `auto`, where the browser's preference decides."""
        return BOOTSTRAP.get(self.theme, "")


@lru_cache(maxsize=512)
def _menu(liens: tuple[menu.Lien, ...]) -> SafeString:
    return render_to_string("interface/coque/menu.html", {"liens": liens})


def page(request: HttpRequest) -> dict[str, object]:
    """Return the variables of the page shell."""
    return {"coque": Coque(request)}
