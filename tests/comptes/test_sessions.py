"""What is kept of sessions, accounts and roles never outlives a write, an expiry, nor crosses accounts."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from fanal.comptes import sessions
from fanal.comptes.models import Affectation, Utilisateur
from fanal.territoires.models import Ght
from fanal.territoires.noeuds import NATIONAL, Noeud

pytestmark = pytest.mark.django_db(transaction=True)
MIEN = "/comptes/mon-compte/"
Creer = Callable[..., Utilisateur]


@pytest.fixture
def compte(creer_utilisateur: Creer, ght: Ght) -> Utilisateur:
    return creer_utilisateur("acheteur", Noeud("ght", ght))


@pytest.fixture
def client_connecte(compte: Utilisateur) -> Client:
    client = Client()
    client.force_login(compte)
    assert client.get(MIEN).status_code == 200
    return client


def in_another_process(work: Callable[[], Any]) -> None:
    """*work* through a connection of its own, as another process of the site would do it."""

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(run).result()


def signed_in(client: Client) -> bool:
    return bool(client.get(MIEN).status_code == 200)


def test_the_second_page_reads_neither_session_nor_account_nor_roles(client_connecte: Client) -> None:
    """On PostgreSQL a write anywhere on the server empties what is kept, and other tests write meanwhile:
    one page out of a few is enough to show it.
    """

    def tables_read() -> set[str]:
        with CaptureQueriesContext(connection) as queries:
            assert client_connecte.get("/aide/").status_code == 200
        told = " ".join(q["sql"] for q in queries.captured_queries)
        tables = ("django_session", "comptes_utilisateur", "comptes_affectation")
        return {table for table in tables if table in told}

    client_connecte.get("/aide/")
    assert any(not tables_read() for _ in range(20))


@pytest.mark.parametrize("by", [lambda work: work(), in_another_process])
def test_a_closed_account_is_out_at_once(client_connecte: Client, compte: Utilisateur, by: Any) -> None:
    by(lambda: Utilisateur.objects.filter(pk=compte.pk).update(is_active=False))
    assert not signed_in(client_connecte)


def test_a_changed_password_ends_the_session_at_once(client_connecte: Client, compte: Utilisateur) -> None:
    def change() -> None:
        other = Utilisateur.objects.get(pk=compte.pk)
        other.set_password("un tout autre secret d'essai")
        other.save()

    in_another_process(change)
    assert not signed_in(client_connecte)


def test_a_session_ended_elsewhere_is_out_at_once(client_connecte: Client) -> None:
    in_another_process(lambda: Session.objects.all().delete())
    assert not signed_in(client_connecte)


def test_an_expired_session_is_out_though_nothing_was_written(
    client_connecte: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = timezone.now() + timedelta(hours=13)
    monkeypatch.setattr(sessions.timezone, "now", lambda: late)
    assert not signed_in(client_connecte)


def test_a_role_taken_away_closes_the_page_at_once(creer_utilisateur: Creer, ght: Ght) -> None:
    compte = creer_utilisateur("dgos", NATIONAL)
    client = Client()
    client.force_login(compte)
    assert client.get("/campagnes/").status_code == 200
    in_another_process(lambda: Affectation.objects.filter(utilisateur=compte).delete())
    assert client.get("/campagnes/").status_code == 403


def test_what_a_request_puts_in_its_session_stays_out_of_the_others(
    client_connecte: Client, compte: Utilisateur
) -> None:
    other = Client()
    other.force_login(compte)
    session = other.session
    session["territoire"] = "national"
    session.save()
    held = sessions.SessionStore(client_connecte.session.session_key)
    assert "territoire" not in held
    assert sessions.SessionStore(other.session.session_key)["territoire"] == "national"


def test_two_accounts_never_see_each_other(creer_utilisateur: Creer, ght: Ght, autre_ght: Ght) -> None:
    clients: dict[str, Client] = {}
    for noeud in (ght, autre_ght):
        compte = creer_utilisateur("acheteur", Noeud("ght", noeud))
        clients[compte.email] = Client()
        clients[compte.email].force_login(compte)
    for _ in range(2):
        for email, client in clients.items():
            page = client.get(MIEN).content.decode()
            assert [other for other in clients if other in page] == [email]


@pytest.fixture(autouse=True)
def rien_de_garde() -> Iterator[None]:
    from fanal.memoire import vider_tout

    vider_tout()
    yield
