"""API of the accounts: who am I, and what may I do."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema

from fanal.comptes.acces import compte
from fanal.comptes.queries import affectations_en_vigueur
from fanal.comptes.roles import ROLES
from fanal.interface.api import REFUS, Refusee
from fanal.territoires.noeuds import Noeud

router = Router(tags=["Compte"])


class RoleTenu(Schema):
    role: str
    titre: str
    niveau: str
    code: str
    nom: str
    permissions: list[str]


class Compte(Schema):
    """Le compte qui appelle, et ses rôles du jour, suppléances comprises."""

    numero: int
    nom: str
    roles: list[RoleTenu]


@router.get("/moi", response={200: Compte, REFUS: Refusee}, summary="Qui suis-je, et que puis-je faire ?")
def moi(request: HttpRequest) -> Any:
    """Le compte du jeton ou de la session, ses rôles et leurs permissions, avec le territoire de chacun."""
    user = compte(request)
    roles = [
        {
            "role": a.role,
            "titre": ROLES[a.role].titre,
            "niveau": a.niveau,
            "code": Noeud.de(a).code,
            "nom": a.nom_noeud,
            "permissions": sorted(ROLES[a.role].permissions),
        }
        for a in affectations_en_vigueur(user, timezone.localdate())
    ]
    return {"numero": user.pk, "nom": str(user), "roles": roles}
