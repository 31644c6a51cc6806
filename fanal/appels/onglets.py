"""The tabs of the page of a call: each desk (instruction, jury, money, follow-up) registers its own."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from fanal.appels.models import Appel
from fanal.comptes.acces import perimetre_de


@dataclass(frozen=True)
class Onglet:
    """A tab. `url_name` takes the code of the call. It shows when the account holds `permission` somewhere
    (several, parted by spaces: any of them; empty: everybody) and `visible(request, appel)`, if given,
    agrees.
    """

    code: str
    titre: str
    ordre: int
    url_name: str
    permission: str = ""
    visible: Callable[[HttpRequest, Appel], bool] | None = None


@dataclass(frozen=True)
class LienOnglet:
    """A tab for one account and one page."""

    titre: str
    url: str
    courant: bool


_onglets: dict[str, Onglet] = {}


def enregistrer(onglet: Onglet) -> None:
    """Add *onglet*, from `AppConfig.ready()`; the same code replaces it."""
    _onglets[onglet.code] = onglet


def liens(request: HttpRequest, appel: Appel) -> list[LienOnglet]:
    """The tabs of *appel* that the account may open, the one of this page marked."""
    ouverts = []
    for onglet in sorted(_onglets.values(), key=lambda o: (o.ordre, o.code)):
        if not _permis(request, onglet) or (onglet.visible and not onglet.visible(request, appel)):
            continue
        try:
            ouverts.append((onglet.titre, reverse(onglet.url_name, args=[appel.campagne.code])))
        except NoReverseMatch:
            continue
    courante = max((url for _, url in ouverts if request.path.startswith(url)), key=len, default="")
    return [LienOnglet(titre, url, url == courante) for titre, url in ouverts]


def _permis(request: HttpRequest, onglet: Onglet) -> bool:
    voulues = onglet.permission.split()
    return not voulues or any(not perimetre_de(request, p).vide for p in voulues)
