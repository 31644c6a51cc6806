"""The steps of a contract: awarded, notified, terminated, settled, replaced."""

from datetime import date, datetime

from django.db import transaction

from fanal.comptes.models import Utilisateur
from fanal.marches.actions.commun import ecrire, garder_fin, prendre
from fanal.marches.compute.dates import fin_apres
from fanal.marches.models import Marche
from fanal.marches.rules import cycle
from fanal.marches.rules.liens import check_successeur


@transaction.atomic
def attribuer(*, marche: Marche, by: Utilisateur | None, instant: datetime, verrou: int) -> Marche:
    """Award the contract to the holders already written on it. Raises Refus."""
    locked, facts = prendre(marche, by=by, instant=instant, verrou=verrou)
    cycle.check_attribuer(facts)
    return ecrire(
        locked, action="marche.attribuer", by=by, instant=instant, champs={"etat": Marche.Etat.ATTRIBUE}
    )


@transaction.atomic
def notifier(*, marche: Marche, le: date, by: Utilisateur | None, instant: datetime, verrou: int) -> Marche:
    """The holder received the contract on day *le*: it binds, and starts that day unless a start is known.

    The ends that only the duration gave are computed from that start. Raises Refus.
    """
    locked, facts = prendre(marche, by=by, instant=instant, verrou=verrou)
    cycle.check_notifier(facts, le)
    fields = {"etat": Marche.Etat.NOTIFIE, "date_notification": le, **fins(locked, locked.date_debut or le)}
    return ecrire(locked, action="marche.notifier", by=by, instant=instant, champs=fields)


def fins(marche: Marche, debut: date) -> dict[str, date]:
    """The start and both ends, those already known kept: the first period, then the whole duration."""
    found = {"date_debut": debut}
    if marche.duree_mois is None:
        return found
    renewals = marche.reconductions_prevues * (marche.reconduction_mois or 0)
    found["date_fin_totale"] = marche.date_fin_totale or fin_apres(debut, marche.duree_mois)
    if marche.date_fin is None:
        found["date_fin"] = fin_apres(debut, max(1, marche.duree_mois - renewals))
    return found


@transaction.atomic
def resilier(
    *,
    marche: Marche,
    effet: date,
    motif: str,
    by: Utilisateur | None,
    instant: datetime,
    verrou: int,
) -> Marche:
    """End the contract before term: *effet* is its last day. Raises Refus."""
    locked, facts = prendre(marche, by=by, instant=instant, verrou=verrou)
    cycle.check_resilier(facts, effet, motif)
    fields = {
        "etat": Marche.Etat.RESILIE,
        "fin_anticipee_le": effet,
        "date_fin_totale": effet,
        **garder_fin(locked),
    }
    return ecrire(locked, action="marche.resilier", by=by, instant=instant, champs=fields, motif=motif)


@transaction.atomic
def solder(
    *,
    marche: Marche,
    paiement: date,
    motif: str,
    by: Utilisateur | None,
    instant: datetime,
    verrou: int,
) -> Marche:
    """Close the accounts on the day of the last payment, from which the archives count. Raises Refus."""
    locked, facts = prendre(marche, by=by, instant=instant, verrou=verrou)
    cycle.check_solder(facts, paiement, motif)
    fields = {"etat": Marche.Etat.SOLDE, "solde_le": paiement}
    return ecrire(locked, action="marche.solder", by=by, instant=instant, champs=fields, motif=motif)


@transaction.atomic
def remplacer(
    *,
    marche: Marche,
    predecesseur: Marche | None,
    by: Utilisateur | None,
    instant: datetime,
    verrou: int,
) -> Marche:
    """Say which contract this one follows; None undoes the link. Raises Refus on a circle."""
    locked, facts = prendre(marche, by=by, instant=instant, verrou=verrou)
    if predecesseur is not None:
        predecesseur = Marche.objects.get(pk=predecesseur.pk)  # its own link may have changed since
        check_successeur(
            locked.pk,
            predecesseur.pk,
            lignee=lignee(predecesseur),
            debut=facts.vie.debut,
            debut_predecesseur=predecesseur.date_debut or predecesseur.date_notification,
        )
    return ecrire(
        locked,
        action="marche.remplacer",
        by=by,
        instant=instant,
        champs={"successeur_de": predecesseur},
    )


def lignee(marche: Marche) -> list[int]:
    """The contracts that *marche* follows, itself first; a circle that came in is cut."""
    seen: list[int] = []
    current: Marche | None = marche
    while current is not None and current.pk not in seen:
        seen.append(current.pk)
        current = current.successeur_de
    return seen
