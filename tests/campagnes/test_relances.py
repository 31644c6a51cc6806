"""Reminders, acknowledgements, and who has not answered."""

import json
import smtplib
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from fanal.campagnes import queries, tasks
from fanal.campagnes.actions import campagnes, dossiers
from fanal.campagnes.actions.relances import BilanRelances, accuser_reception, relancer
from fanal.campagnes.models import Campagne, Dossier, Relance
from fanal.comptes.models import Utilisateur
from fanal.depots.models import Depot, Original
from fanal.exploitation import taches
from fanal.territoires.models import Ght
from fanal.territoires.noeuds import NATIONAL, Noeud
from tests.campagnes.jouet import CLOTURE, LE, OpenDossier, cross, deposit, paris

JOUR_CLOTURE = date(2022, 2, 28)


@pytest.fixture
def invites(campagne: Campagne, ght: Ght, autre_ght: Ght) -> Campagne:
    noeuds = [Noeud("ght", ght), Noeud("ght", autre_ght)]
    campagnes.inviter(campagne=campagne, format="projet", noeuds=noeuds, by=None, instant=LE)
    return campagne


def remind(avant: int, **champs: Any) -> BilanRelances:
    le = JOUR_CLOTURE - timedelta(days=avant)
    return relancer(le=le, instant=paris(le.year, le.month, le.day, 7), **champs)


def test_reminders_go_at_15_7_and_1_day_once_each(
    invites: Campagne, utilisateurs: dict[str, Utilisateur]
) -> None:
    sent = {avant: len(remind(avant).envoyees) for avant in range(17, -2, -1)}
    assert {avant: n for avant, n in sent.items() if n} == {15: 1, 7: 1, 1: 1}
    assert list(Relance.objects.order_by("pk").values_list("nature", flat=True)) == [
        "J-15 2022-02-28",
        "J-7 2022-02-28",
        "J-1 2022-02-28",
    ]


def test_a_day_without_a_run_loses_no_reminder(
    invites: Campagne, utilisateurs: dict[str, Utilisateur]
) -> None:
    assert [e.nature for e in remind(12).envoyees] == ["J-15 2022-02-28"]
    assert [e.nature for e in remind(0).envoyees] == ["J-1 2022-02-28"]
    assert "se termine aujourd'hui" in mail.outbox[-1].body


def test_those_who_can_act_are_written_to_and_only_them(
    invites: Campagne, utilisateurs: dict[str, Utilisateur]
) -> None:
    bilan = remind(7)
    assert sorted(m.to[0] for m in mail.outbox) == [
        "acheteur@essai.example",
        "controleur_gestion@essai.example",
        "directeur_achats@essai.example",
    ]
    assert all(len(m.to) == 1 for m in mail.outbox)
    assert bilan.envoyees[0].destinataires == 3
    assert [r.nom_noeud for r in bilan.sans_compte] == ["BRE-90 GHT d'essai BRE-90"]
    assert "BFC-90 GHT d'essai BFC-90 : rien n'a encore été déposé" in mail.outbox[0].body


def test_running_again_sends_nothing_more(invites: Campagne, utilisateurs: dict[str, Utilisateur]) -> None:
    remind(7)
    again = remind(7)
    assert (len(again.envoyees), again.deja_envoyees) == (0, 1)
    assert len(mail.outbox) == 3


def test_an_account_created_since_is_still_written_to(
    invites: Campagne, autre_ght: Ght, creer_utilisateur: Callable[..., Utilisateur]
) -> None:
    assert len(remind(7).sans_compte) == 2
    creer_utilisateur("directeur_achats", Noeud("ght", autre_ght))
    assert len(remind(7).envoyees) == 1


def test_drafts_are_reminded_and_answers_are_not(
    invites: Campagne, utilisateurs: dict[str, Utilisateur], dossier: Dossier
) -> None:
    deposit(dossier, {"A": 1})
    assert [a.phrase for a in queries.attendus_sans_reponse(invites)] == [
        "Déposé, à transmettre",
        "Rien n'a été déposé",
    ]
    remind(15)
    assert "pas encore transmis" in mail.outbox[0].body
    cross(dossier, "envoyer")
    assert not remind(7).envoyees


def test_a_moved_closing_gives_new_reminders(invites: Campagne, utilisateurs: dict[str, Utilisateur]) -> None:
    remind(7)
    campagnes.regler(
        campagne=invites,
        ouverture=invites.ouverture,
        cloture=CLOTURE + timedelta(days=7),
        correction_jusqu_au=invites.correction_jusqu_au,
        motif="Report",
        by=None,
        instant=LE,
    )
    assert [e.nature for e in remind(0).envoyees] == ["J-7 2022-03-07"]


class Refused(EmailBackend):
    def send_messages(self, messages: Any) -> int:
        raise smtplib.SMTPServerDisconnected("Connection unexpectedly closed")


def test_a_mail_server_that_refuses_loses_no_reminder(
    invites: Campagne, utilisateurs: dict[str, Utilisateur]
) -> None:
    assert len(remind(7, connexion=Refused()).echecs) == 1
    assert len(remind(7).envoyees) == 1


def test_a_reminder_claimed_by_a_process_that_died_is_taken_up(
    invites: Campagne, utilisateurs: dict[str, Utilisateur], ght: Ght
) -> None:
    repondant = invites.repondants.get(ght=ght)
    Relance.objects.create(repondant=repondant, nature="J-7 2022-02-28", envoyee_le=paris(2022, 2, 21, 6, 50))
    assert remind(7).deja_envoyees == 1, "it may still be at work"
    assert len(remind(6).envoyees) == 1


def test_the_worker_sends_them_every_morning(invites: Campagne, utilisateurs: dict[str, Utilisateur]) -> None:
    assert taches._TACHES["relances"].tache is tasks.relancer
    tasks.relancer.enqueue("2022-02-27")
    assert len(mail.outbox) == 3


def receive(dossier: Dossier, by: Utilisateur | None) -> Any:
    original = Original.objects.create(empreinte="e" * 64, taille=1, fichier="x")
    depot = Depot.objects.create(
        format="projet",
        original=original,
        nom_fichier="trame.xlsx",
        canal="page",
        recu_le=LE,
        acceptees=3,
        ecartees=1,
    )
    version = dossiers.enregistrer_version(dossier=dossier, depot=depot, by=by, instant=LE)
    return dossiers.sceller(version=version, lignes={"A": "a" * 64}, by=by, instant=LE)


def test_a_deposit_is_acknowledged_to_its_author_once(
    dossier: Dossier, utilisateurs: dict[str, Utilisateur]
) -> None:
    version = receive(dossier, utilisateurs["directeur_achats"])
    [message] = mail.outbox
    assert message.to == ["directeur_achats@essai.example"]
    assert "« trame.xlsx » a été reçu le 10/02/2022 à 09 h 30" in message.body
    assert "3 lignes prises en compte ; 1 ligne non prise en compte" in message.body
    assert "e" * 64 in message.body
    assert not accuser_reception(version=version, instant=LE)
    assert len(mail.outbox) == 1


def test_the_command_line_gets_no_acknowledgement(dossier: Dossier) -> None:
    receive(dossier, None)
    assert mail.outbox == []


def test_the_dashboard_counts_by_step_late_and_missing(
    invites: Campagne, ouvrir: OpenDossier, ght: Ght, autre_ght: Ght
) -> None:
    deposit(ouvrir(Noeud("ght", ght)), {"A": 1, "B": 2}, CLOTURE + timedelta(seconds=1))
    invites.refresh_from_db()
    tableau = queries.tableau_de_bord(invites, LE)
    assert tableau.par_etape["projet"] == {
        "ecriture": 1,
        "envoye": 0,
        "instruction": 0,
        "arrete": 0,
        "publie": 0,
    }
    assert (tableau.dossiers, tableau.en_retard, tableau.attendus) == (1, 1, 2)
    assert (tableau.lignes, tableau.a_decider) == (2, 2)
    assert len(tableau.sans_reponse) == 2
    assert NATIONAL.code == ""


def test_the_command_prints_one_document(fanal: Callable[..., Any]) -> None:
    run = fanal("campagnes", "relancer", "--le", "2022-02-21", "--json")
    assert run.returncode == 0
    assert json.loads(run.stdout) == {
        "le": "2022-02-21",
        "envoyees": [],
        "deja_envoyees": 0,
        "sans_compte": [],
        "echecs": [],
    }
    unknown = fanal("campagnes", "attendus", "rien-2021")
    assert unknown.returncode == 2
    assert unknown.stderr.startswith("La campagne « rien-2021 » n'existe pas.")
