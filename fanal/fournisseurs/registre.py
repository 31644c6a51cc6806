"""What later domains know of suppliers: they register it here, suppliers know none of them.

`perimetre` is always where the account holds the permission of contracts: another GHT's never shows.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from fanal.comptes.perimetre import Perimetre


@dataclass(frozen=True)
class Achats:
    """The contracts of a supplier that an account sees. `montant`: euros excl. VAT of those whose amount is
    known."""

    marches: int
    en_cours: int
    montant: Decimal


@dataclass(frozen=True)
class Volet:
    """A panel of a supplier's page.

    `contexte(groupe, perimetre, today)` gives its template's variables, or None to say nothing; *groupe*
    holds the keys of the supplier and of those merged into it, the one that stands for all first.
    """

    code: str
    titre: str
    ordre: int
    contexte: Callable[[Sequence[int], Perimetre, date], dict[str, Any] | None]
    modele: str


Lecteur = Callable[[Perimetre, date], dict[int, Achats]]
Commandes = Callable[[Sequence[int], Perimetre, date], frozenset[date] | None]
_volets: dict[str, Volet] = {}
_lecteurs: list[Lecteur] = []
_commandes: list[Commandes] = []


def enregistrer_volet(volet: Volet) -> None:
    """Add a panel, from `AppConfig.ready()`; the same code replaces it."""
    _volets[volet.code] = volet


def enregistrer_achats(lecteur: Lecteur) -> None:
    """Register what gives the contracts of each supplier, by the key of the one that stands for its group."""
    if lecteur not in _lecteurs:
        _lecteurs.append(lecteur)


def enregistrer_commandes(lecteur: Commandes) -> None:
    """Register what gives the first days of the months with orders; None when orders are not known."""
    if lecteur not in _commandes:
        _commandes.append(lecteur)


def volets(groupe: Sequence[int], perimetre: Perimetre, today: date) -> list[tuple[Volet, dict[str, Any]]]:
    """The panels that have something to say of a supplier, in order."""
    filled = []
    for volet in sorted(_volets.values(), key=lambda v: (v.ordre, v.code)):
        context = volet.contexte(groupe, perimetre, today)
        if context is not None:
            filled.append((volet, context))
    return filled


def achats(perimetre: Perimetre, today: date) -> dict[int, Achats]:
    """The contracts that an account sees, by supplier."""
    found: dict[int, Achats] = {}
    for lecteur in _lecteurs:
        found |= lecteur(perimetre, today)
    return found


def mois_commandes(groupe: Sequence[int], perimetre: Perimetre, today: date) -> frozenset[date] | None:
    """The months in which something was ordered from a supplier; None when nobody knows."""
    known = [months for lecteur in _commandes if (months := lecteur(groupe, perimetre, today)) is not None]
    return frozenset().union(*known) if known else None
