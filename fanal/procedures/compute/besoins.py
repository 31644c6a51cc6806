"""Needs of the establishments side by side: one row per product, totals that say what they leave out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from fanal.depots.noms import normaliser

CENTIME = Decimal("0.01")


@dataclass(frozen=True)
class BesoinLu:
    """A need: who, which product, yearly quantity and euros excl. VAT (`None`: unknown)."""

    etablissement: str
    cle: str
    code: str
    designation: str
    unite: str
    quantite: Decimal | None
    montant: Decimal | None


@dataclass
class LigneBesoin:
    """A product: what each establishment needs of it. `unites` has several when they do not agree."""

    cle: str
    code: str
    designation: str
    unites: set[str] = field(default_factory=set)
    quantites: dict[str, Decimal | None] = field(default_factory=dict)
    montants: dict[str, Decimal | None] = field(default_factory=dict)

    @property
    def unite(self) -> str:
        """The unit when all agree, else the units parted by a slash."""
        return " / ".join(sorted(self.unites))

    @property
    def quantite(self) -> Decimal | None:
        """The total quantity; `None` when one is unknown or the units differ: a sum would mislead."""
        if len(self.unites) > 1 or not self.quantites or None in self.quantites.values():
            return None
        return sum((q for q in self.quantites.values() if q is not None), Decimal(0))

    @property
    def montant(self) -> Decimal | None:
        """The sum of the known amounts, `None` when none is known."""
        connus = [m for m in self.montants.values() if m is not None]
        return sum(connus, Decimal(0)) if connus else None

    @property
    def sans_montant(self) -> int:
        """How many establishments gave no amount."""
        return sum(1 for m in self.montants.values() if m is None)


@dataclass(frozen=True)
class Estimation:
    """The value of the homogeneous need at GHT level, excl. VAT, over `mois` months.

    `annuel` is the sum of the known yearly amounts, `None` when none is known; `sans_montant` needs are left
    out: the value is then a floor.
    """

    annuel: Decimal | None
    valeur: Decimal | None
    mois: int
    sans_montant: int


def cle_de(code: str, designation: str) -> str:
    """What makes two needs the same: their code, else their name without accents nor spacing."""
    propre = "".join(code.split()).upper()
    return f"code:{propre}"[:80] if propre else f"nom:{normaliser(designation)}"[:80]


def consolider(besoins: Iterable[BesoinLu]) -> list[LigneBesoin]:
    """One row per product, by designation."""
    lignes: dict[str, LigneBesoin] = {}
    for b in besoins:
        ligne = lignes.setdefault(b.cle, LigneBesoin(b.cle, b.code, b.designation))
        if b.unite:
            ligne.unites.add(b.unite.strip())
        ligne.quantites[b.etablissement] = _plus(ligne.quantites, b.etablissement, b.quantite)
        ligne.montants[b.etablissement] = _plus(ligne.montants, b.etablissement, b.montant)
    return sorted(lignes.values(), key=lambda x: (normaliser(x.designation), x.cle))


def _plus(deja: Mapping[str, Decimal | None], cle: str, valeur: Decimal | None) -> Decimal | None:
    if cle not in deja:
        return valeur
    avant = deja[cle]
    return None if avant is None or valeur is None else avant + valeur


def estimer(lignes: Iterable[LigneBesoin], mois: int | None) -> Estimation:
    """The value over the whole duration, reconductions included; twelve months when it is not known.

    R2121-6 CCP: needs that recur, over twelve months; R2121-8: framework agreements, over their duration.
    """
    toutes = list(lignes)
    connus = [x.montant for x in toutes if x.montant is not None]
    annuel = sum(connus, Decimal(0)) if connus else None
    duree = mois or 12
    valeur = None if annuel is None else (annuel * duree / 12).quantize(CENTIME, rounding=ROUND_HALF_UP)
    return Estimation(annuel, valeur, duree, sum(x.sans_montant for x in toutes))


def ecart(actuel: Decimal | None, avant: Decimal | None) -> Decimal | None:
    """What changed, as a rate of what was; `None` when one is unknown or nothing was."""
    if actuel is None or avant is None or avant == 0:
        return None
    return (actuel - avant) / avant
