"""Merging, incidents and marks: what is refused, and why."""

from collections.abc import Mapping
from datetime import date

from fanal.refus import Refus

NOTE_MAXIMALE = 5


def check_fusion(garde: int, double: int, racine_garde: int, racine_double: int) -> None:
    """Raises Refus when both are one already."""
    if garde == double or racine_garde == racine_double:
        raise Refus("Ces deux fournisseurs sont déjà rapprochés. Rien n'a changé.")


def check_motif(motif: str, geste: str) -> None:
    """Raises Refus without a reason."""
    if not motif.strip():
        raise Refus(f"Dites pourquoi vous voulez {geste} : le motif est conservé au journal.")


def check_incident(survenu_le: date, description: str, le: date) -> None:
    """Raises Refus for a day to come, or nothing said."""
    if survenu_le > le:
        raise Refus(f"L'incident est daté du {survenu_le:%d/%m/%Y}, qui n'est pas encore passé.")
    if not description.strip():
        raise Refus("Décrivez l'incident : ce qui était attendu et ce qui est arrivé.")


def check_cloture(survenu_le: date, clos_le: date | None, le: date) -> None:
    """Raises Refus when it is closed already, or closed before it happened."""
    if clos_le is not None:
        raise Refus(f"Cet incident est déjà clos depuis le {clos_le:%d/%m/%Y}.")
    if le < survenu_le:
        raise Refus("Un incident ne se clôt pas avant d'être survenu.")


def check_evaluation(du: date, au: date, notes: Mapping[str, int], criteres: Mapping[str, str]) -> None:
    """Raises Refus for a period that ends before it begins, no mark, or a mark out of 1 to 5."""
    if au < du:
        raise Refus(f"La période finit ({au:%d/%m/%Y}) avant de commencer ({du:%d/%m/%Y}).")
    if not notes:
        raise Refus("Donnez au moins une note. Un critère que vous ne pouvez pas juger reste vide.")
    for code, mark in notes.items():
        if code not in criteres:
            raise Refus(f"Le critère « {code} » n'existe pas. Choisissez-le dans la liste.")
        if not 1 <= mark <= NOTE_MAXIMALE:
            raise Refus(f"{criteres[code]} : la note {mark} n'est pas comprise entre 1 et {NOTE_MAXIMALE}.")
