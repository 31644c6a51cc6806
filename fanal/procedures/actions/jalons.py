"""Milestones: laid backwards from the need, then dated for real."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from fanal.comptes.models import Utilisateur
from fanal.procedures.actions.commun import enregistrer, tenir
from fanal.procedures.models import Jalon, Procedure
from fanal.procedures.queries.jalons import jalons_prevus
from fanal.procedures.rules.etats import check_modifiable
from fanal.refus import Refus


def poser(procedure: Procedure) -> int:
    """Lay the milestones of the retro-planning; those already done keep their days. Returns how many.

    Call it inside the caller's transaction. Without a day of need nothing is laid.
    """
    if procedure.date_besoin is None:
        return 0
    try:
        prevus = jalons_prevus(
            procedure.procedure, procedure.date_besoin, electronique=procedure.envoi_electronique
        )
    except Refus:
        return 0  # a need before the recorded law: the dates are typed by hand
    faits = set(procedure.jalons.exclude(realise_le=None).values_list("code", flat=True))
    procedure.jalons.filter(realise_le=None).delete()
    nouveaux = [
        Jalon(
            procedure=procedure,
            code=j.code,
            titre=j.titre,
            prevu_le=j.le,
            source=j.source[:200],
            ordre=j.ordre,
        )
        for j in prevus
        if j.code not in faits
    ]
    Jalon.objects.bulk_create(nouveaux)
    return len(nouveaux)


def realiser(procedure: Procedure, code: str, le: date) -> None:
    """Date a milestone for real, unless it already is. Call it inside the caller's transaction."""
    procedure.jalons.filter(code=code, realise_le=None).update(realise_le=le)


@transaction.atomic
def recalculer(*, procedure: Procedure, verrou: int | None, by: Utilisateur | None, instant: datetime) -> int:
    """Lay the milestones again from the need. Returns how many were laid. Raises Refus without a need."""
    tenue = tenir(procedure, verrou)
    check_modifiable(tenue.etat, [])
    if tenue.date_besoin is None:
        raise Refus("Indiquez d'abord la date à laquelle le marché doit être exécutable (« Modifier »).")
    poses = poser(tenue)
    enregistrer(tenue, action="procedure.recalculer", by=by, instant=instant, donnees={"jalons": poses})
    return poses


@transaction.atomic
def regler(
    *,
    procedure: Procedure,
    dates: Mapping[str, tuple[date, date | None]],
    verrou: int | None,
    by: Utilisateur | None,
    instant: datetime,
    aujourd_hui: date,
) -> int:
    """Set the planned and real days of milestones, by code. Returns how many changed.

    Raises Refus for a real day in the future.
    """
    tenue = tenir(procedure, verrou)
    changes: dict[str, list[str | None]] = {}
    for jalon in tenue.jalons.all():
        prevu, realise = dates.get(jalon.code, (jalon.prevu_le, jalon.realise_le))
        if realise is not None and realise > aujourd_hui:
            raise Refus(f"« {jalon.titre} » : une date réelle ne peut pas être à venir.")
        if (prevu, realise) != (jalon.prevu_le, jalon.realise_le):
            jalon.prevu_le, jalon.realise_le = prevu, realise
            jalon.save(update_fields=["prevu_le", "realise_le"])
            changes[jalon.code] = [prevu.isoformat(), realise.isoformat() if realise else None]
    if changes:
        enregistrer(tenue, action="procedure.jalons", by=by, instant=instant, donnees=changes)
    return len(changes)
