"""Bringing what was ordered to pieces: prices and quantities are compared on the same unit only."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from fanal.depots.noms import normaliser
from fanal.prix.compute.ecarts import CONTENANTS

PIECES = {"", "u", "un", "unite", "piece", "pce"}
PIECE = "pièce"
# « boîte de 20 », « BTE x20 »: the number that a container says of itself, and nothing after it.
_DIT = re.compile(r"[^\W\d]\s+(?:de\s+|[x×]\s*)(\d+)\s*$", re.IGNORECASE)


def pieces(
    unite: str, *, unite_marche: str, conditionnement: Decimal, unites_catalogue: Decimal | None
) -> Decimal | None:
    """How many pieces one ordered unit holds; `None` when it is a container whose content is unknown.

    A line written in the contract's unit, or without a unit, holds the contract's packaging; any other
    container takes the packaging of the contract when it is one too, else that of the catalogue, unless its
    own words say another number.
    """
    written, contract = normaliser(unite), normaliser(unite_marche)
    if not written or (contract and written == contract):
        return conditionnement if contract else Decimal(1)
    if written in PIECES or not contenant(unite):
        return Decimal(1)
    held = conditionnement if contract and contenant(unite_marche) else unites_catalogue
    said = _DIT.search(unite)
    return None if held is not None and said and Decimal(said[1]) != held else held


def contenant(unite: str) -> bool:
    """Whether a unit names a container (box, carton…): alone, it says nothing of the pieces inside."""
    words = {normaliser(word) for word in unite.replace("/", " ").replace("-", " ").split()}
    return any(word in CONTENANTS or word.removesuffix("s") in CONTENANTS for word in words)


@dataclass(frozen=True)
class Base:
    """What the purchases of a product are counted in: `unite`, pieces unless `en_pieces` is false.

    `facteurs`: how many of it each written unit holds, `None` when it is not comparable. `gelee`: how many
    of it one unit of the frozen reference holds.
    """

    facteurs: Mapping[str, Decimal | None]
    unite: str
    en_pieces: bool = True
    gelee: Decimal = Decimal(1)


def choisir_base(
    unites: Collection[str],
    contenu: Callable[[str], Decimal | None],
    *,
    bordereau: bool,
    gelee: str | None,
) -> Base:
    """The base of a product bought in *unites*; *contenu* tells the pieces in a unit.

    *bordereau*: a contract's list prices it, by the piece. *gelee*: the unit of its frozen reference, `None`
    without one: a price frozen for a box is never held against pieces.
    """
    names = {normaliser(u) for u in unites}
    one = min(unites) if len(names) == 1 else ""
    if gelee is not None and contenant(gelee):
        held, box = contenu(gelee), normaliser(gelee)
        if held is None or (names <= {box} and not bordereau):
            return Base({u: Decimal(1) if normaliser(u) == box else None for u in unites}, gelee, False)
        return Base({u: contenu(u) for u in unites}, PIECE, gelee=held)
    if gelee is None and one and not bordereau:
        # Bought in one unit only: that unit is as good as a piece.
        return Base(dict.fromkeys(unites, Decimal(1)), one, not contenant(one))
    loose = one and not bordereau and not contenant(one)
    return Base({u: contenu(u) for u in unites}, one if loose else PIECE)
