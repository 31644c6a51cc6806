"""Actions for progress: what they must say."""

from datetime import date

from fanal.refus import Refus

CLOSES = frozenset({"faite", "abandonnee"})


def check_action(titre: str, echeance: date | None, le: date) -> None:
    """Raise Refus for an action without a title, or due before the day it is written."""
    if not titre.strip():
        raise Refus("Donnez un titre à l'action : ce qui sera fait, en une phrase.")
    if echeance is not None and echeance < le:
        raise Refus(f"L'échéance ({echeance:%d/%m/%Y}) est déjà passée. Choisissez un jour à venir.")


def check_etat(etat: str, motif: str) -> None:
    """Raise Refus when an action is given up without a reason."""
    if etat == "abandonnee" and not motif.strip():
        raise Refus(
            "Dites en une phrase pourquoi l'action est abandonnée : elle reste lisible avec ce motif."
        )
