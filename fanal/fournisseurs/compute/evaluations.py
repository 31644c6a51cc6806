"""The mark of a supplier: weighted criteria, month by month, months without orders left out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from dateutil.relativedelta import relativedelta

CENTIEME = Decimal("0.01")


@dataclass(frozen=True)
class Periode:
    """An evaluation as the computation takes it: days included, {criterion: mark out of 5}."""

    du: date
    au: date
    notes: Mapping[str, int]


@dataclass(frozen=True)
class Mois:
    """One month: its mark out of 5, None when it is not scored; `commandes` None when nobody knows."""

    debut: date
    note: Decimal | None
    commandes: bool | None


def note(notes: Mapping[str, int], poids: Mapping[str, Decimal]) -> Decimal | None:
    """The weighted mean of the marks given, out of 5, to the hundredth; None when none is weighted.

    A criterion that nobody marked does not count, and does not count as zero.
    """
    marked = [(Decimal(v), poids[c]) for c, v in notes.items() if poids.get(c)]
    total = sum((weight for _, weight in marked), Decimal(0))
    if not total:
        return None
    return (sum((v * w for v, w in marked), Decimal(0)) / total).quantize(CENTIEME, ROUND_HALF_UP)


def par_mois(
    periodes: Iterable[Periode], poids: Mapping[str, Decimal], commandes: frozenset[date] | None
) -> list[Mois]:
    """The mark of each month that an evaluation covers.

    *commandes*: first days of the months with orders, None when orders are not known at all. A month without
    orders is not scored; several evaluations of a month are averaged.
    """
    marks: dict[date, list[Decimal]] = {}
    for period in periodes:
        value = note(period.notes, poids)
        for month in _mois(period.du, period.au):
            marks.setdefault(month, [])
            if value is not None:
                marks[month].append(value)
    found = []
    for month in sorted(marks):
        ordered = None if commandes is None else month in commandes
        scored = marks[month] and ordered is not False
        found.append(Mois(month, moyenne(marks[month]) if scored else None, ordered))
    return found


def moyenne(valeurs: Iterable[Decimal]) -> Decimal | None:
    """The mean to the hundredth; None of nothing."""
    listed = list(valeurs)
    if not listed:
        return None
    return (sum(listed, Decimal(0)) / len(listed)).quantize(CENTIEME, ROUND_HALF_UP)


def _mois(du: date, au: date) -> Iterable[date]:
    month = du.replace(day=1)
    while month <= au:
        yield month
        month += relativedelta(months=1)
