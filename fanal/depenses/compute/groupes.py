"""Labels without a usable code, grouped so that one decision settles many lines."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class LibelleLu:
    """A label as it was written: its lines and their sum in euros excl. VAT."""

    libelle: str
    lignes: int
    montant: Decimal


@dataclass(frozen=True)
class Groupe:
    """The labels of one key, the most frequent first. `cle` is empty when nothing can be read in them."""

    cle: str
    libelles: tuple[LibelleLu, ...]
    lignes: int = field(init=False)
    montant: Decimal = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "lignes", sum(read.lignes for read in self.libelles))
        object.__setattr__(self, "montant", sum((read.montant for read in self.libelles), ZERO))

    @property
    def libelle(self) -> str:
        """The way it is written most often."""
        return self.libelles[0].libelle


@dataclass(frozen=True)
class Bilan:
    """What the lines of a GHT are worth (euros excl. VAT), by what is known of their product."""

    codes: Decimal = ZERO
    rapproches: Decimal = ZERO
    hors_referentiel: Decimal = ZERO
    a_traiter: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        return self.codes + self.rapproches + self.hors_referentiel + self.a_traiter

    @property
    def sans_code(self) -> Decimal:
        return self.rapproches + self.hors_referentiel + self.a_traiter


def grouper(lus: Iterable[LibelleLu], cle: Callable[[str], str]) -> list[Groupe]:
    """The groups, those that weigh the most first; credit notes count against their group."""
    by_key: dict[str, list[LibelleLu]] = {}
    for read in lus:
        by_key.setdefault(cle(read.libelle), []).append(read)
    groups = [
        Groupe(key, tuple(sorted(reads, key=lambda r: (-r.lignes, r.libelle))))
        for key, reads in by_key.items()
    ]
    return sorted(groups, key=lambda g: (-abs(g.montant), g.cle))
