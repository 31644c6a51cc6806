"""Verification of the JWT that an issuer signs. No network, no Django: keys and time are given.

Rules: OpenID Connect Core 1.0, 3.1.3.7 (id_token) and 5.3.2 (signed user information); RFC 8725 (JWT
practices).
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import jwt

# Asymmetric only: "none" and the HMAC family would let anybody who knows the public key sign.
ALGORITHMES = ("RS256", "PS256", "ES256")
MARGE_SECONDES = 30


class JetonRefuse(Exception):
    """The token proves nothing; the message says why, for the log."""


def verify(
    token: str,
    *,
    keys: Iterable[Mapping[str, Any]],
    issuer: str,
    audience: str,
    now: datetime,
    sub: str | None = None,
    nonce: str | None = None,
) -> dict[str, Any]:
    """The claims of *token*, signed by one of *keys* (JWK), for *audience*, from *issuer*, not expired at
    *now*.

    With *sub*, its subject must be that one (the user information of the same person); with *nonce*, it must
    carry
    it (this very sign-in). Raises JetonRefuse.
    """
    try:
        header = jwt.get_unverified_header(token)
        algorithm = header.get("alg")
        if algorithm not in ALGORITHMES:
            raise JetonRefuse(f"algorithm {algorithm!r} is not accepted")
        claims: dict[str, Any] = jwt.decode(
            token,
            key=_key(keys, header.get("kid"), algorithm),
            algorithms=[algorithm],
            audience=audience,
            issuer=issuer,
            # Time is checked below, against the caller's clock.
            options={
                "require": ["exp", "iss", "aud", "sub"],
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
            },
        )
    except jwt.PyJWTError as error:
        raise JetonRefuse(str(error)) from error
    _check_times(claims, now)
    if sub is not None and claims["sub"] != sub:
        raise JetonRefuse("the subject is not the one who signed in")
    if nonce is not None and claims.get("nonce") != nonce:
        raise JetonRefuse("the nonce is not the one that was sent")
    if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and claims.get("azp") != audience:
        raise JetonRefuse("the token was issued to another client")
    return claims


def _key(keys: Iterable[Mapping[str, Any]], kid: str | None, algorithm: str) -> jwt.PyJWK:
    usable = [
        k
        for k in keys
        if k.get("kty") in ("RSA", "EC")
        and k.get("use", "sig") == "sig"
        and k.get("alg", algorithm) == algorithm
    ]
    named = [k for k in usable if kid is not None and k.get("kid") == kid]
    # An issuer with a single key may leave it unnamed.
    chosen = named or ([usable[0]] if kid is None and len(usable) == 1 else [])
    if len(chosen) != 1:
        raise JetonRefuse("no key of the issuer matches")
    return jwt.PyJWK.from_dict(dict(chosen[0]), algorithm=algorithm)


def _check_times(claims: Mapping[str, Any], now: datetime) -> None:
    instant = now.timestamp()
    for claim in ("exp", "nbf", "iat"):
        if claim in claims and not isinstance(claims[claim], int | float):
            raise JetonRefuse(f"{claim} is not a time")
    if claims["exp"] <= instant - MARGE_SECONDES:
        raise JetonRefuse("the token has expired")
    if (
        claims.get("nbf", instant) > instant + MARGE_SECONDES
        or claims.get("iat", instant) > instant + MARGE_SECONDES
    ):
        raise JetonRefuse("the token is not valid yet")
