"""The doors that pages and the API go through."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from fanal.comptes import queries
from fanal.comptes.models import Utilisateur
from fanal.comptes.perimetre import NULLE_PART, Perimetre
from fanal.comptes.roles import ROLES
from fanal.comptes.rules import check_permission
from fanal.refus import Introuvable
from fanal.territoires.noeuds import Noeud

INVISIBLE = (
    "Cette page n'existe pas, ou votre compte n'y a pas accès. Vérifiez l'adresse, ou revenez à l'accueil."
)


def compte(request: HttpRequest) -> Utilisateur:
    """The signed-in account: pages are not reached without one."""
    user: Any = request.user
    return user  # type: ignore[no-any-return]  # kept as Any


def perimetre_de(request: HttpRequest, permission: str) -> Perimetre:
    """Where the account of *request* holds *permission* today; computed once per request."""
    user: Any = request.user
    if not user.is_authenticated:
        return NULLE_PART
    store: dict[Any, Any] = request.__dict__.setdefault("_fanal_perimetres", {})
    key = (user.pk, permission)
    if key not in store:
        today = timezone.localdate()
        roles = store.get((user.pk, ""))
        if roles is None:
            roles = store[(user.pk, "")] = queries.affectations_en_vigueur(user, today)
        granting = frozenset(a.pk for a in roles if permission in ROLES[a.role].permissions)
        same = (user.pk, granting, user.is_superuser)
        # Permissions given by the same roles have the same perimeter: it is looked up once.
        if user.is_superuser or same not in store:
            store[same] = queries.perimetre_lu(user, roles, permission, today)
        store[key] = store[same]
    held: Perimetre = store[key]
    return held


def exiger(request: HttpRequest, permission: str, noeud: Noeud | None = None) -> Perimetre:
    """The perimeter of *permission*, or a refusal.

    Raises Introuvable (404) when the node is not visible to the account at all, Interdit (403, with its
    sentence)
    when it is visible but the permission does not reach it, or when the account holds it nowhere.
    """
    held = perimetre_de(request, permission)
    if noeud is not None and not held.contient(noeud) and not visible(request, noeud):
        raise Introuvable(INVISIBLE)
    check_permission(held, noeud, permission)
    return held


def visible(request: HttpRequest, noeud: Noeud) -> bool:
    """Whether the account sees the node through its campaigns or its dossiers."""
    return any(perimetre_de(request, p).contient(noeud) for p in queries.VISIBILITE)


def peut(user: Utilisateur | None, permission: str, noeud: Noeud, le: date) -> bool:
    """Whether the account may; for many nodes take `perimetre` once and ask it `contient`."""
    return queries.perimetre(user, permission, le).contient(noeud)
