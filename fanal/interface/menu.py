"""The side list: domains register their entries, an account sees those it has a permission for."""

from dataclasses import dataclass
from functools import lru_cache

from django.urls import NoReverseMatch, reverse

_entrees: dict[str, "Entree"] = {}


@dataclass(frozen=True)
class Entree:
    """One module. `permission`: one or several, parted by spaces, any of them opens it; empty: everybody
    sees it.

    `ordre` sorts the list. `ailleurs`: a permission whose holders reach the module from another page, because
    their list is full.
    """

    titre: str
    url_name: str
    icone: str
    permission: str = ""
    ordre: int = 50
    ailleurs: str = ""


@dataclass(frozen=True)
class Lien:
    """An entry resolved for one account and one page."""

    titre: str
    url: str
    icone: str
    courant: bool


def enregistrer(entree: Entree) -> None:
    """Add *entree*, from `AppConfig.ready()`; the same address name replaces the entry."""
    _entrees[entree.url_name] = entree


def entrees() -> list[Entree]:
    """Every entry, in the order of the list."""
    return sorted(_entrees.values(), key=lambda entree: (entree.ordre, entree.titre))


def liens(permissions: frozenset[str], chemin: str) -> list[Lien]:
    """The entries that *permissions* open, the one that the path *chemin* belongs to marked as current."""
    visibles = []
    for entree in entrees():
        if entree.permission and permissions.isdisjoint(entree.permission.split()):
            continue
        if entree.ailleurs in permissions:
            continue
        try:
            visibles.append((entree, _adresse(entree.url_name)))
        except NoReverseMatch:
            continue
    ouvertes = [url for _, url in visibles if _sous(chemin, url)]
    courante = max(ouvertes, key=len, default=None)
    return [Lien(e.titre, url, e.icone, url == courante) for e, url in visibles]


@lru_cache(maxsize=256)
def _adresse(url_name: str) -> str:
    return reverse(url_name)


def _sous(chemin: str, url: str) -> bool:
    return chemin == url if url == "/" else chemin.startswith(url)
