"""Other campaigns that people look for beside calls: each domain registers its own page here."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

from fanal.comptes.acces import perimetre_de


@dataclass(frozen=True)
class Voisin:
    """A page shown as a button beside the list of calls, to those who hold `permission` somewhere."""

    titre: str
    url_name: str
    icone: str
    permission: str


_voisins: dict[str, Voisin] = {}


def enregistrer(voisin: Voisin) -> None:
    """Add *voisin*, from `AppConfig.ready()`; the same address replaces it."""
    _voisins[voisin.url_name] = voisin


def liens(request: HttpRequest) -> list[tuple[Voisin, str]]:
    """The pages that the account may open, with their addresses."""
    return [
        (v, reverse(v.url_name)) for v in _voisins.values() if not perimetre_de(request, v.permission).vide
    ]
