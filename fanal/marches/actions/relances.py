"""Reminder e-mails of contracts: the notice date, the end, the maximum; each threshold once."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from fanal.campagnes.queries.destinataires import comptes_du_noeud
from fanal.comptes.models import Utilisateur
from fanal.comptes.perimetre import PARTOUT
from fanal.journal.actions import inscrire
from fanal.marches.courriels import rappel
from fanal.marches.models import Marche, RelanceMarche
from fanal.marches.queries.alertes import Alerte, alertes
from fanal.parametres import valeur

ABANDON = timedelta(minutes=15)  # after this, a reminder claimed but never sent is taken up again
Echeance = tuple[Alerte, str]


@dataclass
class Bilan:
    """What a run did: e-mails sent, reminders already sent before, contracts that nobody manages."""

    courriels: int = 0
    relances: int = 0
    deja: int = 0
    sans_compte: list[int] = field(default_factory=list)
    echecs: list[str] = field(default_factory=list)


def relancer(*, le: date, instant: datetime, connexion: BaseEmailBackend | None = None) -> Bilan:
    """Send what is due on day *le*: one e-mail per person, with all the contracts it manages.

    A day without a run loses nothing: the nearest threshold passed is sent if it was not.
    """
    bilan = Bilan()
    due = list(_dues(le))
    marches = Marche.objects.in_bulk({a.marche for a, _ in due})
    by_person: dict[Utilisateur, list[tuple[RelanceMarche, Alerte]]] = {}
    for alert, nature in due:
        marche = marches[alert.marche]
        people = comptes_du_noeud(marche, {"marche.gerer"}, le)
        if not people:
            bilan.sans_compte.append(marche.pk)
            continue
        claimed = _claim(marche, nature, instant)
        if claimed is None:
            bilan.deja += 1
            continue
        bilan.relances += 1
        for person in people:
            by_person.setdefault(person, []).append((claimed, alert))
    for person, claims in by_person.items():
        _send(person, claims, bilan, instant, connexion)
    return bilan


def _dues(le: date) -> Iterator[Echeance]:
    """Each alert that stands at or past one of its thresholds, with the name of that reminder."""
    steps = {
        "preavis": list(valeur("marches.vie.relances_preavis_jours", le=le)),
        "fin": list(valeur("marches.vie.relances_fin_jours", le=le)),
    }
    steps["epuisement"] = steps["fin"]
    horizon = timedelta(days=max(max(v) for v in steps.values()))
    for alert in alertes(PARTOUT, le, horizon):
        if alert.nature == "expire_utilise":
            yield alert, f"expire_utilise {alert.echeance.isoformat()}"
            continue
        left = (alert.echeance - le).days
        reached = [s for s in steps[alert.nature] if left <= s]
        if not reached:
            continue
        # A projected day moves every day: its reminder is named by its threshold alone.
        when = "" if alert.nature == "epuisement" else f" {alert.echeance.isoformat()}"
        yield alert, f"{alert.nature}{when} J-{min(reached)}"


def _claim(marche: Marche, nature: str, instant: datetime) -> RelanceMarche | None:
    """Take this reminder before sending it; None when it was sent already."""
    claimed, fresh = RelanceMarche.objects.get_or_create(
        marche=marche, nature=nature, defaults={"envoyee_le": instant}
    )
    if fresh:
        return claimed
    left = RelanceMarche.objects.filter(
        pk=claimed.pk, destinataires=0, envoyee_le__lt=instant - ABANDON, envoyee_le=claimed.envoyee_le
    )
    return claimed if left.update(envoyee_le=instant) else None


def _send(
    person: Utilisateur,
    claims: list[tuple[RelanceMarche, Alerte]],
    bilan: Bilan,
    instant: datetime,
    connexion: BaseEmailBackend | None,
) -> None:
    mail = rappel([alert for _, alert in claims], adresse=settings.ADRESSE_PUBLIQUE)
    message = EmailMessage(mail.objet, mail.texte, to=[person.email])
    try:
        (connexion or get_connection()).send_messages([message])
    except OSError:  # smtplib's errors are OSErrors too; the claim is given up, the next run takes it
        bilan.echecs.append(person.email)
        return
    bilan.courriels += 1
    with transaction.atomic():
        for claimed, _ in claims:
            claimed.destinataires += 1
            claimed.save(update_fields=["destinataires"])
            if claimed.destinataires == 1:
                inscrire(
                    action="marche.relancer",
                    objet=claimed.marche,
                    by=None,
                    instant=instant,
                    donnees={"nature": claimed.nature},
                )
