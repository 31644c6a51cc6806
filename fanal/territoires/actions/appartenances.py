"""Dated memberships: a GHT's perimeter changes by ending one and beginning another, never by erasing."""

from datetime import date, datetime

from django.db import transaction

from fanal.comptes.models import Utilisateur
from fanal.journal.actions import inscrire
from fanal.refus import Refus
from fanal.territoires.models import Appartenance, Etablissement, Ght
from fanal.territoires.queries import MEMBRES


@transaction.atomic
def ajouter_appartenance(
    *,
    ght: Ght,
    etablissement: Etablissement,
    role: str,
    debut: date | None,
    fin: date | None = None,
    by: Utilisateur | None,
    instant: datetime,
    motif: str = "",
) -> Appartenance:
    """Make the establishment take *role* in the GHT between two dates (both included, None for no limit).

    Raises Refus when the dates are reversed, or when it is already in a GHT at that time.
    """
    if debut and fin and fin < debut:
        raise Refus("La date de fin précède la date de début. Corrigez l'une des deux.")
    others = Appartenance.objects.select_related("ght").filter(etablissement=etablissement)
    for other in others:
        if not overlaps(other, debut, fin):
            continue
        if other.ght_id == ght.pk:
            raise Refus(
                f"{etablissement} figure déjà dans {other.ght} à ces dates. Mettez d'abord fin à cette "
                f"appartenance."
            )
        if role in MEMBRES and other.role in MEMBRES:
            raise Refus(
                f"{etablissement} est membre de {other.ght} à ces dates, et ne peut l'être que d'un seul "
                f"GHT. "
                "Mettez d'abord fin à cette appartenance."
            )
    if role == Appartenance.Role.SUPPORT:
        _check_one_support(ght, debut, fin)
    created = Appartenance.objects.create(
        ght=ght, etablissement=etablissement, role=role, debut=debut, fin=fin
    )
    donnees = {"finess": etablissement.finess, "role": role, "debut": debut, "fin": fin}
    inscrire(action="appartenance.ajoutee", objet=ght, by=by, instant=instant, motif=motif, donnees=donnees)
    return created


@transaction.atomic
def terminer_appartenance(
    *, appartenance: Appartenance, fin: date, by: Utilisateur | None, instant: datetime, motif: str
) -> Appartenance:
    """End a membership on *fin*, its last day. Raises Refus before its first day or without a reason."""
    row = (
        Appartenance.objects.select_for_update()
        .select_related("ght", "etablissement")
        .get(pk=appartenance.pk)
    )
    if row.debut and fin < row.debut:
        raise Refus(
            f"Cette appartenance commence le {row.debut:%d/%m/%Y} : elle ne peut pas prendre fin avant. "
            "Corrigez la date de fin."
        )
    if not motif.strip():
        raise Refus("Indiquez pourquoi cette appartenance prend fin, par exemple la décision de l'ARS.")
    before, row.fin = row.fin, fin
    row.save(update_fields=["fin"])
    donnees = {"finess": row.etablissement.finess, "role": row.role, "fin": {"avant": before, "apres": fin}}
    inscrire(
        action="appartenance.terminee", objet=row.ght, by=by, instant=instant, motif=motif, donnees=donnees
    )
    return row


def overlaps(row: Appartenance, debut: date | None, fin: date | None) -> bool:
    """Whether the membership and the interval share a day."""
    starts_after = row.debut is not None and fin is not None and row.debut > fin
    ends_before = row.fin is not None and debut is not None and row.fin < debut
    return not (starts_after or ends_before)


def _check_one_support(ght: Ght, debut: date | None, fin: date | None) -> None:
    rows = Appartenance.objects.select_related("etablissement").filter(
        ght=ght, role=Appartenance.Role.SUPPORT
    )
    for row in rows:
        if overlaps(row, debut, fin):
            raise Refus(
                f"{ght} a déjà un établissement support à ces dates : {row.etablissement}. "
                "Mettez d'abord fin à cette appartenance."
            )
