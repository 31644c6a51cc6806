"""The adviser's page: an answer with its articles, and what it cannot answer."""

import pytest
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db


def ask(client: Client, **asked: str) -> str:
    answer = client.get(reverse("procedures:conseil"), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_answer_quotes_its_articles(connecte) -> None:  # type: ignore[no-untyped-def]
    page = ask(connecte("acheteur"), nature="services", montant="180000", lancement="2026-05-02")
    assert "une procédure adaptée suffit" in page
    for article in ("L2124-1", "R2131-12", "R2122-3", "L2113-4"):
        assert article in page


def test_an_unrecorded_date_is_a_sentence(connecte) -> None:  # type: ignore[no-untyped-def]
    page = ask(connecte("acheteur"), nature="services", montant="180000", lancement="2020-05-02")
    assert "ne sont pas enregistrées" in page


def test_an_amount_that_is_none(connecte) -> None:  # type: ignore[no-untyped-def]
    page = ask(connecte("acheteur"), nature="services", montant="beaucoup", lancement="2026-05-02")
    assert "champ-erreur" in page
