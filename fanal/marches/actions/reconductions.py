"""Renewals: refused in time, decided when the contract says so, recorded when they are tacit (R2112-4)."""

from datetime import date, datetime

from django.db import transaction

from fanal.campagnes.temps import local_day
from fanal.comptes.models import Utilisateur
from fanal.marches.actions.commun import ecrire, garder_fin, prendre
from fanal.marches.compute.echeances import PREVUE, UN_JOUR
from fanal.marches.models import Marche, Reconduction
from fanal.marches.queries.etat import vie
from fanal.marches.rules import cycle


@transaction.atomic
def refuser(
    *, marche: Marche, motif: str, by: Utilisateur | None, instant: datetime, verrou: int
) -> Reconduction:
    """Decide not to renew: the contract ends with its current period. Raises Refus past the notice date."""
    locked, facts = prendre(marche, by=by, instant=instant, verrou=verrou)
    period = cycle.check_refuser_reconduction(facts, motif)
    enregistrer_tacites_de(locked, local_day(instant), instant)
    assert period.debut is not None  # noqa: S101 - a renewal follows a period that has an end
    decision = _inscrire(
        locked, Reconduction.Sens.REFUSEE, period.numero, period.debut, period.fin, by, instant
    )
    decision.motif = motif
    decision.save(update_fields=["motif"])
    last = period.debut - UN_JOUR
    fields = {"date_fin": last, "date_fin_totale": last, **garder_fin(locked)}
    ecrire(
        locked,
        action="marche.ne_pas_reconduire",
        by=by,
        instant=instant,
        champs=fields,
        donnees={"reconduction": period.numero},
        motif=motif,
    )
    return decision


@transaction.atomic
def reconduire(
    *, marche: Marche, by: Utilisateur | None, instant: datetime, verrou: int, motif: str = ""
) -> Reconduction:
    """Renew expressly a contract whose renewal is not tacit. Raises Refus."""
    locked, facts = prendre(marche, by=by, instant=instant, verrou=verrou)
    period = cycle.check_reconduire(facts)
    assert period.debut is not None  # noqa: S101 - a renewal follows a period that has an end
    decision = _inscrire(
        locked, Reconduction.Sens.EXPRESSE, period.numero, period.debut, period.fin, by, instant
    )
    ecrire(
        locked,
        action="marche.reconduire",
        by=by,
        instant=instant,
        champs={"date_fin": period.fin},
        donnees={"reconduction": period.numero},
        motif=motif,
    )
    return decision


def enregistrer_tacites(*, le: date, instant: datetime) -> int:
    """Record the tacit renewals that have begun by day *le*, in every contract; again, nothing more.

    Returns how many were recorded. Run every morning; days without a run are caught up.
    """
    waiting = Marche.objects.filter(
        etat=Marche.Etat.NOTIFIE,
        reconduction_tacite=True,
        reconductions_prevues__gt=0,
        reconduction_mois__isnull=False,
        date_fin__lt=le,
    ).exclude(reconductions__sens=Reconduction.Sens.REFUSEE)
    recorded = 0
    for key in list(waiting.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            locked, _ = prendre(Marche(pk=key), by=None, instant=instant)
            recorded += enregistrer_tacites_de(locked, le, instant)
    return recorded


def enregistrer_tacites_de(marche: Marche, le: date, instant: datetime) -> int:
    """The same for one contract already locked."""
    begun = [
        p for p in vie(marche, le).periodes if p.sens == PREVUE and p.debut is not None and p.debut <= le
    ]
    if not begun or not marche.reconduction_tacite or marche.etat != Marche.Etat.NOTIFIE:
        return 0
    for period in begun:
        assert period.debut is not None  # noqa: S101 - filtered above
        _inscrire(marche, Reconduction.Sens.TACITE, period.numero, period.debut, period.fin, None, instant)
    ecrire(
        marche,
        action="marche.reconduction_tacite",
        by=None,
        instant=instant,
        champs={"date_fin": begun[-1].fin},
        donnees={"reconductions": [p.numero for p in begun]},
    )
    return len(begun)


def _inscrire(
    marche: Marche,
    sens: str,
    numero: int,
    debut: date,
    fin: date,
    by: Utilisateur | None,
    instant: datetime,
) -> Reconduction:
    return Reconduction.objects.create(
        marche=marche,
        numero=numero,
        sens=sens,
        debut=debut,
        fin=fin,
        decidee_le=instant,
        auteur=by,
    )
