"""The tabs of the pages of expensive medicines."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

from fanal.comptes.acces import perimetre_de
from fanal.molecules.queries.demandes import INSTRUIRE


@dataclass(frozen=True)
class LienOnglet:
    """A tab for one account and one page."""

    titre: str
    url: str
    courant: bool


PAGES = (
    ("Demandes", "molecules:demandes", ("candidature.voir", INSTRUIRE)),
    ("Analyse", "molecules:analyse", (INSTRUIRE,)),
    ("Récurrences", "molecules:recurrences", (INSTRUIRE,)),
    ("Bilan annuel", "molecules:bilan", (INSTRUIRE,)),
    ("Listes en sus", "molecules:listes", ("candidature.voir", INSTRUIRE)),
)


def liens(request: HttpRequest) -> list[LienOnglet]:
    """The tabs that the account may open, the one of this page marked."""
    ouverts = [
        (titre, reverse(nom))
        for titre, nom, permissions in PAGES
        if any(not perimetre_de(request, p).vide for p in permissions)
    ]
    courante = max((url for _, url in ouverts if request.path.startswith(url)), key=len, default="")
    return [LienOnglet(titre, url, url == courante) for titre, url in ouverts]
