"""The sub-navigation of spend: the pages that share one entry of the side list.

A tab shows only if its address exists and the account holds its permission somewhere.
"""

from dataclasses import dataclass
from functools import lru_cache

from django.urls import NoReverseMatch, reverse


@dataclass(frozen=True)
class Onglet:
    """`url_names`: the first one that resolves is the address. `permission`: any of those named opens it."""

    titre: str
    url_names: tuple[str, ...]
    permission: str = "depense.voir"


@dataclass(frozen=True)
class LienOnglet:
    """A tab for one account and one page."""

    titre: str
    url: str
    courant: bool


ONGLETS = (
    Onglet("Explorer", ("depenses:explorer",)),
    Onglet("Dispersion des prix", ("depenses:dispersion",)),
    Onglet("Preuve des gains", ("depenses:gains",)),
    Onglet("Achats hors marché", ("depenses:hors_marche",)),
    Onglet("Concentration", ("depenses:concentration",)),
    Onglet("Rapprochement", ("depenses:rapprochement",), "depense.decider"),
    Onglet("Dépôts", ("depenses:depots",), "depense.importer"),
    Onglet("Repères", ("depenses:reperes",)),
    Onglet("Qualité des données", ("depenses:qualite",)),
)


def liens(permissions: frozenset[str], chemin: str) -> list[LienOnglet]:
    """The tabs that *permissions* open; the longest address that *chemin* lies under is the current one."""
    ouverts = [
        (onglet.titre, url)
        for onglet in ONGLETS
        if not permissions.isdisjoint(onglet.permission.split()) and (url := adresse(*onglet.url_names))
    ]
    courante = max((url for _, url in ouverts if chemin.startswith(url)), key=len, default="")
    return [LienOnglet(titre, url, url == courante) for titre, url in ouverts]


@lru_cache(maxsize=64)
def adresse(*url_names: str) -> str:
    """The address of the first of these names that exists, empty when none does."""
    for nom in url_names:
        try:
            return reverse(nom)
        except NoReverseMatch:
            continue
    return ""
