"""A fake issuer of OpenID Connect, served on the loopback: its answers are made wrong one at a time."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa

CLIENT = "fanal-essai"
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
AUTRE_RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC = ec.generate_private_key(ec.SECP256R1())


def public_jwk(key: Any, kid: str, algorithm: str) -> dict[str, Any]:
    family = (
        jwt.algorithms.ECAlgorithm
        if isinstance(key, ec.EllipticCurvePrivateKey)
        else jwt.algorithms.RSAAlgorithm
    )
    jwk = json.loads(family.to_jwk(key.public_key()))
    return {**jwk, "kid": kid, "use": "sig", "alg": algorithm}


class Emetteur:
    """Signs what it is asked for. `gacher` is a set of faults; `changer_*` edit claims before signing."""

    def __init__(self) -> None:
        self.adresse = ""
        self.sub = "sujet-1"
        self.courriel: str | None = "directeur@essai.example"
        self.nonce: str | None = None
        self.en_plus: dict[str, Any] = {"email_verified": True}
        self.changer_info: Callable[[dict[str, Any]], None] = lambda claims: None
        self.changer_id: Callable[[dict[str, Any]], None] = lambda claims: None
        self.signer_info: Callable[[dict[str, Any]], str] = sign
        self.signer_id: Callable[[dict[str, Any]], str] = sign
        self.type_info = "application/jwt"
        self.configuration: dict[str, Any] = {}
        self.cles = [public_jwk(RSA, "rsa", "RS256"), public_jwk(EC, "ec", "ES256")]
        self.recus: list[dict[str, list[str]]] = []

    def openid_configuration(self) -> dict[str, Any]:
        return {
            "issuer": self.adresse,
            "authorization_endpoint": f"{self.adresse}/autoriser",
            "token_endpoint": f"{self.adresse}/jeton",
            "userinfo_endpoint": f"{self.adresse}/info",
            "jwks_uri": f"{self.adresse}/cles",
            **self.configuration,
        }

    def claims(self) -> dict[str, Any]:
        now = datetime.now(UTC)
        return {
            "iss": self.adresse,
            "aud": CLIENT,
            "sub": self.sub,
            "iat": now,
            "exp": now + timedelta(minutes=2),
        }

    def token(self) -> dict[str, Any]:
        claims = {**self.claims(), "nonce": self.nonce}
        self.changer_id(claims)
        return {"access_token": "acces", "token_type": "Bearer", "id_token": self.signer_id(claims)}

    def info(self) -> str:
        claims = {**self.claims(), **self.en_plus}
        if self.courriel:
            claims["email"] = self.courriel
        self.changer_info(claims)
        return self.signer_info(claims)


def sign(claims: dict[str, Any], key: Any = RSA, algorithm: str = "RS256", kid: str | None = "rsa") -> str:
    return jwt.encode(claims, key, algorithm=algorithm, headers={"kid": kid} if kid else None)


@contextmanager
def serve() -> Iterator[Emetteur]:
    """The issuer, on a free port of the loopback, until the end of the block."""
    issuer = Emetteur()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            match self.path:
                case "/.well-known/openid-configuration":
                    self.answer(json.dumps(issuer.openid_configuration()), "application/json")
                case "/cles":
                    self.answer(json.dumps({"keys": issuer.cles}), "application/json")
                case "/info":
                    assert self.headers["Authorization"] == "Bearer acces"
                    self.answer(issuer.info(), issuer.type_info)
                case _:
                    self.send_error(404)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            issuer.recus.append(parse_qs(body))
            self.answer(json.dumps(issuer.token()), "application/json")

        def answer(self, text: str, kind: str) -> None:
            data = text.encode()
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    issuer.adresse = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
