"""What a new price list changes: line by line, in per cent, and in euros over the estimated quantities."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from fanal.prix.compute.ecriture import ecrire, ordre_naturel

AJOUTEE, RETIREE, HAUSSE, BAISSE = "ajoutee", "retiree", "hausse", "baisse"
MODIFIEE, INCHANGEE, ECHUE = "modifiee", "inchangee", "echue"
ORDRE = (HAUSSE, BAISSE, AJOUTEE, RETIREE, MODIFIEE, ECHUE, INCHANGEE)


@dataclass(frozen=True)
class LigneComparee:
    """A line of a list, as compared. Price excl. VAT for one `unite` holding `conditionnement` pieces."""

    cle: str
    libelle: str
    unite: str
    conditionnement: Decimal
    prix: Decimal
    taux_tva: Decimal
    quantite: Decimal | None = None
    type_code: str = ""
    code: str = ""
    au: date | None = None


@dataclass(frozen=True)
class Difference:
    """One line before and after. `variation` is a fraction, `None` when there is nothing to compare.

    `enjeu` is (after − before) × estimated quantity, excl. VAT: `None` when the quantity is unknown.
    """

    cle: str
    genre: str
    avant: LigneComparee | None
    apres: LigneComparee | None
    variation: Fraction | None
    quantite: Decimal | None
    enjeu: Decimal | None
    champs: tuple[str, ...] = ()

    @property
    def libelle(self) -> str:
        line = self.apres or self.avant
        return line.libelle if line else ""

    @property
    def prix_avant(self) -> Decimal | None:
        return self.avant.prix if self.avant else None

    @property
    def prix_apres(self) -> Decimal | None:
        return self.apres.prix if self.apres else None


@dataclass(frozen=True)
class Bilan:
    """The whole difference. `enjeu` adds what is known, `sans_quantite` counts the price changes it lacks."""

    differences: tuple[Difference, ...]
    nombres: dict[str, int]
    enjeu: Decimal
    sans_quantite: int


def comparer(avant: Sequence[LigneComparee], apres: Sequence[LigneComparee], le: date | None = None) -> Bilan:
    """The differences by line key, the most costly first. A line that ended before *le* does not move."""
    before, after = {line.cle: line for line in avant}, {line.cle: line for line in apres}
    found = [_une(key, before.get(key), after.get(key), le) for key in dict.fromkeys([*before, *after])]
    found.sort(key=lambda d: (ORDRE.index(d.genre), -abs(d.enjeu or Decimal(0)), ordre_naturel(d.cle)))
    numbers = {genre: sum(d.genre == genre for d in found) for genre in ORDRE}
    moved = [d for d in found if d.genre in (HAUSSE, BAISSE)]
    return Bilan(
        tuple(found),
        numbers,
        sum((d.enjeu for d in moved if d.enjeu is not None), Decimal(0)),
        sum(d.enjeu is None for d in moved),
    )


def _une(key: str, before: LigneComparee | None, after: LigneComparee | None, le: date | None) -> Difference:
    if before is None or after is None:
        genre = RETIREE if after is None else AJOUTEE
        line = after or before
        return Difference(key, genre, before, after, None, line.quantite if line else None, None)
    fields = _champs(before, after)
    quantity = after.quantite if after.quantite is not None else before.quantite
    # Another packaging is another price unit: prices are compared for one piece.
    old = Fraction(before.prix) / Fraction(before.conditionnement)
    new = Fraction(after.prix) / Fraction(after.conditionnement)
    genre = HAUSSE if new > old else BAISSE if new < old else MODIFIEE if fields else INCHANGEE
    variation = new / old - 1 if old else None
    if le is not None and genre in (HAUSSE, BAISSE) and before.au and before.au < le:
        return Difference(key, ECHUE, before, after, variation, quantity, None, fields)
    gap = (new - old) * Fraction(after.conditionnement)
    stake = None
    if quantity is not None:
        stake = Decimal((gap * Fraction(quantity)).numerator) / Decimal(
            (gap * Fraction(quantity)).denominator
        )
    return Difference(key, genre, before, after, variation, quantity, stake, fields)


def _champs(before: LigneComparee, after: LigneComparee) -> tuple[str, ...]:
    """What changes besides the price, in words."""
    said = []
    for name, title in (("libelle", "libellé"), ("unite", "unité"), ("code", "code")):
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            said.append(f"{title} : {old or 'vide'} → {new or 'vide'}")
    for name, title in (("conditionnement", "conditionnement"), ("taux_tva", "TVA")):
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            said.append(f"{title} : {ecrire(old)} → {ecrire(new)}")
    if before.au != after.au:
        old, new = (f"{d:%d/%m/%Y}" if d else "sans fin" for d in (before.au, after.au))
        said.append(f"fin : {old} → {new}")
    return tuple(said)
