"""Who may do what, and the sentences that say no. No queries, no clock."""

from datetime import date, datetime, timedelta

from fanal.comptes.models import Affectation, Utilisateur
from fanal.comptes.perimetre import Perimetre
from fanal.comptes.roles import PERMISSIONS, ROLES
from fanal.refus import Interdit, Refus
from fanal.territoires.models import Niveau
from fanal.territoires.noeuds import NATIONAL, Noeud

# HTTP methods that change nothing.
SURES = frozenset({"GET", "HEAD", "OPTIONS"})


def holders(permission: str) -> str:
    """The titles of the roles that hold the permission, in French: "DGOS ou Administrateur"."""
    titles = [r.titre for r in ROLES.values() if permission in r.permissions]
    return " ou ".join([", ".join(titles[:-1]), titles[-1]]) if len(titles) > 1 else "".join(titles)


def check_permission(perimetre: Perimetre, noeud: Noeud | None, permission: str) -> None:
    """Raise Interdit unless the perimeter of *permission* covers the node; with no node, unless it is
    empty."""
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


def check_role(role: str, noeud: Noeud) -> None:
    """Raise Refus unless *role* exists and is given at the level of *noeud*."""
    if role not in ROLES:
        raise Refus(f"Le rôle « {role} » n'existe pas. Choisissez-le dans la liste.")
    if noeud.niveau not in ROLES[role].niveaux:
        levels = ", ".join(Niveau(n).label for n in ROLES[role].niveaux)
        raise Refus(f"Le rôle {ROLES[role].titre} ne se donne pas à ce niveau. Niveaux possibles : {levels}.")


def check_dates(debut: date | None, fin: date | None) -> None:
    """Raise Refus when the last day precedes the first."""
    if debut and fin and fin < debut:
        raise Refus(
            f"Le dernier jour ({fin:%d/%m/%Y}) précède le premier ({debut:%d/%m/%Y}). Corrigez l'une des "
            f"deux dates."
        )


def check_not_oneself(by: Utilisateur | None, utilisateur: Utilisateur, act: str) -> None:
    """Raise Interdit when an administrator acts on their own account; a superuser may, to begin with."""
    if by is not None and by.pk == utilisateur.pk and not by.is_superuser:
        raise Interdit(
            f"Vous ne pouvez pas {act} votre propre compte. Demandez-le à un autre administrateur."
        )


def check_suppleance(*, remplacee: Affectation, suppleant: Utilisateur, debut: date, fin: date) -> None:
    """Raise Refus unless *suppleant* may hold the replaced role between two days, both included."""
    check_dates(debut, fin)
    if remplacee.supplee_id:
        raise Refus(
            "Une suppléance ne se délègue pas. Le titulaire du rôle peut désigner un autre suppléant."
        )
    if suppleant.pk == remplacee.utilisateur_id:
        raise Refus("Le suppléant est déjà le titulaire de ce rôle. Choisissez une autre personne.")
    if not suppleant.is_active:
        raise Refus(f"Le compte de {suppleant} est désactivé. Choisissez un compte actif.")
    if (remplacee.fin and fin > remplacee.fin) or (remplacee.debut and debut < remplacee.debut):
        start = f"du {remplacee.debut:%d/%m/%Y} " if remplacee.debut else ""
        end = f"au {remplacee.fin:%d/%m/%Y}" if remplacee.fin else "sans fin"
        raise Refus(f"Le rôle remplacé court {start}{end} : la suppléance doit tenir dans ces dates.")


def check_token(*, nom: str, expire_le: datetime, instant: datetime, jours_max: int) -> None:
    """Raise Refus unless a token with this name may live until *expire_le*."""
    if not nom.strip():
        raise Refus("Donnez un nom au jeton, par exemple celui de l'application qui s'en servira.")
    if expire_le <= instant:
        raise Refus("La date d'expiration est déjà passée. Choisissez une date à venir.")
    if expire_le > instant + timedelta(days=jours_max):
        raise Refus(f"Un jeton vit au plus {jours_max} jours. Choisissez une date d'expiration plus proche.")


def check_writable(lecture_seule: bool, methode: str) -> None:
    """Raise Interdit when a read-only token is used to write."""
    if lecture_seule and methode.upper() not in SURES:
        raise Interdit(
            "Ce jeton est en lecture seule : il ne permet pas d'écrire. "
            "Créez un jeton en écriture sur la page « Mon compte »."
        )
