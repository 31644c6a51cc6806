"""The canonical form of an entry and its hash: pure, so that anybody can recompute the chain."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

ORIGINE = "0" * 64


def canonical_data(value: Any) -> Any:
    """*value* as the JSON that both bases give back unchanged.

    Floats become text (PostgreSQL stores JSON numbers as decimals and would not return 1e16 as written);
    NUL and lone surrogates, which PostgreSQL refuses, are replaced; dates and amounts become text.
    Raises TypeError on anything else.
    """
    match value:
        case None | bool() | int():
            return value
        case str():
            return clean_text(value)
        case float():
            return repr(value)
        case Decimal() | UUID():
            return str(value)
        case date():
            return value.isoformat()
        case Mapping():
            return {clean_text(str(k)): canonical_data(v) for k, v in value.items()}
        case list() | tuple() | set() | frozenset():
            items = sorted(value, key=str) if isinstance(value, set | frozenset) else value
            return [canonical_data(v) for v in items]
    raise TypeError(f"The journal cannot hold a {type(value).__name__}.")


def clean_text(text: str) -> str:
    """*text* without what PostgreSQL cannot store."""
    return text.replace("\x00", "�").encode("utf-8", "replace").decode("utf-8")


def compute_hash(
    *,
    numero: int,
    instant: datetime,
    acteur: int | None,
    action: str,
    objet_type: str,
    objet_id: str,
    motif: str,
    donnees: Mapping[str, Any],
    precedente: str,
) -> str:
    """SHA-256, in hexadecimal, of every field of an entry and of the hash of the one before."""
    document = {
        "numero": numero,
        "instant": instant.astimezone(UTC).isoformat(timespec="microseconds"),
        "acteur": acteur,
        "action": action,
        "objet_type": objet_type,
        "objet_id": objet_id,
        "motif": motif,
        "donnees": donnees,
        "precedente": precedente,
    }
    text = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
