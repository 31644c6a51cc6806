"""The API against its own description: whatever is asked, it answers as it says, and never breaks."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from fanal.campagnes.models import Dossier
from fanal.comptes.models import Utilisateur
from fanal.config.api import api
from tests.api.conftest import Appelant

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
# Cases enumerated from the description are thousands, made at collection: the drawn ones are enough here.
schema.config.phases.coverage.enabled = False
# Nor are values looked for in the sources of the platform, read whole for it at each collection.
schema.config.analysis.constants.enabled = False


@pytest.fixture
def meme_base() -> Iterator[None]:
    """Keep the test's connection, with its transaction, from one call to the next."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def jetons(utilisateurs: dict[str, Utilisateur], dossier: Dossier) -> list[str]:
    return [Appelant(utilisateurs[role]).jeton for role in ("dgos", "directeur_achats")]


def real_arguments(case: Any, dossier: Dossier) -> dict[str, Any]:
    """Arguments of the address that name something, so that the sweep goes past the 404."""
    known = {
        "numero": dossier.pk,
        "code": dossier.campagne.code if "campagnes" in case.path else "BFC-90",
        "nom": "paat",
        "finess": "210000001",
    }
    return {name: known.get(name, value) for name, value in (case.path_parameters or {}).items()}


BORNES: dict[str, Any] = {
    "deadline": None,
    "suppress_health_check": [
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.filter_too_much,
    ],
}


def sweep(case: Any, jetons: list[str], dossier: Dossier) -> None:
    for jeton in jetons:
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {jeton}"}
        case.call_and_validate(checks=CHECKS)
    case.path_parameters = real_arguments(case, dossier)
    case.call_and_validate(checks=CHECKS)


@schema.parametrize()
@settings(max_examples=4, **BORNES)
@pytest.mark.django_db
@pytest.mark.usefixtures("meme_base")
def test_every_operation_answers_as_described(case: Any, jetons: list[str], dossier: Dossier) -> None:
    sweep(case, jetons, dossier)


@schema.parametrize()
@settings(max_examples=100, **BORNES)
@pytest.mark.lent
@pytest.mark.django_db
@pytest.mark.usefixtures("meme_base")
def test_every_operation_answers_as_described_at_length(
    case: Any, jetons: list[str], dossier: Dossier
) -> None:
    sweep(case, jetons, dossier)


def test_the_description_is_whole() -> None:
    document = api.get_openapi_schema()
    operations = [(p, m, o) for p, methods in document["paths"].items() for m, o in methods.items()]
    assert len(operations) > 40
    for path, method, operation in operations:
        assert operation["summary"][0].isupper() and operation["description"], (method, path)
        assert operation["tags"] and operation["security"], (method, path)
        assert {"401", "403", "404", "422"} <= {str(code) for code in operation["responses"]}, (method, path)
    ids = [o["operationId"] for _, _, o in operations]
    assert len(ids) == len(set(ids))
    assert json.dumps(document)
