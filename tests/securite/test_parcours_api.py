"""Every operation of the API, with nobody, with every role, with a token, and from another territory."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from fanal.comptes.actions import creer_jeton
from fanal.comptes.models import Utilisateur
from fanal.config.api import api
from tests.securite.demande import undone
from tests.securite.monde import Monde
from tests.securite.operations import CSV, OPERATIONS, Appel

pytestmark = pytest.mark.django_db
RACINE = "/api/v1"


def known() -> list[str]:
    paths = api.get_openapi_schema()["paths"]
    return [f"{method} {path.removeprefix(RACINE)}" for path, methods in paths.items() for method in methods]


def ask(client: Client, name: str, monde: Monde, **headers: Any) -> Any:
    """Make the call and undo what it wrote."""
    appel = OPERATIONS[name]
    method, path = name.split(" ")
    address = RACINE + path.format(**appel.chemin(monde))
    if query := urlencode(appel.requete(monde)):
        address += f"?{query}"
    sent: dict[str, Any] = {}
    if appel.corps:
        sent = {"data": appel.corps(monde), "content_type": "application/json"}
    elif appel.envoi:
        sent = {"data": {**appel.envoi(monde), "fichier": SimpleUploadedFile("b.csv", CSV)}}
    with undone():
        return getattr(client, method)(address, **sent, **headers)


def signed_in(user: Utilisateur) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def phrase(answer: Any) -> str:
    return str(answer.json()["phrase"]) if answer.status_code >= 400 else ""


def test_every_operation_is_walked() -> None:
    assert sorted(known()) == sorted(OPERATIONS), "Add a line to OPERATIONS in tests/securite/operations.py."


def test_nobody_gets_401(monde: Monde) -> None:
    client = Client(raise_request_exception=False)
    answers = {name: ask(client, name, monde) for name in OPERATIONS}
    assert {n: a.status_code for n, a in answers.items() if a.status_code != 401} == {}
    assert all("jeton" in phrase(a) and a["WWW-Authenticate"] for a in answers.values())


def test_every_role_gets_an_answer(monde: Monde) -> None:
    """Allowed or refused with a sentence; never a failure, never a validation error on a sound call."""
    faults = []
    for role, user in monde.utilisateurs.items():
        client = signed_in(user)
        for name in OPERATIONS:
            answer = ask(client, name, monde)
            sound = answer.status_code in {200, 201} or (
                answer.status_code in {403, 404, 409} and phrase(answer)
            )
            if not sound:
                faults.append(f"{name} as {role}: {answer.status_code} {answer.content[:200]!r}")
    assert faults == []


def test_another_territory_gets_404(monde: Monde, utilisateurs_ailleurs: dict[str, Utilisateur]) -> None:
    faults = []
    for role, user in utilisateurs_ailleurs.items():
        client = signed_in(user)
        for name, appel in OPERATIONS.items():
            if not appel.territoriale or name.startswith("post /campagnes"):
                continue
            code = ask(client, name, monde).status_code
            if code != 404:
                faults.append(f"{name} as {role} of elsewhere: {code}")
    assert faults == []


def _as(role: str, name: str, monde: Monde) -> Any:
    return ask(signed_in(monde.utilisateurs[role]), name, monde)


@pytest.mark.parametrize("name", OPERATIONS)
def test_its_own_territory_is_served(monde: Monde, name: str) -> None:
    appel: Appel = OPERATIONS[name]
    answer = _as(appel.ouverte_a, name, monde)
    assert answer.status_code in appel.statuts, answer.content
    if appel.fermee_a:
        refused = _as(appel.fermee_a, name, monde)
        assert refused.status_code == 403, refused.content
        assert phrase(refused)


def test_a_token_is_as_good_as_a_session(monde: Monde) -> None:
    from django.utils import timezone

    now = timezone.now()
    keys = {}
    for read_only in (True, False):
        _, keys[read_only] = creer_jeton(
            utilisateur=monde.utilisateurs["dgos"],
            nom="essai",
            lecture_seule=read_only,
            expire_le=now + timedelta(days=1),
            instant=now,
        )
    client = Client(raise_request_exception=False)
    for name in OPERATIONS:
        for read_only, key in keys.items():
            answer = ask(client, name, monde, headers={"Authorization": f"Bearer {key}"})
            if read_only and name.startswith("post "):
                assert answer.status_code == 403, name
                assert "lecture seule" in phrase(answer)
            else:
                assert answer.status_code not in {401, 422, 500}, (name, answer.content)


def test_writing_with_a_session_needs_the_csrf_token(monde: Monde) -> None:
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(monde.utilisateurs["dgos"])
    answer = ask(client, "post /decisions/apercu", monde)
    assert answer.status_code == 403
    assert "expiré" in phrase(answer)
