"""One field finds all: each domain registers how to look for a text in what an account may see."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

LIMITE = 20
LONGUEUR = 200


@dataclass(frozen=True)
class Resultat:
    """One thing found: its title, a sentence that says what it is, its address."""

    titre: str
    phrase: str
    url: str


Chercheur = Callable[[Any, str, date], Iterable[Resultat]]
_chercheurs: dict[str, Chercheur] = {}


def enregistrer(genre: str, chercheur: Chercheur) -> None:
    """Register *chercheur*(user, texte, le) under the heading *genre* (« Marchés », « Établissements »)."""
    _chercheurs[genre] = chercheur


def nettoyer(texte: str) -> str:
    """What was typed, one space between words, no longer than what is looked for."""
    return " ".join(texte.replace("\x00", " ").split())[:LONGUEUR]


def chercher(user: Any, texte: str, le: date) -> dict[str, list[Resultat]]:
    """What *user* may see that matches *texte*, at most `LIMITE` things per heading, none of them empty."""
    texte = nettoyer(texte)
    if len(texte) < 2:
        return {}
    trouves = {
        genre: list(islice(chercheur(user, texte, le), LIMITE)) for genre, chercheur in _chercheurs.items()
    }
    return {genre: resultats for genre, resultats in trouves.items() if resultats}
