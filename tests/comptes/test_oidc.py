"""ProConnect and Pro Santé Connect, played by a fake issuer: only what is proved opens an account."""

import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from fanal.comptes.models import Utilisateur
from fanal.comptes.oidc.reglages import build_apps
from fanal.comptes.oidc.signature import JetonRefuse, verify
from fanal.journal.models import Entree
from tests.comptes.emetteur import AUTRE_RSA, CLIENT, EC, RSA, Emetteur, public_jwk, serve, sign

pytestmark = pytest.mark.django_db


@pytest.fixture
def emetteur(settings: Any) -> Iterator[Emetteur]:
    with serve() as issuer:
        environ = {
            f"{prefix}_{part}": value
            for prefix in ("FANAL_PROCONNECT", "FANAL_PSC")
            for part, value in (("ADRESSE", issuer.adresse), ("CLIENT", CLIENT), ("SECRET", "secret"))
        }
        settings.SOCIALACCOUNT_PROVIDERS = {"oidc_signe": {"APPS": build_apps(environ)}}
        yield issuer


@pytest.fixture
def directeur(creer_utilisateur: Callable[..., Utilisateur]) -> Utilisateur:
    return creer_utilisateur(email="directeur@essai.example", nom="Directeur achats")


def leave(client: Client, issuer: Emetteur, provider: str = "proconnect") -> dict[str, str]:
    """Follow the login link to the issuer, which keeps the nonce; return what it was asked."""
    answer = client.get(f"/comptes/identite/{provider}/login/")
    assert answer.status_code == 302, answer.content
    return asked_of(answer.headers["Location"], issuer)


def asked_of(url: str, issuer: Emetteur) -> dict[str, str]:
    assert url.startswith(f"{issuer.adresse}/autoriser?")
    asked = {k: v[0] for k, v in parse_qs(urlsplit(url).query).items()}
    issuer.nonce = asked["nonce"]
    return asked


def come_back(client: Client, asked: dict[str, str], provider: str = "proconnect") -> Any:
    parameters = {"code": "code", "state": asked["state"]}
    return client.get(f"/comptes/identite/{provider}/login/callback/", parameters)


def sign_in(client: Client, issuer: Emetteur, provider: str = "proconnect") -> Any:
    return come_back(client, leave(client, issuer, provider), provider)


def signed_in(client: Client) -> int | None:
    account = client.session.get("_auth_user_id")
    return int(account) if account else None


def test_a_verified_address_opens_the_account_and_joins_it(
    client: Client, emetteur: Emetteur, directeur: Utilisateur
) -> None:
    answer = sign_in(client, emetteur)
    assert answer.status_code == 302
    assert signed_in(client) == directeur.pk
    joined = SocialAccount.objects.get()
    assert (joined.provider, joined.uid, joined.extra_data) == ("proconnect", "sujet-1", {})
    assert Entree.objects.get(action="compte.identite_reliee").acteur == directeur.pk
    assert Utilisateur.objects.count() == 1


def test_afterwards_the_subject_is_enough(client: Client, emetteur: Emetteur, directeur: Utilisateur) -> None:
    sign_in(client, emetteur)
    client.logout()
    emetteur.courriel = "autre@essai.example"
    sign_in(client, emetteur)
    assert signed_in(client) == directeur.pk
    assert Utilisateur.objects.get(pk=directeur.pk).email == "directeur@essai.example"


def test_what_is_asked_of_the_issuer(client: Client, emetteur: Emetteur, directeur: Utilisateur) -> None:
    asked = leave(client, emetteur)
    assert asked["client_id"] == CLIENT
    assert asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["nonce"]) >= 32
    assert "openid" in asked["scope"].split()
    come_back(client, asked)
    sent = emetteur.recus[0]
    challenge = base64.urlsafe_b64encode(hashlib.sha256(sent["code_verifier"][0].encode()).digest())
    assert challenge.decode().rstrip("=") == asked["code_challenge"]


def test_the_address_cannot_change_what_is_asked(client: Client, emetteur: Emetteur) -> None:
    answer = client.get(
        "/comptes/identite/proconnect/login/", {"auth_params": "nonce=choisi&prompt=none", "scope": "tout"}
    )
    asked = asked_of(answer.headers["Location"], emetteur)
    assert asked["nonce"] != "choisi"
    assert "prompt" not in asked
    assert "tout" not in asked["scope"]


def test_pro_sante_connect_keeps_the_rpps_and_nothing_else(
    client: Client, emetteur: Emetteur, directeur: Utilisateur
) -> None:
    emetteur.en_plus = {
        "email_verified": True,
        "SubjectNameID": "899700000001",
        "family_name": "X",
        "given_name": "Y",
    }
    asked = leave(client, emetteur, "pro-sante-connect")
    assert asked["acr_values"] == "eidas1"
    come_back(client, asked, "pro-sante-connect")
    assert signed_in(client) == directeur.pk
    joined = SocialAccount.objects.get()
    assert (joined.provider, joined.uid, joined.extra_data) == ("pro-sante-connect", "899700000001", {})
    assert Utilisateur.objects.get(pk=directeur.pk).nom == "Directeur achats"


@pytest.mark.parametrize("verified", [False, None, "true"])
def test_an_address_that_is_not_verified_opens_nothing(
    client: Client, emetteur: Emetteur, directeur: Utilisateur, verified: object
) -> None:
    emetteur.en_plus = {} if verified is None else {"email_verified": verified}
    answer = sign_in(client, emetteur)
    assert answer.status_code == 403
    assert "aucun compte" in answer.content.decode()
    assert signed_in(client) is None
    assert not SocialAccount.objects.exists()


def test_nobody_gets_a_new_account(client: Client, emetteur: Emetteur, directeur: Utilisateur) -> None:
    emetteur.courriel = "inconnu@essai.example"
    answer = sign_in(client, emetteur)
    assert answer.status_code == 403
    assert signed_in(client) is None
    assert Utilisateur.objects.count() == 1


def test_a_closed_account_stays_closed(client: Client, emetteur: Emetteur, directeur: Utilisateur) -> None:
    Utilisateur.objects.update(is_active=False)
    assert sign_in(client, emetteur).status_code == 403
    Utilisateur.objects.update(is_active=True)
    sign_in(client, emetteur)
    client.logout()
    Utilisateur.objects.update(is_active=False)
    sign_in(client, emetteur)
    assert signed_in(client) is None


def set_claim(name: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(claims: dict[str, Any]) -> None:
        if value is None:
            claims.pop(name)
        else:
            claims[name] = value

    return change


def none_signed(claims: dict[str, Any]) -> str:
    return jwt_none({**claims, "iat": 0, "exp": 4_000_000_000})


def jwt_none(claims: dict[str, Any]) -> str:
    parts = [{"alg": "none", "kid": "rsa"}, claims]
    return (
        ".".join(base64.urlsafe_b64encode(json.dumps(p).encode()).decode().rstrip("=") for p in parts) + "."
    )


def hmac_signed(claims: dict[str, Any]) -> str:
    """The classic confusion: HMAC keyed with the issuer's public key."""
    import hmac

    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    public = RSA.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    head, body, _ = jwt_none({**claims, "iat": 0, "exp": 4_000_000_000}).split(".")
    head = base64.urlsafe_b64encode(b'{"alg":"HS256","kid":"rsa"}').decode().rstrip("=")
    mac = hmac.new(public, f"{head}.{body}".encode(), "sha256").digest()
    return f"{head}.{body}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"


PAST = datetime.now(UTC) - timedelta(hours=1)
FAUTES: dict[str, dict[str, Any]] = {
    "signed by another key": {"signer_info": lambda c: sign(c, AUTRE_RSA)},
    "unknown key": {"signer_info": lambda c: sign(c, AUTRE_RSA, kid="inconnue")},
    "algorithm none": {"signer_info": none_signed},
    "HMAC with the public key": {"signer_info": hmac_signed},
    "not a token": {"signer_info": lambda c: "bonjour"},
    "unsigned JSON": {"signer_info": lambda c: json.dumps(c, default=str), "type_info": "application/json"},
    "unsigned JSON called a JWT": {"signer_info": lambda c: json.dumps(c, default=str)},
    "signed, called JSON": {"type_info": "application/json"},
    "another audience": {"changer_info": set_claim("aud", "autre-client")},
    "no audience": {"changer_info": set_claim("aud", None)},
    "two audiences, another party": {"changer_info": set_claim("aud", [CLIENT, "autre"])},
    "another issuer": {"changer_info": set_claim("iss", "https://autre.example")},
    "expired": {"changer_info": set_claim("exp", PAST)},
    "no expiry": {"changer_info": set_claim("exp", None)},
    "not yet valid": {"changer_info": set_claim("nbf", datetime(2100, 1, 1, tzinfo=UTC))},
    "another subject": {"changer_info": set_claim("sub", "sujet-2")},
    "no subject": {"changer_info": set_claim("sub", None)},
    "id_token signed by another key": {"signer_id": lambda c: sign(c, AUTRE_RSA)},
    "id_token of algorithm none": {"signer_id": none_signed},
    "id_token for another audience": {"changer_id": set_claim("aud", "autre-client")},
    "id_token expired": {"changer_id": set_claim("exp", PAST)},
    "id_token with another nonce": {"changer_id": set_claim("nonce", "autre")},
    "id_token without nonce": {"changer_id": set_claim("nonce", None)},
    "id_token absent": {"signer_id": lambda c: ""},
    "configuration of another issuer": {"configuration": {"issuer": "https://autre.example"}},
    "keys elsewhere without https": {"configuration": {"jwks_uri": "http://autre.example/cles"}},
    "no keys": {"cles": []},
}


@pytest.mark.parametrize("faute", FAUTES)
def test_what_is_not_proved_opens_nothing(
    client: Client, emetteur: Emetteur, directeur: Utilisateur, faute: str
) -> None:
    asked = leave(client, emetteur)
    for name, value in FAUTES[faute].items():
        setattr(emetteur, name, value)
    answer = come_back(client, asked)
    assert answer.status_code < 500
    assert signed_in(client) is None, faute
    assert not SocialAccount.objects.exists()
    assert "n'a pas abouti" in answer.content.decode()


def test_an_issuer_that_does_not_answer_says_so(
    client: Client, emetteur: Emetteur, directeur: Utilisateur, settings: Any
) -> None:
    asked = leave(client, emetteur)
    apps = settings.SOCIALACCOUNT_PROVIDERS["oidc_signe"]["APPS"]
    for app in apps:
        app["settings"]["server_url"] = "http://127.0.0.1:9"
    for answer in (client.get("/comptes/identite/proconnect/login/"), come_back(client, asked)):
        assert answer.status_code < 500
        assert "n'a pas abouti" in answer.content.decode()


def test_an_elliptic_key_is_accepted(client: Client, emetteur: Emetteur, directeur: Utilisateur) -> None:
    emetteur.signer_info = emetteur.signer_id = lambda c: sign(c, EC, "ES256", "ec")
    sign_in(client, emetteur)
    assert signed_in(client) == directeur.pk


def test_a_state_serves_once_and_only_its_session(
    client: Client, emetteur: Emetteur, directeur: Utilisateur
) -> None:
    asked = leave(client, emetteur)
    other = Client()
    come_back(other, asked)
    assert signed_in(other) is None
    come_back(client, asked)
    assert signed_in(client) == directeur.pk
    client.logout()
    come_back(client, asked)
    assert signed_in(client) is None


def test_joining_an_identity_to_the_session_needs_the_form(
    client: Client, emetteur: Emetteur, directeur: Utilisateur, creer_utilisateur: Callable[..., Utilisateur]
) -> None:
    """A link must not join an identity: somebody could have it followed."""
    acheteur = creer_utilisateur(email="acheteur@essai.example")
    emetteur.courriel, emetteur.en_plus = None, {}
    client.force_login(acheteur)
    answer = client.get("/comptes/identite/proconnect/login/", {"process": "connect"})
    assert answer.status_code == 200
    assert emetteur.nonce is None, "the link only shows the form"
    page = client.post("/comptes/identite/proconnect/login/", {"process": "connect"})
    assert page.status_code == 200
    come_back(client, asked_of(page.context["url"], emetteur))
    assert SocialAccount.objects.get().user == acheteur
    page = client.get("/comptes/3rdparty/")
    assert page.status_code == 200
    assert "ProConnect" in page.content.decode()
    client.post("/comptes/3rdparty/", {"account": SocialAccount.objects.get().pk})
    assert SocialAccount.objects.exists() is not acheteur.has_usable_password()


def test_without_configuration_there_is_no_issuer(client: Client, db: None) -> None:
    assert build_apps({}) == []
    assert client.get("/comptes/identite/proconnect/login/").status_code == 404
    assert client.get("/comptes/identite/proconnect/login/callback/").status_code == 404
    assert "ProConnect" not in client.get("/comptes/login/").content.decode()


def test_the_sign_in_page_shows_the_configured_issuers(client: Client, db: None, emetteur: Emetteur) -> None:
    text = client.get("/comptes/login/").content.decode()
    assert "ProConnect" in text
    assert "Pro Santé Connect" in text


def test_a_half_configured_issuer_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="FANAL_PSC_CLIENT et FANAL_PSC_SECRET"):
        build_apps({"FANAL_PSC_ADRESSE": "https://emetteur.example"})


def test_a_key_without_name_serves_only_alone() -> None:
    now = datetime.now(UTC)
    claims = {"iss": "i", "aud": "a", "sub": "s", "exp": now + timedelta(minutes=1)}
    token = sign(claims, kid=None)
    one = [public_jwk(RSA, "x", "RS256")]
    common = {"issuer": "i", "audience": "a", "now": now}
    assert verify(token, keys=one, **common)["sub"] == "s"
    with pytest.raises(JetonRefuse):
        verify(token, keys=[*one, public_jwk(AUTRE_RSA, "y", "RS256")], **common)
    with pytest.raises(JetonRefuse, match="expired"):
        verify(token, keys=one, **{**common, "now": now + timedelta(minutes=2)})
    assert verify(token, keys=one, **{**common, "now": now + timedelta(seconds=80)}), (
        "a small clock difference"
    )
