"""Who may do what, and the sentences that say no. No queries, no clock."""

from fanal.comptes.perimetre import Perimetre
from fanal.comptes.roles import PERMISSIONS, ROLES
from fanal.refus import Interdit
from fanal.territoires.noeuds import NATIONAL, Noeud


def holders(permission: str) -> str:
    """The titles of the roles that hold the permission, in French: "DGOS ou Administrateur"."""
    titles = [r.titre for r in ROLES.values() if permission in r.permissions]
    return " ou ".join([", ".join(titles[:-1]), titles[-1]]) if len(titles) > 1 else "".join(titles)


def check_permission(perimetre: Perimetre, noeud: Noeud | None, permission: str) -> None:
    """Raise Interdit unless the perimeter of *permission* covers the node; with no node, unless it is empty."""
    if noeud is None and not perimetre.vide:
        return
    if noeud is not None and perimetre.contient(noeud):
        return
    where = "" if noeud is None else " au niveau national" if noeud == NATIONAL else f" pour {noeud}"
    act = PERMISSIONS[permission]
    raise Interdit(
        f"Votre compte ne permet pas cette opération{where} : « {act[0].lower()}{act[1:]} ». "
        f"Elle revient au rôle {holders(permission)} ; demandez-le à l'administrateur de votre territoire."
    )
