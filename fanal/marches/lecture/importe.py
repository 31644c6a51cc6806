"""The values an import brought, as they are kept beside the contract: what differs later was done by hand."""

from datetime import date
from decimal import Decimal
from typing import Any

from fanal.marches.lecture.resultats import Lu

DIRECTS = frozenset({str, int, bool, list})


def en_json(valeur: Any) -> Any:
    """A value of a contract as JSON: dates AAAA-MM-JJ, exact numbers as plain text."""
    if isinstance(valeur, date):
        return valeur.isoformat()
    if isinstance(valeur, Decimal):
        return format(valeur.normalize(), "f")
    return valeur


def vide(valeur: Any) -> bool:
    """Whether a value is unknown."""
    return valeur is None or valeur == "" or valeur == []


def importables(lu: Lu) -> dict[str, Any]:
    """What this reading brought: known fields of the contract, and its holders."""
    apporte = {
        champ: v if type(v) in DIRECTS else en_json(v)
        for champ, v in lu.valeurs.items()
        if v is not None and v != "" and v != []
    }
    if lu.titulaires:
        apporte["titulaires"] = [list(t) for t in lu.titulaires]
    return apporte
