"""Ceilings: what is used of a maximum, and the day on which it will be used up at the present pace.

Method of the projection [choice of Fanal, its window is a parameter]: the pace is the daily mean of what was
ordered over the window that ends today, a day weighing the less the older it is (linearly, to nothing at the
far end of the window); the remainder divided by that pace gives the day. A percentage alone says nothing:
70 % after two months of a four-year framework is an emergency, 95 % a week before its end is not.
Source of the ceiling: R2162-4 CCP (maximum in value or in quantity).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Context, Decimal, localcontext
from fractions import Fraction
from math import ceil

Point = tuple[date, Decimal]
# Sums of amounts times days stay exact: the default 28 digits would not hold the largest ones.
EXACT = Context(prec=60)

SANS_MAXIMUM, CALME, SEUIL, ATTEINT, DEPASSE = "sans_maximum", "calme", "seuil", "atteint", "depasse"


@dataclass(frozen=True)
class Methode:
    """`fenetre_jours`: days looked at; `observation_minimale_jours`: with fewer, no pace can be told.

    `seuils`: shares of the maximum from which to warn, in increasing order.
    """

    fenetre_jours: int = 365
    observation_minimale_jours: int = 30
    seuils: tuple[Decimal, ...] = (Decimal("0.70"), Decimal("0.85"), Decimal("0.95"))


@dataclass(frozen=True)
class Jauge:
    """Use of one maximum, in euros excl. VAT or in units; `taux` is a fraction, None without a maximum.

    `seuil` is the highest warning level reached, None below them all.
    """

    maximum: Decimal | None
    consomme: Decimal
    reste: Decimal | None
    taux: Decimal | None
    niveau: str
    seuil: Decimal | None = None


def jauge(maximum: Decimal | None, consomme: Decimal, seuils: Sequence[Decimal]) -> Jauge:
    """Where *consomme* stands against *maximum*. A maximum of zero leaves nothing to order."""
    if maximum is None:
        return Jauge(None, consomme, None, None, SANS_MAXIMUM)
    taux = consomme / maximum if maximum else None
    seuil = max((s for s in seuils if consomme >= s * maximum), default=None) if maximum else None
    if consomme > maximum:
        niveau = DEPASSE
    elif consomme == maximum:
        niveau = ATTEINT
    else:
        niveau = CALME if seuil is None else SEUIL
    return Jauge(maximum, consomme, maximum - consomme, taux, niveau, seuil)


def rythme(points: Iterable[Point], *, debut: date | None, le: date, methode: Methode) -> Fraction | None:
    """The weighted daily pace on day *le*; None when less than the minimal observation is known."""
    past = [(day, amount) for day, amount in points if day <= le]
    if not past:
        return None
    first = debut if debut is not None and debut <= le else min(day for day, _ in past)
    window = methode.fenetre_jours
    seen = min(window, (le - first).days + 1)
    if seen < methode.observation_minimale_jours:
        return None
    with localcontext(EXACT):
        weighted = sum(
            (amount * (window - age) for day, amount in past if (age := (le - day).days) < seen), Decimal(0)
        )
    # 1 + 2 + … over the days seen, the latest weighing *window*.
    weights = seen * window - seen * (seen - 1) // 2
    return Fraction(weighted) / weights


def projection(
    points: Sequence[Point],
    *,
    maximum: Decimal | None,
    debut: date | None,
    le: date,
    methode: Methode,
) -> date | None:
    """The day on which *maximum* is used up: past if it already is, else at the present pace.

    None without a maximum, without enough observation, or when nothing is being ordered any more.
    """
    if maximum is None:
        return None
    reached = _reached(points, maximum, le)
    if reached is not None:
        return reached
    pace = rythme(points, debut=debut, le=le, methode=methode)
    if pace is None or pace <= 0:
        return None
    used = sum((amount for day, amount in points if day <= le), Decimal(0))
    try:
        return le + timedelta(days=ceil(Fraction(maximum - used) / pace))
    except OverflowError:
        return None


def _reached(points: Sequence[Point], maximum: Decimal, le: date) -> date | None:
    """The first day since which the total has stayed at the maximum or above."""
    total, since = Decimal(0), None
    by_day: dict[date, Decimal] = {}
    for day, amount in points:
        if day <= le:
            by_day[day] = by_day.get(day, Decimal(0)) + amount
    for day in sorted(by_day):
        total += by_day[day]
        if total < maximum:
            since = None
        elif since is None:
            since = day
    return since
