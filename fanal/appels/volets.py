"""The panels of the page of a dossier: opinions, jury, money and follow-up hang theirs here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from fanal.appels.registre import genre_de
from fanal.campagnes.models import Dossier


@dataclass(frozen=True)
class Volet:
    """A panel. `contexte(request, dossier)` gives the variables of `gabarit`, or None to say nothing: it
    checks what the account may see. The template is included under a heading `titre`.
    """

    code: str
    titre: str
    ordre: int
    contexte: Callable[[HttpRequest, Dossier], dict[str, Any] | None]
    gabarit: str


@dataclass(frozen=True)
class VoletRempli:
    """A panel with what it shows of one dossier."""

    volet: Volet
    contexte: dict[str, Any]


_volets: dict[str, Volet] = {}


def enregistrer(volet: Volet) -> None:
    """Add *volet* to the page of every dossier, from `AppConfig.ready()`; the same code replaces it."""
    _volets[volet.code] = volet


def remplir(request: HttpRequest, dossier: Dossier) -> list[VoletRempli]:
    """The panels that have something to say of *dossier* to the account, in order; those of its kind too."""
    genre = genre_de(dossier.campagne.appel.genre)
    tous = [*_volets.values(), *(genre.volets if genre else ())]
    remplis = []
    for volet in sorted(tous, key=lambda v: (v.ordre, v.code)):
        contexte = volet.contexte(request, dossier)
        if contexte is not None:
            remplis.append(VoletRempli(volet, contexte))
    return remplis
