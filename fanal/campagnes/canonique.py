"""Canonical JSON and its SHA-256: the same content always gives the same hash, on any base."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any


def to_json(value: Any) -> Any:
    """*value* with JSON types only: Decimal and dates become text.

    Raises TypeError on a float, whose text could differ from one base to another.
    """
    match value:
        case None | bool() | int() | str():
            return value
        case Decimal():
            return format(value, "f")
        case datetime() | date():
            return value.isoformat()
        case Mapping():
            return {str(k): to_json(v) for k, v in value.items()}
        case list() | tuple():
            return [to_json(v) for v in value]
    raise TypeError(f"{type(value).__name__} has no canonical JSON form.")


def canonical(value: Any) -> bytes:
    """The canonical bytes of *value*: sorted keys, no spaces, UTF-8."""
    texte = json.dumps(to_json(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return texte.encode()


def sha256(value: Any) -> str:
    """The SHA-256 of the canonical bytes of *value*, in hexadecimal."""
    return hashlib.sha256(canonical(value)).hexdigest()
