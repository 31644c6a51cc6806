"""The price of a line at a date, from its history."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

PROMOTION, AVENANT, BPU, REVISION = "promotion", "avenant", "bpu", "revision"


@dataclass(frozen=True)
class PrixDate:
    """One price of a line: from when, where it came from, how it was computed. `au` ends a promotion."""

    prix: Decimal
    depuis: date
    origine: str
    au: date | None = None
    motif: str = ""
    calcul: dict[str, Any] = field(default_factory=dict, hash=False, compare=False)


def contractuel(histoire: Iterable[PrixDate], le: date) -> PrixDate | None:
    """The price of the contract at a date, promotions left out; `None` before the first."""
    held = [p for p in histoire if p.origine != PROMOTION and p.depuis <= le]
    return max(held, key=lambda p: p.depuis) if held else None


def prix_a(histoire: Iterable[PrixDate], le: date) -> PrixDate | None:
    """The price to pay at a date: a promotion that holds that day, else the price of the contract."""
    prices = list(histoire)
    offers = [p for p in prices if p.origine == PROMOTION and p.depuis <= le and (p.au is None or le <= p.au)]
    return max(offers, key=lambda p: p.depuis) if offers else contractuel(prices, le)


def prix_initial(histoire: Iterable[PrixDate], le: date) -> Decimal | Fraction | None:
    """P0 of the formula at a date: the last price agreed (list or amendment), brought back to month zero.

    A price agreed after revisions already holds their coefficient: it is divided by it, exactly.
    """
    agreed = [p for p in histoire if p.origine in (BPU, AVENANT) and p.depuis <= le]
    if not agreed:
        return None
    last = max(agreed, key=lambda p: p.depuis)
    coefficient = Fraction(str(last.calcul.get("coefficient_inclus") or "1"))
    return last.prix if coefficient == 1 else Fraction(last.prix) / coefficient


def points(histoire: Sequence[PrixDate], fin: date) -> list[tuple[date, Decimal]]:
    """The steps of the price to pay, for a picture: each day it changes, then *fin*."""
    days = {p.depuis for p in histoire if p.depuis <= fin}
    days |= {p.au.fromordinal(p.au.toordinal() + 1) for p in histoire if p.au and p.au < fin}
    steps = []
    for day in sorted({*days, fin}):
        price = prix_a(histoire, day)
        if price is not None:
            steps.append((day, price.prix))
    return steps
