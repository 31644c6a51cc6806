"""The hash of a request: the same contracts under the same rules have the same one."""

import hashlib
import json
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from fanal.moteurs.convergence.modele import Requete

# Raised when the method changes: an answer kept under an older one is not taken for this one's.
METHODE = 1


def empreinte(requete: Requete) -> str:
    """SHA-256, in hexadecimal, of the canonical writing of the request."""
    texte = json.dumps(
        {"methode": METHODE, **asdict(requete)}, sort_keys=True, separators=(",", ":"), default=_plain
    )
    return hashlib.sha256(texte.encode()).hexdigest()


def _plain(valeur: Any) -> str:
    if isinstance(valeur, date):
        return valeur.isoformat()
    if isinstance(valeur, Decimal):
        return f"{valeur.normalize():f}"
    raise TypeError(f"{type(valeur).__name__} has no canonical writing")
