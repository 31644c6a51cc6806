"""What one product was paid: month by month, and by each establishment. Rebates are never in a unit price."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from fanal.moteurs.consolidation.axes import AXES
from fanal.moteurs.consolidation.contexte import Contexte
from fanal.moteurs.consolidation.filtres import Filtres
from fanal.moteurs.consolidation.mesures import MILLIONIEME, euros, prix_moyen, quantite
from fanal.moteurs.consolidation.requetes.croisement import grouper
from fanal.moteurs.lac.schema import CENTIMES, DIX_MILLIEMES

AGREGATS = ("ht_prix", "quantite_prix", "quantite_gratuite", "prix_min", "prix_max", "lignes")
# (product, unit) → how many pieces one unit holds and what a piece is called; None: not known.
Pieces = Callable[[str, str | None], tuple[Fraction, str] | None]


@dataclass(frozen=True)
class Achats:
    """What one establishment bought of one product in one unit: orders and credit notes, then free units.

    Integers of the lake: `cents` excl. VAT, `dix_milliemes` of units. `prix_min`, `prix_max`: the unit
    prices written on its order lines, in millionths.
    """

    produit: str
    unite: str | None
    finess: str
    cents: int
    dix_milliemes: int
    gratuites: int
    lignes: int
    prix_min: int | None = None
    prix_max: int | None = None
    mois: str | None = None

    @property
    def comparable(self) -> bool:
        """Whether a mean price exists: a positive quantity and an amount that is not negative."""
        return self.dix_milliemes > 0 and self.cents >= 0

    @property
    def prix(self) -> Decimal | None:
        """The weighted mean price of a unit: amount / quantity of orders and credit notes."""
        return prix_moyen(self.cents, self.dix_milliemes) if self.comparable else None

    @property
    def prix_effectif(self) -> Decimal | None:
        """The same over the quantity with free units."""
        return prix_moyen(self.cents, self.dix_milliemes + self.gratuites) if self.comparable else None

    @property
    def montant_ht(self) -> Decimal:
        return euros(self.cents) or Decimal("0.00")

    @property
    def quantite(self) -> Decimal:
        return quantite(self.dix_milliemes) or Decimal(0)

    @property
    def quantite_gratuite(self) -> Decimal:
        return quantite(self.gratuites) or Decimal(0)

    @property
    def bornes(self) -> tuple[Decimal | None, Decimal | None]:
        """The lowest and highest unit price written on a line."""
        return _prix(self.prix_min), _prix(self.prix_max)


def _prix(millioniemes: int | None) -> Decimal | None:
    return None if millioniemes is None else (Decimal(millioniemes) * MILLIONIEME).quantize(MILLIONIEME)


def exact(achats: Achats) -> Fraction:
    """The mean price of a unit, exact."""
    return Fraction(achats.cents * DIX_MILLIEMES, achats.dix_milliemes * CENTIMES)


def serie_prix(
    ctx: Contexte,
    filtres: Filtres,
    *,
    codes: frozenset[int] | None = None,
) -> list[Achats]:
    """The purchases of the products that filters keep, by month, establishment, product and unit.

    *codes*: the establishments whose prices may be told. Ordered by product, unit, month, establishment;
    lines without a product are left out.
    """
    found = _lire(ctx, filtres, codes, ("mois", "code_produit", "unite", "finess"))
    return sorted(found, key=lambda a: (a.produit, a.unite or "", a.mois or "", a.finess))


def achats_par_etablissement(
    ctx: Contexte,
    filtres: Filtres,
    *,
    codes: frozenset[int] | None = None,
    pieces: Pieces | None = None,
) -> list[Achats]:
    """The purchases of each product by establishment and unit over the months that filters keep.

    *pieces* puts packages on the same unit: quantities in a known container count the pieces in it.
    """
    found = _lire(ctx, filtres, codes, ("code_produit", "unite", "finess"))
    return en_pieces(found, pieces) if pieces else found


def _lire(ctx: Contexte, filtres: Filtres, codes: frozenset[int] | None, axes: Sequence[str]) -> list[Achats]:
    kept = filtres.avec("code_produit", "!=", "")
    columns, numbers = grouper(ctx, kept, [AXES[a] for a in axes], AGREGATS, codes=codes)
    texts = [
        columns[a].textes() if a in columns else None for a in ("code_produit", "unite", "finess", "mois")
    ]
    numerics = [numbers[n].to_pylist() for n in AGREGATS]
    found = []
    for i, (cents, units, free, low, high, lines) in enumerate(zip(*numerics, strict=True)):
        product, unit, place, month = (column[i] if column else None for column in texts)
        if cents is not None or free is not None:
            found.append(
                Achats(
                    product or "", unit, place or "", int(cents or 0), int(units or 0), int(free or 0), lines,
                    low, high, month,
                )
            )  # fmt: skip
    return found


def en_pieces(achats: Sequence[Achats], pieces: Pieces) -> list[Achats]:
    """The same purchases counted in pieces where it is known how many a unit holds, then added together.

    A quantity that does not fall on a ten-thousandth of a piece is left in its own unit.
    """
    sums: dict[tuple[str, str | None, str, str | None], Achats] = {}
    for bought in achats:
        moved = _en_pieces(bought, pieces(bought.produit, bought.unite))
        key = (moved.produit, moved.unite, moved.finess, moved.mois)
        sums[key] = _ajouter(sums[key], moved) if key in sums else moved
    return list(sums.values())


def _en_pieces(bought: Achats, known: tuple[Fraction, str] | None) -> Achats:
    if known is None:
        return bought
    factor, unit = known
    units, free = bought.dix_milliemes * factor, bought.gratuites * factor
    if units.denominator != 1 or free.denominator != 1:
        return bought
    low, high = (None if p is None else round(p / factor) for p in (bought.prix_min, bought.prix_max))
    return Achats(
        bought.produit, unit, bought.finess, bought.cents, int(units), int(free), bought.lignes, low, high,
        bought.mois,
    )  # fmt: skip


def _ajouter(a: Achats, b: Achats) -> Achats:
    return Achats(
        a.produit,
        a.unite,
        a.finess,
        a.cents + b.cents,
        a.dix_milliemes + b.dix_milliemes,
        a.gratuites + b.gratuites,
        a.lignes + b.lignes,
        min((p for p in (a.prix_min, b.prix_min) if p is not None), default=None),
        max((p for p in (a.prix_max, b.prix_max) if p is not None), default=None),
        a.mois,
    )
