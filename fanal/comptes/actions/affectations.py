"""Roles given, stood in for, and ended. Nothing is erased: a role has a last day."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from fanal.comptes.models import Affectation, Utilisateur
from fanal.comptes.queries import perimetre
from fanal.comptes.rules import (
    check_dates,
    check_not_oneself,
    check_permission,
    check_role,
    check_suppleance,
)
from fanal.journal.actions import inscrire
from fanal.refus import Interdit, Refus
from fanal.territoires.noeuds import Noeud

GERER = "comptes.gerer"


@transaction.atomic
def affecter(
    *,
    utilisateur: Utilisateur,
    role: str,
    noeud: Noeud,
    debut: date | None = None,
    fin: date | None = None,
    by: Utilisateur | None,
    instant: datetime,
    motif: str = "",
) -> Affectation:
    """Give *role* on *noeud* between two days, both included (None for no limit).

    Raises Interdit unless *by* administers the node, Refus for a role of another level, reversed dates, or a
    role
    already held there at that time.
    """
    check_permission(perimetre(by, GERER, instant.date()), noeud, GERER)
    check_not_oneself(by, utilisateur, "donner un rôle à")
    check_role(role, noeud)
    check_dates(debut, fin)
    same = Affectation.objects.filter(
        utilisateur=utilisateur, role=role, supplee__isnull=True, **noeud.champs()
    )
    if _overlapping(same, debut, fin):
        raise Refus(
            f"{utilisateur} a déjà ce rôle pour {noeud} à ces dates. Mettez-y d'abord fin pour le redonner."
        )
    created = Affectation.objects.create(
        utilisateur=utilisateur, role=role, debut=debut, fin=fin, **noeud.champs()
    )
    _write("affectation.donnee", created, by, instant, motif)
    return created


@transaction.atomic
def suppleer(
    *,
    affectation: Affectation,
    suppleant: Utilisateur,
    debut: date,
    fin: date,
    by: Utilisateur | None,
    instant: datetime,
    motif: str = "",
) -> Affectation:
    """Give the role of an absent person to *suppleant* between two days, both included.

    The holder may appoint, or an administrator of the node. Raises Interdit or Refus with its sentence.
    """
    check_may_appoint(affectation, by, instant)
    check_suppleance(remplacee=affectation, suppleant=suppleant, debut=debut, fin=fin)
    if _overlapping(affectation.suppleances.filter(utilisateur=suppleant), debut, fin):
        raise Refus(f"{suppleant} supplée déjà ce rôle à ces dates. Mettez d'abord fin à cette suppléance.")
    created = Affectation.objects.create(
        utilisateur=suppleant,
        role=affectation.role,
        debut=debut,
        fin=fin,
        supplee=affectation,
        **Noeud.de(affectation).champs(),
    )
    _write("suppleance.donnee", created, by, instant, motif)
    return created


@transaction.atomic
def terminer(
    *, affectation: Affectation, fin: date, by: Utilisateur | None, instant: datetime, motif: str = ""
) -> Affectation:
    """Make *fin* the last day of a role or a stand-in; one that has not begun then never holds.

    An administrator of the node may; the person replaced too, for a stand-in.
    """
    row = Affectation.objects.select_for_update(of=("self",)).select_related("supplee").get(pk=affectation.pk)
    check_may_appoint(row.supplee or row, by, instant, holder=row.supplee is not None)
    if row.supplee is None:
        check_not_oneself(by, row.utilisateur, "retirer un rôle à")
    if row.fin and row.fin < fin:
        raise Refus(f"Ce rôle prend déjà fin le {row.fin:%d/%m/%Y}. Choisissez une date plus proche.")
    row.fin = min(fin, row.debut - timedelta(days=1)) if row.debut and fin < row.debut else fin
    row.save(update_fields=["fin"])
    _write("suppleance.terminee" if row.supplee else "affectation.terminee", row, by, instant, motif)
    return row


def check_may_appoint(
    affectation: Affectation, by: Utilisateur | None, instant: datetime, *, holder: bool = True
) -> None:
    """Raise Interdit unless *by* holds the role (when *holder*), or administers its node."""
    if (
        holder
        and by is not None
        and by.pk == affectation.utilisateur_id
        and _holds(affectation, instant.date())
    ):
        return
    noeud = Noeud.de(affectation)
    if not perimetre(by, GERER, instant.date()).contient(noeud):
        who = "Le titulaire du rôle ou un" if holder else "Un"
        raise Interdit(f"{who} administrateur de {noeud} peut le faire. Demandez-le-lui.")


def _holds(affectation: Affectation, le: date) -> bool:
    starts, ends = affectation.debut, affectation.fin
    return (starts is None or starts <= le) and (ends is None or ends >= le)


def _overlapping(rows: QuerySet[Affectation], debut: date | None, fin: date | None) -> bool:
    before = Q(fin__lt=debut) if debut else Q(pk__in=[])
    after = Q(debut__gt=fin) if fin else Q(pk__in=[])
    return rows.exclude(before).exclude(after).exists()


def _write(action: str, row: Affectation, by: Utilisateur | None, instant: datetime, motif: str) -> None:
    noeud = Noeud.de(row)
    donnees = {
        "affectation": row.pk,
        "role": row.role,
        "niveau": noeud.niveau,
        "code": noeud.code,
        "debut": row.debut,
        "fin": row.fin,
        "supplee": row.supplee_id,
    }
    inscrire(action=action, objet=row.utilisateur, by=by, instant=instant, motif=motif, donnees=donnees)
