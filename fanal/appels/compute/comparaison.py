"""Projects compared on one indicator: spread first, then each one's place and its own past. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

MINIMUM_QUARTILES = 4  # fewer values than quarters say nothing of quarters


@dataclass(frozen=True)
class Dispersion:
    """The spread of values: quartiles by linear interpolation between ranks, both ends included.

    `q1` and `q3` are None under four values, everything is None without any.
    """

    nombre: int
    minimum: Decimal | None = None
    q1: Decimal | None = None
    mediane: Decimal | None = None
    q3: Decimal | None = None
    maximum: Decimal | None = None
    moyenne: Decimal | None = None

    @property
    def etendue(self) -> Decimal | None:
        """Highest less lowest."""
        return None if self.maximum is None or self.minimum is None else self.maximum - self.minimum

    @property
    def interquartile(self) -> Decimal | None:
        """Third quartile less first: the middle half of the projects."""
        return None if self.q1 is None or self.q3 is None else self.q3 - self.q1


def dispersion(valeurs: Sequence[Decimal]) -> Dispersion:
    """The spread of *valeurs*."""
    if not valeurs:
        return Dispersion(0)
    rangees = sorted(valeurs)
    quarts = len(rangees) >= MINIMUM_QUARTILES
    return Dispersion(
        nombre=len(rangees),
        minimum=rangees[0],
        q1=_quantile(rangees, 1) if quarts else None,
        mediane=_quantile(rangees, 2),
        q3=_quantile(rangees, 3) if quarts else None,
        maximum=rangees[-1],
        moyenne=sum(rangees, Decimal(0)) / len(rangees),
    )


def _quantile(rangees: Sequence[Decimal], quart: int) -> Decimal:
    """The quartile *quart* of sorted values, between the two ranks that surround it."""
    entier, reste = divmod((len(rangees) - 1) * quart, 4)
    if not reste:
        return rangees[entier]
    return rangees[entier] + (rangees[entier + 1] - rangees[entier]) * Decimal(reste) / 4


def place(valeur: Decimal, d: Dispersion, sens: str) -> str:
    """Where a value stands among the projects, in words: which quarter, and which way is better."""
    if d.q1 is None or d.q3 is None or d.mediane is None:
        return "trop peu de projets pour comparer"
    bas, haut = {
        "hausse": ("parmi le quart le moins avancé", "parmi le quart le plus avancé"),
        "baisse": ("parmi le quart le plus avancé", "parmi le quart le moins avancé"),
    }.get(sens, ("dans le quart le plus bas", "dans le quart le plus haut"))
    if valeur < d.q1:
        return bas
    if valeur > d.q3:
        return haut
    return "dans la moitié centrale"


@dataclass(frozen=True)
class Evolution:
    """A project against its own past: its two latest measures, and the change between them."""

    precedente: Decimal | None
    derniere: Decimal | None
    le: date | None = None

    @property
    def ecart(self) -> Decimal | None:
        """Latest less previous; None when there are not two."""
        return None if self.precedente is None or self.derniere is None else self.derniere - self.precedente


def evolution(mesures: Mapping[date, Decimal]) -> Evolution:
    """The change between the two latest measures of a project, by day."""
    jours = sorted(mesures)
    if not jours:
        return Evolution(None, None)
    avant = mesures[jours[-2]] if len(jours) > 1 else None
    return Evolution(avant, mesures[jours[-1]], jours[-1])


def mediane_par_date(series: Mapping[date, Sequence[Decimal]]) -> list[tuple[date, Dispersion]]:
    """The spread at each due date, in order: does the group move, does it draw closer?"""
    return [(jour, dispersion(series[jour])) for jour in sorted(series)]
