"""The panels of the page of an action: later domains (contracts, procedures) hang theirs here."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from fanal.achats.models import Action
from fanal.comptes.perimetre import Perimetre
from fanal.memoire import stable

Contexte = Callable[[Action, Perimetre, date], dict[str, Any] | None]


@dataclass(frozen=True)
class Volet:
    """A panel. `contexte(action, perimetre, today)` gives its variables, or None to say nothing.

    They depend on these three and on the base only (no clock, no account), and are shared between requests.
    `perimetre` is where the account holds `permission`; an account that holds it nowhere sees nothing of it.
    """

    code: str
    titre: str
    ordre: int
    permission: str
    contexte: Contexte
    modele: str


_volets: dict[str, Volet] = {}


def enregistrer(volet: Volet) -> None:
    """Add *volet*, from `AppConfig.ready()`; the same code replaces it."""
    _volets[volet.code] = volet


def remplir(
    action: Action, perimetre_de: Callable[[str], Perimetre], today: date
) -> list[tuple[Volet, dict[str, Any]]]:
    """The panels that have something to say of *action* to an account, in order."""
    found = []
    for volet in sorted(_volets.values(), key=lambda v: (v.ordre, v.code)):
        perimetre = perimetre_de(volet.permission)
        if perimetre.vide:
            continue
        key = ("achats.volet", volet.code, action.pk, perimetre, today)
        context = stable(key, partial(volet.contexte, action, perimetre, today))
        if context is not None:
            found.append((volet, context))
    return found
