"""The panels of the contract page: later domains (prices, procedures, convergence) hang theirs here."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from fanal.comptes.perimetre import Perimetre
from fanal.marches.models import Marche

Contexte = Callable[[Marche, Perimetre, date], dict[str, Any] | None]


@dataclass(frozen=True)
class Volet:
    """A panel. `contexte(marche, perimetre, today)` gives its template's variables, or None to say nothing.

    `perimetre` is where the account holds `permission`; an account that holds it nowhere does not see the
    panel. `modele` is included inside the panel's own section, whose heading is `titre`.
    """

    code: str
    titre: str
    ordre: int
    permission: str
    contexte: Contexte
    modele: str


@dataclass(frozen=True)
class VoletRempli:
    """A panel with what it shows of one contract."""

    volet: Volet
    contexte: dict[str, Any]


_volets: dict[str, Volet] = {}


def enregistrer(volet: Volet) -> None:
    """Add *volet*, from `AppConfig.ready()`; the same code replaces it."""
    _volets[volet.code] = volet


def remplir(marche: Marche, perimetre_de: Callable[[str], Perimetre], today: date) -> list[VoletRempli]:
    """The panels that have something to say of *marche* to an account, in order."""
    remplis = []
    for volet in sorted(_volets.values(), key=lambda v: (v.ordre, v.code)):
        perimetre = perimetre_de(volet.permission)
        if perimetre.vide:
            continue
        contexte = volet.contexte(marche, perimetre, today)
        if contexte is not None:
            remplis.append(VoletRempli(volet, contexte))
    return remplis
