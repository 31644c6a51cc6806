"""Bringing what was ordered to pieces: prices and quantities are compared on the same unit only."""

from decimal import Decimal

from fanal.depots.noms import normaliser
from fanal.prix.compute.ecarts import CONTENANTS

PIECES = {"", "u", "un", "unite", "piece", "pce"}


def pieces(
    unite: str, *, unite_marche: str, conditionnement: Decimal, unites_catalogue: Decimal | None
) -> Decimal | None:
    """How many pieces one ordered unit holds; `None` when it is a container whose content is unknown.

    A line written in the contract's unit, or without a unit, holds the contract's packaging; any other
    container takes the packaging of the contract when it is one too, else that of the catalogue.
    """
    written, contract = normaliser(unite), normaliser(unite_marche)
    if not written or (contract and written == contract):
        return conditionnement if contract else Decimal(1)
    if written in PIECES or not contenant(unite):
        return Decimal(1)
    if contract and contenant(unite_marche):
        return conditionnement
    return unites_catalogue


def contenant(unite: str) -> bool:
    """Whether a unit names a container (box, carton…): alone, it says nothing of the pieces inside."""
    words = {normaliser(word) for word in unite.replace("/", " ").replace("-", " ").split()}
    return any(word in CONTENANTS or word.removesuffix("s") in CONTENANTS for word in words)
