"""The same product in the same unit, paid differently: between establishments and against the contract.

And what aligning prices would save.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from fanal.moteurs.consolidation.mesures import MILLIONIEME, euros
from fanal.moteurs.consolidation.requetes.prix import Achats, exact
from fanal.moteurs.lac.schema import CENTIMES, DIX_MILLIEMES

# (product, unit, establishment) → the contract's price of a unit, excl. VAT; None when there is none.
PrixMarche = Callable[[str, str | None, str], Decimal | None]


def sans_marche(produit: str, unite: str | None, finess: str) -> Decimal | None:
    """No contract is known."""
    return None


@dataclass(frozen=True)
class PrixPaye:
    """What one establishment paid, and what it would have saved at three prices; never negative.

    `au_marche` is None without a contract's price. `ecart` is price / lowest − 1.
    """

    achats: Achats
    prix: Decimal
    ecart: Decimal | None
    prix_marche: Decimal | None
    au_meilleur: Decimal
    au_median: Decimal
    au_marche: Decimal | None


@dataclass(frozen=True)
class Dispersion:
    """One product in one unit, bought by at least two establishments; the dearest first.

    `moyen` is the weighted mean: all amounts over all quantities. `potentiel_*` add up their rows.
    """

    produit: str
    unite: str | None
    prix: tuple[PrixPaye, ...]
    mini: Decimal
    median: Decimal
    maxi: Decimal
    moyen: Decimal
    montant_ht: Decimal
    quantite: Decimal
    potentiel_meilleur: Decimal
    potentiel_median: Decimal
    potentiel_marche: Decimal | None

    @property
    def ecart(self) -> Decimal | None:
        """(highest − lowest) / lowest, a fraction of 1; None when the lowest is zero."""
        return _ecart(Fraction(self.maxi), Fraction(self.mini))


def disperser(
    achats: Iterable[Achats], prix_marche: PrixMarche = sans_marche, *, minimum: int = 2
) -> list[Dispersion]:
    """Products bought by at least *minimum* establishments in the same unit, the largest potential first.

    Purchases without a mean price (quantity taken back whole, free units alone) are left out; a unit that is
    not written is not known to be the same, and is left out too.
    """
    groups: dict[tuple[str, str], list[Achats]] = {}
    for bought in achats:
        if bought.comparable and bought.unite is not None:
            groups.setdefault((bought.produit, bought.unite), []).append(bought)
    found = [_disperser(group, prix_marche) for group in groups.values() if len(group) >= minimum]
    return sorted(found, key=lambda d: (-d.potentiel_meilleur, d.produit, d.unite or ""))


def _disperser(group: Sequence[Achats], prix_marche: PrixMarche) -> Dispersion:
    prices = {a.finess: exact(a) for a in group}
    ranked = sorted(prices.values())
    low, middle = ranked[0], rang(ranked, Fraction(1, 2))
    rows = sorted((_paye(a, prices[a.finess], low, middle, prix_marche) for a in group), key=_plus_cher)
    contract = [r.au_marche for r in rows if r.au_marche is not None]
    cents, units = sum(a.cents for a in group), sum(a.dix_milliemes for a in group)
    return Dispersion(
        produit=group[0].produit,
        unite=group[0].unite,
        prix=tuple(rows),
        mini=au_millionieme(low),
        median=au_millionieme(middle),
        maxi=au_millionieme(ranked[-1]),
        moyen=au_millionieme(Fraction(cents * DIX_MILLIEMES, units * CENTIMES)),
        montant_ht=euros(cents) or Decimal("0.00"),
        quantite=Decimal(units).scaleb(-4),
        potentiel_meilleur=sum((r.au_meilleur for r in rows), Decimal("0.00")),
        potentiel_median=sum((r.au_median for r in rows), Decimal("0.00")),
        potentiel_marche=sum(contract, Decimal("0.00")) if contract else None,
    )


def _plus_cher(row: PrixPaye) -> tuple[Decimal, str]:
    return -row.prix, row.achats.finess


def _paye(a: Achats, price: Fraction, low: Fraction, middle: Fraction, prix_marche: PrixMarche) -> PrixPaye:
    agreed = prix_marche(a.produit, a.unite, a.finess)
    return PrixPaye(
        achats=a,
        prix=au_millionieme(price),
        ecart=_ecart(price, low),
        prix_marche=agreed,
        au_meilleur=economie(a, low),
        au_median=economie(a, middle),
        au_marche=None if agreed is None else economie(a, Fraction(agreed)),
    )


def economie(achats: Achats, prix: Fraction) -> Decimal:
    """What buying the same quantity at *prix* would have saved, to the cent; zero when it is dearer."""
    saved = Fraction(achats.cents) - prix * achats.dix_milliemes * CENTIMES / DIX_MILLIEMES
    return euros(max(int(saved + Fraction(1, 2)), 0) if saved > 0 else 0) or Decimal("0.00")


def rang(values: Sequence[Fraction], part: Fraction) -> Fraction:
    """A quantile of sorted values by linear interpolation."""
    place = part * (len(values) - 1)
    low = int(place)
    high = min(low + 1, len(values) - 1)
    return values[low] + (values[high] - values[low]) * (place - low)


def au_millionieme(exacte: Fraction) -> Decimal:
    """A price rounded half up to the millionth."""
    return (Decimal(exacte.numerator) / Decimal(exacte.denominator)).quantize(MILLIONIEME, ROUND_HALF_UP)


def _ecart(price: Fraction, low: Fraction) -> Decimal | None:
    return None if low == 0 else au_millionieme(price / low - 1).quantize(Decimal("0.0001"), ROUND_HALF_UP)


@dataclass(frozen=True)
class QuartilesAilleurs:
    """The quartiles of the price of a unit over other buyers, `acheteurs` of them."""

    produit: str
    unite: str
    bas: Decimal
    median: Decimal
    haut: Decimal
    acheteurs: int


def quartiles_ailleurs(
    achats: Iterable[Achats], acheteur: Callable[[str], str], *, minimum: int
) -> dict[tuple[str, str], QuartilesAilleurs]:
    """Quartiles by product and unit, over the weighted mean price of each buyer.

    *acheteur*: who buys for an establishment (its GHT, or itself). Fewer than *minimum* buyers: nothing is
    told, for a price of another hospital is a business secret.
    """
    sums: dict[tuple[str, str], dict[str, tuple[int, int]]] = {}
    for bought in achats:
        if bought.comparable and bought.unite is not None:
            group = sums.setdefault((bought.produit, bought.unite), {})
            cents, units = group.get(acheteur(bought.finess), (0, 0))
            group[acheteur(bought.finess)] = (cents + bought.cents, units + bought.dix_milliemes)
    found = {}
    for (product, unit), group in sums.items():
        if len(group) >= minimum:
            values = sorted(Fraction(c * DIX_MILLIEMES, u * CENTIMES) for c, u in group.values())
            low, middle, high = (au_millionieme(rang(values, Fraction(q, 4))) for q in (1, 2, 3))
            found[product, unit] = QuartilesAilleurs(product, unit, low, middle, high, len(values))
    return found
