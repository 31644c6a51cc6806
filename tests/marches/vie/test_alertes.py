"""What contracts ask for, on the home page, in the list and by e-mail."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend

from fanal.comptes.perimetre import PARTOUT
from fanal.marches import accueil_vie
from fanal.marches.actions import avenants, commandes
from fanal.marches.actions.relances import relancer
from fanal.marches.models import Consommation, Marche, RelanceMarche
from fanal.marches.queries.alertes import alertes
from fanal.marches.rules.avenants import Avenant
from fanal.territoires.models import Etablissement, Ght
from fanal.territoires.noeuds import Noeud
from tests.marches.vie.fabrique import DEBUT, at, notifie

pytestmark = pytest.mark.django_db
D = Decimal
AN = timedelta(days=365)


def natures(le: date, horizon: timedelta = AN) -> list[tuple[str, date]]:
    return [(a.nature, a.echeance) for a in alertes(PARTOUT, le, horizon)]


def order(marche: Marche, montant: int, le: date) -> Consommation:
    return commandes.commander(
        marche=marche,
        etablissement=Etablissement.objects.get(finess="210000001"),
        le=le,
        montant_ht=D(montant),
        by=None,
        instant=at(le),
    )


def test_a_notice_date_then_nothing_once_it_has_passed(ght: Ght) -> None:
    notifie(ght)
    assert natures(date(2025, 9, 30), timedelta(days=30)) == [("preavis", date(2025, 9, 30))]
    assert natures(date(2025, 10, 1), timedelta(days=30)) == []


def test_the_end_without_renewal(ght: Ght) -> None:
    notifie(ght, duree_mois=12, reconductions_prevues=0, reconduction_mois=None)
    assert natures(date(2025, 6, 1), timedelta(days=90)) == []
    assert natures(date(2025, 11, 1), timedelta(days=90)) == [("fin", date(2025, 12, 31))]


def test_a_maximum_alerts_by_its_date_not_by_its_percentage(ght: Ght) -> None:
    """40 % used in four months of a four-year framework: gone within the year; 80 % at the end: no alert."""
    fast = notifie(ght)
    for month in range(1, 5):
        order(fast, 10_000, date(2025, month, 28))
    (found,) = [a for a in alertes(PARTOUT, date(2025, 5, 1), AN) if a.nature == "epuisement"]
    assert found.marche == fast.pk and date(2025, 9, 1) < found.echeance < date(2025, 12, 31)
    slow = notifie(ght, identifiant="2025-02", duree_mois=12, reconductions_prevues=0, reconduction_mois=None)
    for month in range(1, 12):
        order(slow, 7_300, date(2025, month, 28))
    late = [a.marche for a in alertes(PARTOUT, date(2025, 12, 1), AN) if a.nature == "epuisement"]
    assert slow.pk not in late


def test_an_ended_contract_still_used(ght: Ght) -> None:
    marche = notifie(ght, duree_mois=12, reconductions_prevues=0, reconduction_mois=None)
    line = order(marche, 10, DEBUT)
    Consommation.objects.filter(pk=line.pk).update(le=date(2026, 1, 5))
    assert natures(date(2026, 1, 10)) == [("expire_utilise", date(2025, 12, 31))]


def test_the_home_page_of_who_manages_and_of_nobody_else(
    ght: Ght, autre_ght: Ght, creer_utilisateur: Any
) -> None:
    marche = notifie(ght)
    avenants.signer(
        marche=marche,
        avenant=Avenant("R2194-8", "Ajouter", date(2025, 9, 1), D(1)),
        date_notification=None,
        by=None,
        instant=at(date(2025, 9, 1)),
        verrou=marche.verrou,
    )
    buyer = creer_utilisateur("acheteur", Noeud("ght", ght))
    stranger = creer_utilisateur("acheteur", Noeud("ght", autre_ght))
    titles = [t.titre for t in accueil_vie.taches(buyer, date(2025, 9, 1))]
    assert titles == [
        "Décider de la reconduction : Gants d'examen",
        "Notifier l'avenant n° 1 : Gants d'examen",
    ]
    assert list(accueil_vie.taches(stranger, date(2025, 9, 1))) == []


def test_many_contracts_make_one_task(ght: Ght, creer_utilisateur: Any) -> None:
    for i in range(6):
        notifie(ght, identifiant=f"2025-1{i}")
    buyer = creer_utilisateur("acheteur", Noeud("ght", ght))
    (task,) = accueil_vie.taches(buyer, date(2025, 9, 1))
    assert task.phrase.startswith("6 marchés") and "/marches/alertes/" in task.url


def test_reminders_are_sent_once_by_threshold(ght: Ght, creer_utilisateur: Any) -> None:
    notifie(ght)
    notifie(ght, identifiant="2025-02")
    creer_utilisateur("acheteur", Noeud("ght", ght), email="achats@essai.example")
    le = date(2025, 9, 1)  # 29 days before the notice date: the threshold of 30 days
    done = relancer(le=le, instant=at(le))
    assert (done.courriels, done.relances) == (1, 2)
    (message,) = mail.outbox
    assert message.to == ["achats@essai.example"] and "2 marchés demandent une décision" in message.subject
    assert "au plus tard" in message.body and "/marches/" in message.body
    again = relancer(le=le + timedelta(days=1), instant=at(le))
    assert (again.courriels, again.deja) == (0, 2)
    week = date(2025, 9, 24)
    assert relancer(le=week, instant=at(week)).courriels == 1
    assert set(RelanceMarche.objects.values_list("nature", flat=True)) == {
        "preavis 2025-09-30 J-30",
        "preavis 2025-09-30 J-7",
    }


class Refusing(BaseEmailBackend):
    def send_messages(self, email_messages: Any) -> int:
        raise OSError("refused")


def test_a_refused_e_mail_is_tried_again(ght: Ght, creer_utilisateur: Any) -> None:
    notifie(ght)
    creer_utilisateur("acheteur", Noeud("ght", ght))
    le = date(2025, 9, 1)
    assert relancer(le=le, instant=at(le), connexion=Refusing()).echecs
    assert relancer(le=le, instant=at(le) + timedelta(hours=1)).courriels == 1


def test_nobody_to_write_to_is_told(ght: Ght) -> None:
    marche = notifie(ght)
    le = date(2025, 9, 1)
    assert relancer(le=le, instant=at(le)).sans_compte == [marche.pk]
