"""Signing in, and the pages of accounts."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from fanal.comptes.models import Affectation, Utilisateur
from fanal.territoires.models import Ght
from fanal.territoires.noeuds import Noeud
from tests.appui.territoire import MOT_DE_PASSE

Connecte = Callable[[str], Client]


def sign_in(client: Client, email: str, secret: str = MOT_DE_PASSE) -> Any:
    return client.post("/comptes/login/", {"login": email, "password": secret})


def test_signing_in_by_address(client: Client, utilisateurs: dict[str, Utilisateur]) -> None:
    page = client.get("/comptes/login/")
    assert page.status_code == 200
    assert "Se connecter" in page.content.decode()
    assert sign_in(client, "ACHETEUR@essai.example").status_code == 302
    assert client.get("/comptes/mon-compte/").status_code == 200


def test_a_wrong_password_and_an_unknown_address_look_the_same(
    client: Client, utilisateurs: dict[str, Utilisateur]
) -> None:
    one = sign_in(client, "acheteur@essai.example", "faux")
    two = sign_in(client, "inconnu@essai.example", "faux")
    assert one.status_code == two.status_code == 200
    assert one.context["form"].errors == two.context["form"].errors


def test_attempts_are_counted(client: Client, utilisateurs: dict[str, Utilisateur]) -> None:
    for _ in range(5):
        sign_in(client, "acheteur@essai.example", "faux")
    blocked = sign_in(client, "acheteur@essai.example")
    assert blocked.status_code in {200, 429}
    assert "_auth_user_id" not in client.session


def test_a_closed_account_does_not_sign_in(client: Client, utilisateurs: dict[str, Utilisateur]) -> None:
    user = utilisateurs["acheteur"]
    client.force_login(user)
    Utilisateur.objects.filter(pk=user.pk).update(is_active=False)
    assert client.get("/comptes/mon-compte/").status_code == 302, "its session stops at once"
    client.logout()
    sign_in(client, user.email)
    assert "_auth_user_id" not in client.session


def test_nobody_signs_up(client: Client, db: None) -> None:
    data = {"email": "moi@essai.example", "password1": MOT_DE_PASSE, "password2": MOT_DE_PASSE}
    for answer in (client.get("/comptes/signup/"), client.post("/comptes/signup/", data)):
        assert "administrateur" in answer.content.decode()
    assert not Utilisateur.objects.exists()


def test_nobody_changes_their_own_address(connecte: Connecte) -> None:
    client = connecte("acheteur")
    assert client.get("/comptes/email/").headers["Location"] == "/comptes/mon-compte/"
    client.post("/comptes/email/", {"action_add": "", "email": "autre@essai.example"})
    assert Utilisateur.objects.filter(email="acheteur@essai.example").exists()
    assert not Utilisateur.objects.filter(email="autre@essai.example").exists()


@pytest.mark.parametrize(
    "address",
    [
        "/comptes/mon-compte/",
        "/comptes/password/change/",
        "/comptes/2fa/",
        "/comptes/logout/",
        "/comptes/3rdparty/",
        "/comptes/reauthenticate/",
    ],
)
def test_the_pages_of_ones_own_account(connecte: Connecte, address: str) -> None:
    client = connecte("acheteur")
    page = client.get(address)
    assert page.status_code == 200, page.headers
    assert '<html lang="fr"' in page.content.decode()


def test_the_public_pages(client: Client, db: None) -> None:
    for address in ("/comptes/login/", "/comptes/password/reset/", "/comptes/inactive/"):
        page = client.get(address)
        assert page.status_code == 200, address
        assert '<html lang="fr"' in page.content.decode()


def test_a_second_factor_is_asked(client: Client, utilisateurs: dict[str, Utilisateur]) -> None:
    from allauth.mfa.totp.internal.auth import (
        TOTP,
        format_hotp_value,
        generate_totp_secret,
        hotp_value,
        yield_hotp_counters_from_time,
    )

    secret = generate_totp_secret()
    TOTP.activate(utilisateurs["acheteur"], secret)
    answer = sign_in(client, "acheteur@essai.example")
    assert answer.headers["Location"] == "/comptes/2fa/authenticate/"
    assert client.get("/comptes/mon-compte/").status_code == 302
    page = client.get("/comptes/2fa/authenticate/")
    assert page.status_code == 200
    client.post("/comptes/2fa/authenticate/", {"code": "000000"})
    assert "_auth_user_id" not in client.session
    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    client.post("/comptes/2fa/authenticate/", {"code": code})
    assert client.get("/comptes/mon-compte/").status_code == 200


def test_the_list_holds_the_accounts_of_the_territory(
    connecte: Connecte, utilisateurs: dict[str, Utilisateur], utilisateurs_ailleurs: dict[str, Utilisateur]
) -> None:
    page = connecte("administrateur").get("/comptes/").content.decode()
    assert "directeur_achats@essai.example" in page
    assert "ailleurs@essai.example" not in page
    assert connecte("directeur_achats").get("/comptes/").status_code == 403


def test_opening_an_account(connecte: Connecte, ght: Ght) -> None:
    client = connecte("administrateur")
    assert client.get("/comptes/ouvrir/").status_code == 200
    data = {"email": "neuf@essai.example", "nom": "Acheteur", "role": "acheteur", "noeud": "ght:BFC-90"}
    assert client.post("/comptes/ouvrir/", {**data, "noeud": "ght:BRE-90"}).status_code == 400
    refused = client.post("/comptes/ouvrir/", {**data, "role": "dgos"})
    assert refused.status_code == 400
    assert "ne se donne pas à ce niveau" in refused.content.decode()
    assert "neuf@essai.example" in refused.content.decode(), "what was typed is kept"
    assert not mail.outbox
    answer = client.post("/comptes/ouvrir/", data)
    user = Utilisateur.objects.get(email="neuf@essai.example")
    assert answer.headers["Location"] == f"/comptes/{user.pk}/"
    assert mail.outbox[0].to == ["neuf@essai.example"]
    assert client.get(f"/comptes/{user.pk}/").status_code == 200


def test_the_page_of_an_account_and_its_acts(
    connecte: Connecte, utilisateurs: dict[str, Utilisateur], ght: Ght
) -> None:
    client, user = connecte("administrateur"), utilisateurs["directeur_achats"]
    base = f"/comptes/{user.pk}/"
    for address in (
        base,
        f"{base}affecter/",
        f"{base}desactiver/",
        f"{base}renommer/",
        f"{base}second-facteur/retirer/",
    ):
        assert client.get(address).status_code == 200, address
    assert client.post(f"{base}affecter/", {"role": "acheteur", "noeud": "ght:BFC-90"}).status_code == 302
    assert client.post(f"{base}renommer/", {"nom": "Direction"}).status_code == 302
    assert client.post(f"{base}inviter/").status_code == 302
    assert len(mail.outbox) == 1
    assert client.post(f"{base}desactiver/", {"motif": ""}).status_code == 400
    assert client.post(f"{base}desactiver/", {"motif": "départ"}).status_code == 302
    page = client.get(base).content.decode()
    assert "Désactivé" in page
    assert "départ" in page, "the history is on the page"
    assert client.post(f"{base}reactiver/").status_code == 302
    user.refresh_from_db()
    assert (user.is_active, user.nom) == (True, "Direction")


def test_accounts_of_another_territory_do_not_exist_here(
    connecte: Connecte, utilisateurs_ailleurs: dict[str, Utilisateur]
) -> None:
    client, user = connecte("administrateur"), utilisateurs_ailleurs["directeur_achats"]
    role = user.affectations.get()
    for address in ("", "affecter/", "desactiver/", "renommer/", "second-facteur/retirer/"):
        assert client.get(f"/comptes/{user.pk}/{address}").status_code == 404, address
    for address in ("reactiver/", "inviter/"):
        assert client.post(f"/comptes/{user.pk}/{address}").status_code == 404, address
    for address in ("suppleer/", "terminer/"):
        assert client.get(f"/comptes/affectations/{role.pk}/{address}").status_code == 404, address
    assert client.get("/comptes/999999/").status_code == 404
    assert client.get("/comptes/affectations/999999/suppleer/").status_code == 404


def test_the_holder_names_a_stand_in(
    connecte: Connecte, utilisateurs: dict[str, Utilisateur], ght: Ght
) -> None:
    client = connecte("directeur_achats")
    role = utilisateurs["directeur_achats"].affectations.get()
    today = timezone.localdate()
    address = f"/comptes/affectations/{role.pk}/suppleer/"
    assert client.get(address).status_code == 200
    days = {"debut": today.isoformat(), "fin": (today + timedelta(days=7)).isoformat()}
    assert client.post(address, {"email": "personne@essai.example", **days}).status_code == 400
    answer = client.post(address, {"email": "acheteur@essai.example", **days})
    assert answer.headers["Location"] == "/comptes/mon-compte/"
    given = Affectation.objects.get(supplee=role)
    assert given.utilisateur == utilisateurs["acheteur"]
    assert client.get(f"/comptes/affectations/{role.pk}/terminer/").status_code == 403, "one's own role"
    assert connecte("pharmacien").get(address).status_code == 404
    page = client.get("/comptes/mon-compte/").content.decode()
    assert "Mes suppléants" in page
    assert (
        client.post(f"/comptes/affectations/{given.pk}/terminer/", {"fin": today.isoformat()}).status_code
        == 302
    )
    given.refresh_from_db()
    assert given.fin == today
    assert Noeud.de(given) == Noeud("ght", ght)
