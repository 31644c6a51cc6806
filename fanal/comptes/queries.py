"""Reading accounts: the perimeter where an account holds a permission on a day."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from fanal.comptes.models import Affectation, Utilisateur
from fanal.comptes.perimetre import NULLE_PART, PARTOUT, Perimetre
from fanal.comptes.roles import ROLES
from fanal.memoire import stable
from fanal.territoires.models import Appartenance, Etablissement, Ght, Niveau, OperateurAchat, Region
from fanal.territoires.noeuds import Noeud

VISIBILITE = ("dossier.voir", "campagne.voir")
LIENS = ("region", "ght__region", "etablissement", "operateur")


def perimetre(user: Utilisateur | None, permission: str, le: date) -> Perimetre:
    """Where *user* holds *permission* on day *le*, stand-ins included; `None` is the system, which sees all.

    Few small queries; one for a national account.
    """
    if user is None:
        return PARTOUT
    return perimetre_lu(user, affectations_en_vigueur(user, le), permission, le)


def perimetre_lu(user: Utilisateur, affectations: list[Affectation], permission: str, le: date) -> Perimetre:
    """`perimetre_des_roles`; permissions of the same roles share theirs, read once within a page."""
    granting = frozenset(a.pk for a in affectations if permission in ROLES[a.role].permissions)
    key = ("perimetre", user.pk, le, granting, permission if user.is_superuser else "")
    return stable(key, lambda: perimetre_des_roles(user, affectations, permission, le))


def affectations_en_vigueur(user: Utilisateur, le: date) -> list[Affectation]:
    """The roles that *user* holds on day *le*. A stand-in holds while the replaced role does, its holder
    active."""
    if not (user.is_authenticated and user.is_active):
        return []
    return stable(("affectations", user.pk, le), lambda: _affectations(user, le))


def _affectations(user: Utilisateur, le: date) -> list[Affectation]:
    # Every page asks: an account has few roles, so the base only finds them and joins what they stand on.
    rows = list(Affectation.objects.filter(utilisateur=user).order_by("role", "pk"))
    rows = [a for a in rows if _holds(a, le)]
    replaced = {a.supplee_id for a in rows if a.supplee_id}
    if replaced:
        active = Affectation.objects.filter(utilisateur__is_active=True).in_bulk(replaced)
        rows = [a for a in rows if a.supplee_id is None or _stands_in(a, active.get(a.supplee_id), le)]
    _join_nodes(rows)
    return rows


def _join_nodes(rows: list[Affectation]) -> None:
    """Read the nodes these roles stand on, level by level: an account seldom has more than one."""
    for link, nodes in (
        ("region", Region.objects.all()),
        ("ght", Ght.objects.select_related("region")),
        ("etablissement", Etablissement.objects.all()),
        ("operateur", OperateurAchat.objects.all()),
    ):
        keys = {key for a in rows if (key := getattr(a, f"{link}_id"))}
        found: dict[int, Any] = nodes.in_bulk(keys) if keys else {}
        for a in rows:
            if node := found.get(getattr(a, f"{link}_id")):
                setattr(a, link, node)


def _holds(role: Affectation, le: date) -> bool:
    return (role.debut is None or role.debut <= le) and (role.fin is None or role.fin >= le)


def _stands_in(role: Affectation, replaced: Affectation | None, le: date) -> bool:
    return replaced is not None and replaced.role == role.role and _holds(replaced, le)


def perimetre_des_roles(
    user: Utilisateur, affectations: Iterable[Affectation], permission: str, le: date
) -> Perimetre:
    """The perimeter of *permission* that these roles give. A superuser administers the whole nation, no
    more."""
    if user.is_active and user.is_superuser and permission in ROLES["administrateur"].permissions:
        return PARTOUT
    held = [a for a in affectations if permission in ROLES[a.role].permissions] if user.is_active else []
    if not held:
        return NULLE_PART
    if any(a.niveau == Niveau.NATIONAL for a in held):
        return PARTOUT
    return _with_what_lies_below(
        regions={a.region_id for a in held if a.region_id},
        ghts={a.ght_id for a in held if a.ght_id},
        etablissements={a.etablissement_id for a in held if a.etablissement_id},
        operateurs={a.operateur_id for a in held if a.operateur_id},
        le=le,
    )


def _with_what_lies_below(
    *, regions: set[int], ghts: set[int], etablissements: set[int], operateurs: set[int], le: date
) -> Perimetre:
    if regions:
        ghts = ghts | set(Ght.objects.filter(region__in=regions).values_list("pk", flat=True))
        operateurs = operateurs | set(
            OperateurAchat.objects.filter(region__in=regions).values_list("pk", flat=True)
        )
        alone = Etablissement.objects.filter(departement__region__in=regions, appartenances__isnull=True)
        etablissements = etablissements | set(alone.values_list("pk", flat=True))
    if ghts:
        members = Appartenance.objects.en_vigueur(le).filter(ght__in=ghts)
        etablissements = etablissements | set(members.values_list("etablissement", flat=True))
    return Perimetre(
        regions=frozenset(regions),
        ghts=frozenset(ghts),
        etablissements=frozenset(etablissements),
        operateurs=frozenset(operateurs),
    )


def comptes_geres(by: Utilisateur | None, le: date) -> QuerySet[Utilisateur]:
    """The accounts with a role, past or present, on a node that *by* administers; all for a national one."""
    held = perimetre(by, "comptes.gerer", le)
    if held.national:
        return Utilisateur.objects.all()
    mine = Affectation.objects.filter(held.dossiers_q())
    return Utilisateur.objects.filter(pk__in=mine.values("utilisateur"))


def gere_entierement(by: Utilisateur | None, utilisateur: Utilisateur, le: date) -> bool:
    """Whether every role of the account that holds or will hold lies in what *by* administers."""
    held = perimetre(by, "comptes.gerer", le)
    if held.national:
        return True
    if held.vide or utilisateur.is_superuser:
        return False
    rows = Affectation.objects.filter(utilisateur=utilisateur)
    lasting = rows.filter(Q(fin__isnull=True) | Q(fin__gte=le)).select_related(*LIENS)
    return rows.filter(held.dossiers_q()).exists() and all(held.contient(Noeud.de(a)) for a in lasting)


def noeuds_geres(perimetre: Perimetre) -> list[tuple[str, list[tuple[str, str]]]]:
    """The nodes of a perimeter for a list of choices: (level, [("ght:BFC-03", "BFC-03 …")]), empty levels
    left out."""
    covered: list[tuple[str, str, Iterable[Any]]] = [
        ("Régions", "region", _kept(Region.objects.all(), perimetre.national, perimetre.regions)),
        ("GHT", "ght", _kept(Ght.objects.all(), perimetre.national, perimetre.ghts)),
        (
            "Opérateurs",
            "operateur",
            _kept(OperateurAchat.objects.all(), perimetre.national, perimetre.operateurs),
        ),
        (
            "Établissements",
            "etablissement",
            _kept(Etablissement.objects.all(), perimetre.national, perimetre.etablissements),
        ),
    ]
    groups = [("National", [("national:", "National")])] if perimetre.national else []
    for title, level, rows in covered:
        choices = [(f"{level}:{Noeud(level, row).code}", str(row)) for row in rows]
        if choices:
            groups.append((title, choices))
    return groups


def _kept(rows: QuerySet[Any], everything: bool, keys: frozenset[int]) -> QuerySet[Any]:
    return rows if everything else rows.filter(pk__in=keys)
