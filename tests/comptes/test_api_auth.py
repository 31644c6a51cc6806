"""How a call to the API is recognised: by its token first, else by its session and CSRF token."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.utils import timezone

from fanal.comptes.actions import creer_jeton
from fanal.comptes.api_auth import AUTHENTIFICATION
from fanal.comptes.models import Utilisateur
from fanal.refus import Interdit


def authenticate(request: HttpRequest) -> Any:
    """What ninja does: the first way that answers."""
    return next((found for way in AUTHENTIFICATION if (found := way(request))), None)  # type: ignore[arg-type]


def call(method: str, user: Any, raw: str = "", **headers: str) -> Any:
    from django.contrib.auth.models import AnonymousUser

    request = RequestFactory(enforce_csrf_checks=True).generic(method, "/api/", **headers)
    if raw:
        request = RequestFactory().generic(method, "/api/", headers={"Authorization": f"Bearer {raw}"})
    request.user = user or AnonymousUser()
    return request


@pytest.fixture
def titulaire(creer_utilisateur: Callable[..., Utilisateur]) -> Utilisateur:
    return creer_utilisateur()


def token(user: Utilisateur, lecture_seule: bool) -> str:
    now = timezone.now()
    return creer_jeton(
        utilisateur=user,
        nom="essai",
        lecture_seule=lecture_seule,
        expire_le=now + timedelta(days=1),
        instant=now,
    )[1]


def test_a_token_speaks_for_its_owner(titulaire: Utilisateur) -> None:
    request = call("GET", None, token(titulaire, True))
    assert authenticate(request) == titulaire
    assert request.user == titulaire


def test_a_read_only_token_does_not_write(titulaire: Utilisateur) -> None:
    raw = token(titulaire, True)
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        with pytest.raises(Interdit, match="lecture seule"):
            authenticate(call(method, None, raw))
    assert authenticate(call("POST", None, token(titulaire, False))) == titulaire


def test_a_wrong_token_is_not_saved_by_the_session(titulaire: Utilisateur) -> None:
    assert authenticate(call("GET", titulaire, "fanal_faux")) is None
    assert authenticate(call("POST", titulaire, "fanal_faux")) is None


def test_a_session_reads_and_writes_with_its_csrf_token(titulaire: Utilisateur) -> None:
    assert authenticate(call("GET", titulaire)) == titulaire
    assert authenticate(call("GET", None)) is None
    assert authenticate(call("POST", None)) is None
    with pytest.raises(Interdit, match="a expiré"):
        authenticate(call("POST", titulaire))


def test_the_owner_makes_uses_and_revokes_a_token(connecte: Callable[[str], Client]) -> None:
    client = connecte("acheteur")
    day = (timezone.localdate() + timedelta(days=30)).isoformat()
    page = client.post("/comptes/mon-compte/jetons/", {"jeton-nom": "paie", "jeton-expire_le": day})
    raw = page.context["secret"]
    assert raw in page.content.decode()
    assert "no-store" in page.headers["Cache-Control"]
    assert authenticate(call("GET", None, raw)).email == "acheteur@essai.example"
    assert raw not in client.get("/comptes/mon-compte/").content.decode(), "shown once"
    jeton = page.wsgi_request.user.jetons.get()
    assert jeton.lecture_seule
    stranger = connecte("pharmacien")
    assert stranger.post(f"/comptes/jetons/{jeton.pk}/revoquer/").status_code == 404
    assert client.post(f"/comptes/jetons/{jeton.pk}/revoquer/").status_code == 302
    assert authenticate(call("GET", None, raw)) is None
    refused = client.post("/comptes/mon-compte/jetons/", {"jeton-nom": "x", "jeton-expire_le": "2000-01-01"})
    assert refused.status_code == 400
