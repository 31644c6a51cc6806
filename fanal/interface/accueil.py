"""The home page: what is due, what is late, what changed. Each domain registers what it has to say."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

Etat = Literal["en_retard", "du", "change"]
TITRES: dict[Etat, str] = {
    "en_retard": "En retard",
    "du": "À faire",
    "change": "Changé récemment",
}


@dataclass(frozen=True)
class Tache:
    """One line of the home page. `titre` is a verb and its object, `phrase` says why and until when."""

    titre: str
    phrase: str
    url: str
    echeance: date | None = None
    etat: Etat = "du"


Fournisseur = Callable[[Any, date], Iterable[Tache]]
_fournisseurs: list[Fournisseur] = []


def enregistrer(fournisseur: Fournisseur) -> None:
    """Register *fournisseur*(user, today), called for each display of the home page."""
    if fournisseur not in _fournisseurs:
        _fournisseurs.append(fournisseur)


def taches(user: Any, today: date) -> dict[str, list[Tache]]:
    """The tasks of *user* under their three headings, the nearest due date first; empty headings left out."""
    toutes = [tache for fournisseur in _fournisseurs for tache in fournisseur(user, today)]
    toutes.sort(key=lambda tache: (tache.echeance or date.max, tache.titre))
    rangees = {TITRES[etat]: [t for t in toutes if t.etat == etat] for etat in TITRES}
    return {titre: rang for titre, rang in rangees.items() if rang}
