"""Exact numbers as French people read them, and their rounding."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

MOIS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
SENS = ("superieur", "proche", "inferieur")
Nombre = Decimal | Fraction | int


@dataclass(frozen=True)
class Arrondi:
    """How many decimals, and which way: `superieur` (up), `proche` (half up) or `inferieur` (down)."""

    decimales: int
    sens: str = "proche"

    @property
    def phrase(self) -> str:
        way = {
            "superieur": "au-dessus",
            "proche": "au plus proche",
            "inferieur": "en dessous",
        }[self.sens]
        return f"{self.decimales} décimale{'s' if self.decimales > 1 else ''}, {way}"


def arrondir(valeur: Nombre, arrondi: Arrondi) -> Decimal:
    """*valeur* (not negative) with the decimals of *arrondi*; exact, whatever the length of the fraction."""
    scaled = Fraction(valeur) * 10**arrondi.decimales
    if arrondi.sens == "superieur":
        units = -(-scaled.numerator // scaled.denominator)
    elif arrondi.sens == "inferieur":
        units = scaled.numerator // scaled.denominator
    else:
        shifted = scaled + Fraction(1, 2)
        units = shifted.numerator // shifted.denominator
    return Decimal(units).scaleb(-arrondi.decimales)


def en_decimal(valeur: Nombre, decimales: int = 10) -> Decimal:
    """*valeur* as a decimal of at most *decimales* digits after the comma, half away from zero."""
    exact = Fraction(valeur)
    rounded = arrondir(abs(exact), Arrondi(decimales))
    return -rounded if exact < 0 else rounded


def ecrire(valeur: Nombre, decimales: int = 6, minimum: int = 0) -> str:
    """`1,0425`: up to *decimales* digits, at least *minimum*, an ellipsis when some were cut."""
    exact = Fraction(valeur)
    rounded = en_decimal(exact, decimales)
    digits = f"{abs(rounded):f}"
    head, _, tail = digits.partition(".")
    tail = tail.rstrip("0").ljust(minimum, "0")
    cut = "…" if Fraction(rounded) != exact else ""
    groups = f"{int(head):,}".replace(",", "\u202f")
    sign = "\u2212" if rounded < 0 else ""
    return f"{sign}{groups}{',' if tail else ''}{tail}{cut}"


def ecrire_prix(valeur: Nombre) -> str:
    """`12,50 €`: two decimals at least, six at most."""
    return f"{ecrire(valeur, 6, 2)}\u00a0€"


def ecrire_part(valeur: Nombre, decimales: int = 2) -> str:
    """`+3,5 %` from 0.035: a variation, always with its sign."""
    percent = en_decimal(Fraction(valeur) * 100, decimales)
    sign = "+" if percent > 0 else ""
    return f"{sign}{ecrire(percent, decimales)}\u00a0%"


def ecrire_mois(mois: date) -> str:
    """`janvier 2024`."""
    return f"{MOIS[mois.month - 1]} {mois.year}"


def ordre_naturel(cle: str) -> tuple[tuple[int, int, str], ...]:
    """The order in which people number lines: 2 before 10, « 3a » after « 3 »."""
    parts = re.findall(r"\d+|\D+", cle)
    return tuple((0, int(p), "") if p.isdecimal() else (1, 0, p) for p in parts)


def premier_du_mois(le: date) -> date:
    """The first day of the month of *le*."""
    return le.replace(day=1)


def decaler(mois: date, nombre: int) -> date:
    """The first day of the month *nombre* months after (before, if negative) the month of *mois*.

    Raises OverflowError out of the calendar.
    """
    rank = mois.year * 12 + mois.month - 1 + nombre
    if not 12 <= rank < 9999 * 12:
        raise OverflowError(f"{nombre} mois")
    return date(rank // 12, rank % 12 + 1, 1)
