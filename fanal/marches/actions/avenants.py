"""Modifications: signed on a ground and within its limit, then notified, when they take effect."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.db.models import Max

from fanal.campagnes.temps import local_day
from fanal.comptes.models import Utilisateur
from fanal.journal.rules import canonical_data
from fanal.marches.actions.commun import ecrire, garder_fin, prendre
from fanal.marches.compute.dates import fin_apres
from fanal.marches.models import Marche, Modification
from fanal.marches.queries.droit import limites_modification
from fanal.marches.rules.avenants import Avenant, check_avenant, check_notifier_avenant
from fanal.marches.rules.modifications import Limites
from fanal.refus import Introuvable


def limites_de(marche: Marche, le: date) -> Limites:
    """The limits that rule on this contract: those of its launch, else of its notification."""
    return limites_modification(marche.date_lancement or marche.date_notification or le)


@transaction.atomic
def signer(
    *,
    marche: Marche,
    avenant: Avenant,
    date_notification: date | None,
    titulaires: Sequence[tuple[str, str, str]] = (),
    by: Utilisateur | None,
    instant: datetime,
    verrou: int,
) -> Modification:
    """Append a modification; notified at once when *date_notification* is given.

    *titulaires*: (type, identifier, name) of each holder after it. Raises Refus with the rule's sentence.
    """
    locked, facts = prendre(marche, by=by, instant=instant, verrou=verrou)
    check_avenant(facts, avenant, limites_de(locked, local_day(instant)))
    if date_notification is not None:
        check_notifier_avenant(facts, signature=avenant.date_signature, notification=date_notification)
    last = Modification.objects.filter(marche=locked).aggregate(n=Max("numero"))["n"] or 0
    amount = facts.effets.montant
    after = amount + avenant.variation_ht if amount is not None and avenant.variation_ht else None
    terms: dict[str, Any] = {
        "motif": avenant.motif,
        "objet": avenant.objet,
        "variation_ht": avenant.variation_ht or None,
        "variation_quantite": avenant.variation_quantite or None,
        "montant_apres": after,
        "date_fin_apres": avenant.date_fin_apres,
        "duree_mois_apres": _mois(facts.vie.debut, avenant.date_fin_apres),
        "titulaires_apres": [{"typeIdentifiant": t, "id": i, "nom": n} for t, i, n in titulaires],
        "etat": Modification.Etat.SIGNEE,
        "date_signature": avenant.date_signature,
    }
    written = Modification.objects.create(marche=locked, numero=last + 1, **terms)
    fields: dict[str, Any] = {}
    if avenant.motif_duree.strip() and not locked.motif_duree.strip():
        fields["motif_duree"] = avenant.motif_duree.strip()
    ecrire(
        locked,
        action="marche.signer_avenant",
        by=by,
        instant=instant,
        champs=fields,
        donnees=_donnees(written),
        motif=avenant.objet,
    )
    if date_notification is not None:
        _prendre_effet(locked, written, date_notification, by, instant)
    return written


@transaction.atomic
def notifier(
    *, marche: Marche, numero: int, le: date, by: Utilisateur | None, instant: datetime, verrou: int
) -> Modification:
    """The holder received a signed modification on day *le*: it takes effect. Raises Refus, Introuvable."""
    locked, facts = prendre(marche, by=by, instant=instant, verrou=verrou)
    signed = Modification.objects.filter(marche=locked, numero=numero, etat=Modification.Etat.SIGNEE).first()
    if signed is None:
        raise Introuvable("Cet avenant n'attend pas de notification. Rechargez la page.")
    check_notifier_avenant(facts, signature=signed.date_signature, notification=le)
    _prendre_effet(locked, signed, le, by, instant)
    return signed


def _prendre_effet(
    marche: Marche, written: Modification, le: date, by: Utilisateur | None, instant: datetime
) -> None:
    """The modification counts; initial values stay, the last day of the contract moves."""
    written.etat = Modification.Etat.NOTIFIEE
    written.date_notification = le
    written.save(update_fields=["etat", "date_notification"])
    fields: dict[str, Any] = {}
    end = written.date_fin_apres
    if end is not None and end != marche.date_fin_totale:
        fields = {"date_fin_totale": end, **garder_fin(marche)}
        last_period = marche.date_fin is not None and marche.date_fin == marche.date_fin_totale
        if last_period or (marche.date_fin is not None and marche.date_fin > end):
            fields["date_fin"] = end
    ecrire(
        marche,
        action="marche.notifier_avenant",
        by=by,
        instant=instant,
        champs=fields,
        donnees={"numero": written.numero, "date_notification": le.isoformat()},
    )


def _mois(debut: date | None, fin: date | None) -> int | None:
    """The duration in months, rounded up as essential data want it (DECP 2.0.3, dureeMois)."""
    if debut is None or fin is None:
        return None
    gap = relativedelta(fin, debut)
    months = gap.years * 12 + gap.months
    return months if months and fin_apres(debut, months) >= fin else months + 1


def _donnees(written: Modification) -> dict[str, Any]:
    data: dict[str, Any] = canonical_data(
        {
            "numero": written.numero,
            "motif_legal": written.motif,
            "variation_ht": written.variation_ht,
            "variation_quantite": written.variation_quantite,
            "date_fin_apres": written.date_fin_apres,
            "date_signature": written.date_signature,
        }
    )
    return data
