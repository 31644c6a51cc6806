"""Two-way tables out of groups: which columns are shown, what the others are, cumulated shares. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

Cle = tuple[str | None, ...]
AUTRES = "\x00autres"  # no value of an axis bears it
CLASSES = ("A", "B", "C")


@dataclass(frozen=True)
class Rang:
    """One row: its values on the row axes, its measure by column (absent: no line there), its total."""

    cles: Cle
    valeurs: Mapping[str | None, Decimal | None]
    total: Decimal | None


@dataclass(frozen=True)
class Part:
    """One row of a Pareto: its share, the share cumulated down to it, its class."""

    cles: Cle
    valeur: Decimal
    part: Decimal
    cumul: Decimal
    classe: str


def croiser(
    totaux: Sequence[tuple[Cle, Decimal | None]],
    cases: Sequence[tuple[Cle, str | None, Decimal | None]],
    colonnes: Sequence[str | None],
    gardees: int,
    additive: bool,
) -> tuple[list[str | None], list[Rang]]:
    """The columns shown and the rows, in the order of *totaux*.

    *colonnes* come in their order, of which the first *gardees* are shown; the others are added in AUTRES
    when the measure is additive, left out otherwise.
    """
    shown = list(colonnes[:gardees])
    known, rest = set(shown), len(colonnes) > gardees
    values: dict[Cle, dict[str | None, Decimal | None]] = {}
    for key, column, value in cases:
        row = values.setdefault(key, {})
        if column in known:
            row[column] = value
        elif additive and value is not None:
            row[AUTRES] = (row.get(AUTRES) or Decimal(0)) + value
    rows = [Rang(key, values.get(key, {}), total) for key, total in totaux]
    return [*shown, *([AUTRES] if rest and additive else [])], rows


def pareto(valeurs: Sequence[tuple[Cle, Decimal | None]], seuils: Sequence[Decimal]) -> list[Part]:
    """Rows from the largest and their cumulated share: A up to the first of *seuils*, B the second, C beyond.

    The row that crosses a bound belongs to the class that it completes. Rows without a positive value have no
    share of a whole and are left out.
    """
    kept = sorted(((c, v) for c, v in valeurs if v is not None and v > 0), key=lambda p: (-p[1], str(p[0])))
    whole = sum((v for _, v in kept), Decimal(0))
    found, before = [], Decimal(0)
    for key, value in kept:
        letter = CLASSES[sum(before >= bound * whole for bound in seuils)]
        before += value
        found.append(Part(key, value, value / whole, before / whole, letter))
    return found
