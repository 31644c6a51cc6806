"""Who is written to: the accounts that can act on a node."""

from collections.abc import Collection
from datetime import date

from fanal.comptes.models import Affectation, Utilisateur
from fanal.comptes.roles import ROLES
from fanal.territoires.noeuds import Noeud


def comptes_de(noeud: Noeud, permissions: Collection[str], le: date) -> list[Utilisateur]:
    """The active accounts holding one of *permissions* on that very node, by address."""
    roles = [code for code, role in ROLES.items() if role.permissions & set(permissions)]
    affectations = Affectation.objects.en_vigueur(le).filter(role__in=roles, **noeud.champs())
    comptes = Utilisateur.objects.filter(is_active=True, affectations__in=affectations)
    return list(comptes.distinct().order_by("email"))
