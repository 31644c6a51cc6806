"""Imports sent through the pages: what may be asked of one, given where it stands."""

from datetime import datetime, timedelta

from fanal.refus import Refus

RECUE, LECTURE, A_CONFIRMER = "recue", "lecture", "a_confirmer"
ENREGISTREMENT, FAITE, REFUSEE = "enregistrement", "faite", "refusee"
INTERROMPUE, ABANDONNEE = "interrompue", "abandonnee"
AU_TRAVAIL = (LECTURE, ENREGISTREMENT)
# Longer than the longest reading allowed: work that says nothing by then has stopped.
SILENCE = timedelta(minutes=40)
INTERRUPTION = (
    "La lecture de votre fichier a été interrompue. Il est conservé et rien n'a été enregistré : relancez-la."
)


def en_panne(etat: str, demarree_le: datetime | None, instant: datetime) -> bool:
    """Whether the work stopped on the way: said so by the worker, or silent for too long."""
    if etat == INTERROMPUE:
        return True
    return etat in AU_TRAVAIL and demarree_le is not None and instant - demarree_le > SILENCE


def check_confirmation(etat: str) -> None:
    """A file is recorded once it has been read, and once only."""
    if etat in (FAITE, ENREGISTREMENT):
        raise Refus("Ces marchés sont déjà enregistrés, ou en train de l'être. Actualisez la page.")
    if etat != A_CONFIRMER:
        raise Refus("Ce fichier n'est pas prêt à être enregistré. Attendez la fin de sa lecture.")


def check_abandon(etat: str) -> None:
    """What was recorded cannot be abandoned."""
    if etat in (FAITE, ENREGISTREMENT):
        raise Refus(
            "Ces marchés sont enregistrés : l'import ne peut plus être abandonné. Corrigez les marchés."
        )


def check_relance(etat: str, demarree_le: datetime | None, instant: datetime) -> None:
    """Only work that stopped is started again."""
    if not en_panne(etat, demarree_le, instant):
        raise Refus("La lecture de ce fichier n'est pas interrompue : il n'y a rien à relancer.")
