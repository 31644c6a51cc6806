"""Gaps between the prices of one product code inside a GHT, on the same unit; quartiles of other buyers."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

# Words that name a container: without its content, its price says nothing of the price of a piece.
CONTENANTS = {
    "boite", "bte", "carton", "ctn", "paquet", "pqt", "lot", "sachet", "colis", "palette", "conditionnement",
    "cdt", "caisse", "rouleau", "sac", "etui", "kit",
}  # fmt: skip


@dataclass(frozen=True)
class PrixProduit:
    """The price in force of a product on a contract."""

    marche: int
    identifiant: str
    objet: str
    acheteur: str
    cle: str
    type_code: str
    code: str
    libelle: str
    unite: str
    conditionnement: Decimal
    prix: Decimal
    quantite: Decimal | None
    proprietaire: int | None = None

    @property
    def comparable(self) -> bool:
        """Whether the price of one piece is known."""
        return self.conditionnement != 1 or not _mots(self.unite) & CONTENANTS

    @property
    def prix_piece(self) -> Fraction:
        """Excl. VAT, for one piece: price / packaging, exact."""
        return Fraction(self.prix) / Fraction(self.conditionnement)


@dataclass(frozen=True)
class EcartPrix:
    """One product bought on several contracts: lowest and highest price of a piece, and what aligning saves.

    `enjeu` is Σ (price − lowest) × quantity over the lines whose quantity is known; `None` when none is.
    """

    type_code: str
    code: str
    libelle: str
    lignes: tuple[PrixProduit, ...]
    non_comparables: tuple[PrixProduit, ...]
    mini: Fraction
    maxi: Fraction
    enjeu: Decimal | None

    @property
    def ecart(self) -> Fraction | None:
        """(highest − lowest) / lowest; `None` when the lowest is zero."""
        return self.maxi / self.mini - 1 if self.mini else None


@dataclass(frozen=True)
class Quartiles:
    """Quartiles of the price of a piece over *acheteurs* distinct buyers."""

    bas: Fraction
    median: Fraction
    haut: Fraction
    acheteurs: int


def rapprocher(produits: Iterable[PrixProduit]) -> list[EcartPrix]:
    """Products found on at least two contracts with a comparable price, the largest stake first."""
    groups: dict[tuple[str, str], list[PrixProduit]] = defaultdict(list)
    for product in produits:
        groups[product.type_code, product.code].append(product)
    found = [gap for key, group in groups.items() if (gap := _ecart(*key, group))]
    return sorted(found, key=lambda g: (-(g.enjeu or 0), -(g.ecart or 0), g.type_code, g.code))


def quartiles(prix: Sequence[PrixProduit], minimum: int) -> Quartiles | None:
    """Quartiles (linear interpolation) of one price per buyer; `None` under *minimum* distinct buyers."""
    lowest: dict[int, Fraction] = {}
    for product in prix:
        if product.comparable and product.proprietaire is not None:
            piece = product.prix_piece
            lowest[product.proprietaire] = min(piece, lowest.get(product.proprietaire, piece))
    if len(lowest) < minimum:
        return None
    values = sorted(lowest.values())
    low, middle, high = (_rang(values, Fraction(q, 4)) for q in (1, 2, 3))
    return Quartiles(low, middle, high, len(lowest))


def _rang(values: Sequence[Fraction], part: Fraction) -> Fraction:
    place = part * (len(values) - 1)
    low = int(place)
    high = min(low + 1, len(values) - 1)
    return values[low] + (values[high] - values[low]) * (place - low)


def _ecart(type_code: str, code: str, group: list[PrixProduit]) -> EcartPrix | None:
    lines = sorted((p for p in group if p.comparable), key=lambda p: p.prix_piece)
    if len({p.marche for p in lines}) < 2:
        return None
    lowest = lines[0].prix_piece
    stakes = [
        (p.prix_piece - lowest) * Fraction(p.conditionnement) * Fraction(p.quantite)
        for p in lines
        if p.quantite is not None
    ]
    total = sum(stakes, Fraction(0))
    stake = round(Decimal(total.numerator) / Decimal(total.denominator), 2) if stakes else None
    others = tuple(p for p in group if not p.comparable)
    return EcartPrix(
        type_code, code, lines[0].libelle, tuple(lines), others, lowest, lines[-1].prix_piece, stake
    )


def _mots(unite: str) -> set[str]:
    plain = unicodedata.normalize("NFKD", unite.casefold())
    words = re.findall(r"[a-z]+", "".join(c for c in plain if not unicodedata.combining(c)))
    return {w for word in words for w in (word, word.removesuffix("s"))}
