"""Who may: the permission of an account on a node of the territory. The system (`by=None`) holds all."""

from datetime import datetime

from fanal.campagnes.temps import local_day
from fanal.comptes.models import Utilisateur
from fanal.comptes.queries import perimetre
from fanal.comptes.rules import check_permission
from fanal.territoires.noeuds import NATIONAL, Noeud


def check_droit(by: Utilisateur | None, permission: str, noeud: Noeud, instant: datetime) -> None:
    """Raise `Interdit` unless *by* holds *permission* on the node on that day."""
    if by is not None:
        check_permission(perimetre(by, permission, local_day(instant)), noeud, permission)


def check_droit_national(by: Utilisateur | None, permission: str, instant: datetime) -> None:
    """Raise `Interdit` unless *by* holds *permission* for the whole country."""
    check_droit(by, permission, NATIONAL, instant)
