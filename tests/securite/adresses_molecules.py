"""Addresses of expensive medicines: arguments, whether of one territory, a role that reaches them."""

from collections.abc import Callable
from typing import Any

from tests.securite.monde_molecules import MoleculesMonde

Arguments = Callable[[MoleculesMonde], dict[str, Any]]


def _demande(m: MoleculesMonde) -> dict[str, Any]:
    return {"numero": m.demande.pk}


MOLECULES: dict[str, tuple[Arguments, bool, str]] = {
    "molecules:demande": (_demande, True, "directeur_achats"),
    "molecules:proposition": (_demande, True, "omedit"),
    "molecules:decision": (_demande, True, "referent_ars"),
    "molecules:rapprochement": (lambda m: {"numero": m.rapprochement.pk}, True, "omedit"),
    "molecules:appel": (lambda m: {"code": m.code}, True, "referent_ars"),
    # The lists are those of the nation: every OMEDIT and agency keeps them.
    "molecules:importation": (lambda m: {"numero": m.importation.pk}, False, "omedit"),
}
