"""The sub-navigation of contracts: the pages that share one entry of the side list.

A tab shows only if its address exists and the account holds its permission somewhere.
"""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse


@dataclass(frozen=True)
class Onglet:
    """`url_names`: the first one that resolves is the address. `permission` as for the side list."""

    titre: str
    url_names: tuple[str, ...]
    permission: str = "marche.voir"


@dataclass(frozen=True)
class LienOnglet:
    """A tab for one account and one page."""

    titre: str
    url: str
    courant: bool


ONGLETS = (
    Onglet("Portefeuille", ("marches:portefeuille",)),
    Onglet("Échéancier", ("procedures:echeancier",)),
    Onglet("Conseil", ("procedures:conseil",)),
    Onglet("À décider", ("marches:alertes",), "marche.gerer"),
    Onglet("À compléter", ("marches:a_completer", "marches:a-completer"), "marche.gerer"),
    Onglet("Achats hors marché", ("marches:hors_marche", "marches:hors-marche")),
    Onglet("Publication", ("marches:publication",)),
    Onglet("Indicateurs", ("marches:indicateurs",)),
    Onglet("Convergence", ("convergence:atelier", "convergence:convergence")),
    Onglet("Prix", ("prix:revisions",), "prix.voir"),
    Onglet("Fournisseurs", ("fournisseurs:fournisseurs",)),
)


def liens(permissions: frozenset[str], chemin: str) -> list[LienOnglet]:
    """The tabs that *permissions* open; the longest address that *chemin* lies under is the current one."""
    ouverts = [
        (onglet.titre, url)
        for onglet in ONGLETS
        if not permissions.isdisjoint(onglet.permission.split()) and (url := _adresse(onglet))
    ]
    courante = max((url for _, url in ouverts if chemin.startswith(url)), key=len, default="")
    return [LienOnglet(titre, url, url == courante) for titre, url in ouverts]


def _adresse(onglet: Onglet) -> str:
    for nom in onglet.url_names:
        try:
            return reverse(nom)
        except NoReverseMatch:
            continue
    return ""
