"""Reminders of opinions: when, to whom, once; a mail server that refuses loses nothing."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend

from fanal.appels.actions import avis as donner
from fanal.appels.actions import demandes_avis
from fanal.appels.actions.relances_avis import relancer, relancer_maintenant
from fanal.appels.models import DemandeAvis
from fanal.campagnes.models import Dossier
from fanal.campagnes.temps import PARIS
from fanal.comptes.models import Utilisateur
from fanal.exploitation.taches import _TACHES
from fanal.journal.models import Entree
from fanal.refus import Interdit, Refus

pytestmark = pytest.mark.django_db
ECHEANCE = date(2025, 6, 30)


def at(day: date, hour: int = 7) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=PARIS)


def run(day: date, **rest: Any) -> int:
    mail.outbox.clear()
    return relancer(le=day, instant=at(day), **rest).courriels


@pytest.fixture
def demande(dossier_depose: Dossier, utilisateurs: dict[str, Utilisateur]) -> DemandeAvis:
    made = demandes_avis.demander_lot(
        dossiers=[dossier_depose], instance="ars", echeance=ECHEANCE, by=None, instant=at(date(2025, 5, 2))
    )
    mail.outbox.clear()
    return made[0]


@pytest.mark.parametrize(
    ("jours", "attendu"),
    [(8, 0), (7, 1), (5, 1), (1, 1), (0, 1), (-1, 0)],
)
def test_a_reminder_leaves_from_seven_days_before_until_the_last_day(
    demande: DemandeAvis, jours: int, attendu: int
) -> None:
    assert run(ECHEANCE - timedelta(days=jours)) == attendu


def test_running_again_sends_nothing_more(demande: DemandeAvis, utilisateurs: dict[str, Utilisateur]) -> None:
    semaine = ECHEANCE - timedelta(days=7)
    assert run(semaine) == 1
    assert mail.outbox[0].to == [utilisateurs["referent_ars"].email]
    assert "dans 7 jours" in mail.outbox[0].subject
    assert run(semaine) == 0
    assert run(semaine + timedelta(days=1)) == 0
    assert run(ECHEANCE - timedelta(days=1)) == 1, "the next threshold"
    assert run(ECHEANCE) == 0
    assert Entree.objects.filter(action="avis.relancer").count() == 2


def test_what_was_just_asked_is_not_reminded(
    dossier_depose: Dossier, utilisateurs: dict[str, Utilisateur]
) -> None:
    demandes_avis.demander_lot(
        dossiers=[dossier_depose],
        instance="ars",
        echeance=ECHEANCE,
        by=None,
        instant=at(ECHEANCE - timedelta(days=5)),
    )
    assert run(ECHEANCE - timedelta(days=4)) == 0
    assert run(ECHEANCE - timedelta(days=1)) == 1


def test_given_or_withdrawn_opinions_are_left_alone(
    demande: DemandeAvis, autre_dossier_depose: Dossier, utilisateurs_ailleurs: dict[str, Utilisateur]
) -> None:
    (autre,) = demandes_avis.demander_lot(
        dossiers=[autre_dossier_depose],
        instance="ars",
        echeance=ECHEANCE,
        by=None,
        instant=at(date(2025, 5, 2)),
    )
    donner.rendre(demande=demande, sens="favorable", by=None, instant=at(date(2025, 5, 3)))
    demandes_avis.retirer(demandes=[autre], motif="Erreur.", by=None, instant=at(date(2025, 5, 3)))
    assert run(ECHEANCE - timedelta(days=7)) == 0


class Refusing(BaseEmailBackend):
    """A mail server that refuses everything."""

    def send_messages(self, email_messages: Any) -> int:
        raise OSError("no server")


def test_what_the_mail_server_refused_leaves_at_the_next_run(demande: DemandeAvis) -> None:
    semaine = ECHEANCE - timedelta(days=7)
    bilan = relancer(le=semaine, instant=at(semaine), connexion=Refusing())
    assert [d.pk for d in bilan.echecs] == [demande.pk]
    demande.refresh_from_db()
    assert demande.relancee_le is None
    assert run(semaine) == 1


def test_nobody_to_write_to_is_said(dossier_depose: Dossier) -> None:
    demandes_avis.demander_lot(
        dossiers=[dossier_depose], instance="omedit", echeance=ECHEANCE, by=None, instant=at(date(2025, 5, 2))
    )
    bilan = relancer(le=ECHEANCE, instant=at(ECHEANCE))
    assert (bilan.courriels, len(bilan.sans_compte)) == (0, 1)


def test_the_organiser_reminds_at_once_once_a_day(
    demande: DemandeAvis, utilisateurs: dict[str, Utilisateur]
) -> None:
    jour = date(2025, 5, 20)
    with pytest.raises(Interdit):
        relancer_maintenant(demandes=[demande], by=utilisateurs["anap"], instant=at(jour))
    bilan = relancer_maintenant(demandes=[demande], by=utilisateurs["dgos"], instant=at(jour))
    assert (bilan.courriels, len(bilan.relancees)) == (1, 1)
    with pytest.raises(Refus, match="relancée ce jour"):
        relancer_maintenant(demandes=[demande], by=utilisateurs["dgos"], instant=at(jour, 18))
    late = date(2025, 7, 3)
    mail.outbox.clear()
    relancer_maintenant(demandes=[demande], by=utilisateurs["dgos"], instant=at(late))
    assert "marqué en retard" in mail.outbox[0].body


def test_the_daily_task_is_registered() -> None:
    assert _TACHES["relances-avis"].heure == 7
