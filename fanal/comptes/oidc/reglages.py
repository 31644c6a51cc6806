"""The issuers configured by the environment. An issuer without its variables does not exist."""

from collections.abc import Mapping
from typing import Any

# Prefix of the variables, identifier in addresses, name shown, settings of the issuer.
EMETTEURS = (
    ("FANAL_PROCONNECT", "proconnect", "ProConnect", {"scope": ["openid", "email", "uid", "siret"]}),
    (
        "FANAL_PSC",
        "pro-sante-connect",
        "Pro Santé Connect",
        # SubjectNameID is the national number of the health worker (RPPS); eidas1 is the level that the ANS
        # asks for.
        {
            "scope": ["openid", "scope_all"],
            "uid_field": "SubjectNameID",
            "auth_params": {"acr_values": "eidas1"},
        },
    ),
)


def build_apps(environ: Mapping[str, str]) -> list[dict[str, Any]]:
    """The allauth applications for the issuers whose address, client and secret are given.

    Variables, for FANAL_PROCONNECT and FANAL_PSC: _ADRESSE (the issuer), _CLIENT, _SECRET, and
    _COURRIEL_FIABLE=1
    when every address this issuer gives may be taken as verified. Raises ValueError when only some are given.
    """
    apps = []
    for prefix, identifier, name, settings in EMETTEURS:
        values = {part: environ.get(f"{prefix}_{part}", "") for part in ("ADRESSE", "CLIENT", "SECRET")}
        if not any(values.values()):
            continue
        missing = [f"{prefix}_{part}" for part, value in values.items() if not value]
        if missing:
            raise ValueError(f"Pour {name}, il manque {' et '.join(missing)}.")
        apps.append(
            {
                "provider_id": identifier,
                "name": name,
                "client_id": values["CLIENT"],
                "secret": values["SECRET"],
                "settings": {
                    **settings,
                    "server_url": values["ADRESSE"].rstrip("/"),
                    "trust_email": environ.get(f"{prefix}_COURRIEL_FIABLE") == "1",
                },
            }
        )
    return apps
