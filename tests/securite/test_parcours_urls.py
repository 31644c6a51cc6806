"""Every address, with nobody, with every role, and with the accounts of another territory."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import reverse

from fanal.comptes.models import Utilisateur
from fanal.comptes.roles import ROLES
from tests.securite.adresses import OBJETS, PUBLIQUES, Adresse, adresses
from tests.securite.demande import undone
from tests.securite.monde import Monde

pytestmark = pytest.mark.django_db

METHODES = ("get", "post")
METHODES_API = ("get", "post", "put", "patch", "delete")
TOUTES = sorted(set(adresses()), key=lambda a: a.nom)


def methods(adresse: Adresse) -> tuple[str, ...]:
    return METHODES_API if adresse.nom.startswith("api") else METHODES


def signed_in(user: Utilisateur) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def ask(client: Client, method: str, path: str) -> Any:
    """Make a request and undo what it wrote, so that the order of the walk does not matter."""
    cookies = client.cookies.copy()
    try:
        with undone():
            return getattr(client, method)(path)
    finally:
        client.cookies = cookies


def walked() -> Iterator[tuple[Adresse, str]]:
    for adresse in TOUTES:
        if adresse.parametres and adresse.nom not in OBJETS:
            continue  # test_every_address_has_its_arguments says so
        for method in methods(adresse):
            yield adresse, method


def test_every_address_has_its_arguments() -> None:
    known = {adresse.nom for adresse in TOUTES}
    missing = [a.nom for a in TOUTES if a.parametres and a.nom not in OBJETS]
    assert missing == [], "Add a line to OBJETS in tests/securite/adresses.py."
    assert set(OBJETS) - known == set(), "These addresses no longer exist."


def test_nobody_reaches_nothing(monde: Monde) -> None:
    client = Client(raise_request_exception=False)
    login = reverse(settings.LOGIN_URL)
    faults = []
    for adresse, method in walked():
        if adresse.nom in PUBLIQUES:
            continue
        answer = ask(client, method, adresse.chemin(monde))
        sent_to_login = answer.status_code == 302 and answer["Location"].startswith(login)
        if not sent_to_login and answer.status_code not in {401, 405}:
            faults.append(f"{method} {adresse.nom}: {answer.status_code}")
    assert faults == [], "\n".join(faults)


def test_public_addresses_answer(monde: Monde) -> None:
    client = Client(raise_request_exception=False)
    there = [a for a in TOUTES if a.nom in PUBLIQUES and (not a.parametres or a.nom in OBJETS)]
    codes = {a.nom: ask(client, "get", a.chemin(monde)).status_code for a in there}
    assert {name: code for name, code in codes.items() if code >= 500 and name != "exploitation:pret"} == {}
    assert codes["account_login"] == 200


@pytest.mark.parametrize("role", sorted(ROLES))
def test_no_role_meets_a_failure(role: str, monde: Monde) -> None:
    """Whoever asks whatever, even without a body, gets an answer, never a stack trace."""
    faults = []
    client = signed_in(monde.utilisateurs[role])
    for adresse, method in walked():
        code = ask(client, method, adresse.chemin(monde)).status_code
        if code >= 500 and adresse.nom != "exploitation:pret":
            faults.append(f"{method} {adresse.nom}: {code}")
    assert faults == [], "\n".join(faults)


def test_another_territory_sees_nothing(monde: Monde, utilisateurs_ailleurs: dict[str, Utilisateur]) -> None:
    """What belongs to a territory does not exist for the accounts of another, whatever their role."""
    faults = []
    for role, user in utilisateurs_ailleurs.items():
        client = signed_in(user)
        for adresse, method in walked():
            cible = OBJETS.get(adresse.nom)
            if cible is None or not cible.territoriale:
                continue
            code = ask(client, method, adresse.chemin(monde)).status_code
            if code == 403 and adresse.nombre_inconnu(monde) is not None:
                # Refused for the role alone: what does not exist must then get the very same answer.
                code = 404 if ask(client, method, adresse.nombre_inconnu(monde)).status_code == 403 else code
            if code not in {404, 405}:
                faults.append(f"{method} {adresse.nom} as {role} of elsewhere: {code}")
    assert faults == [], "\n".join(faults)


def test_its_own_territory_reaches_it(monde: Monde) -> None:
    """Without this, an address that never answers would pass for well protected."""
    faults = []
    clients = {role: signed_in(user) for role, user in monde.utilisateurs.items()}
    for adresse in TOUTES:
        cible = OBJETS.get(adresse.nom)
        if cible is None or not cible.territoriale:
            continue
        client = clients[cible.ouverte_a]
        codes = {m: ask(client, m, adresse.chemin(monde)).status_code for m in methods(adresse)}
        if not any(code < 404 or code in {409, 422} for code in codes.values()):
            faults.append(f"{adresse.nom} as {cible.ouverte_a}: {codes}")
    assert faults == [], "\n".join(faults)


def test_the_walk_can_fail(monde: Monde) -> None:
    """The walk sees a session: a client signed in is not sent to the sign-in page."""
    client = signed_in(monde.utilisateurs["dgos"])
    assert SESSION_KEY in client.session
    assert ask(client, "get", reverse("interface:accueil")).status_code == 200
