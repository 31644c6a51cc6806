"""Numbers, amounts, rates and dates as French people write them, and the three ways of having no value.

A figure that is zero, one that nobody gave, one that cannot be computed and one that has no meaning here are
four different things: they never look alike.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from enum import Enum
from typing import Any

from django.utils import timezone

FINE = "\u202f"  # narrow no-break space between thousands, as CLDR writes French
INSECABLE = "\u00a0"  # no-break space before a unit
MOINS = "\u2212"


class Absence(Enum):
    """Why there is no value. `None` means « non calculable » for a figure, « non renseigné » for a text."""

    NON_CALCULABLE = "non calculable"
    NON_RENSEIGNE = "non renseigné"
    SANS_OBJET = "sans objet"


@dataclass(frozen=True)
class Valeur:
    """A cell's value with the mark that tells by whom and why it was changed, or where it leads.

    `marque` is a whole sentence ("Corrigé par la DGOS le 14/03/2022 : référence saisie au nouveau prix.").
    `url`: the address, or what makes it: a table of thousands of rows makes those of the page shown.
    """

    valeur: Any
    marque: str = ""
    url: str | Callable[[], str] = ""

    @property
    def adresse(self) -> str:
        """Where the value leads; empty when nowhere."""
        return self.url if isinstance(self.url, str) else self.url()


def en_decimal(valeur: Any) -> Decimal | None:
    """*valeur* as a finite `Decimal`, or `None` when it is none."""
    if valeur is None or isinstance(valeur, (Absence, bool)):
        return None
    try:
        nombre = Decimal(str(valeur))
    except InvalidOperation:
        return None
    return nombre if nombre.is_finite() else None


def ecrire_nombre(valeur: Any, decimales: int | None = None) -> str | None:
    """`1 234,56`: thousands parted by a narrow no-break space, a real minus sign, a decimal comma.

    Without *decimales* the number keeps the ones it has, less trailing zeros. `None` when it is no number.
    """
    nombre = en_decimal(valeur)
    if nombre is None:
        return None
    if decimales is not None:
        nombre = nombre.quantize(Decimal(1).scaleb(-decimales), rounding=ROUND_HALF_UP)
    texte = f"{abs(nombre):,f}"
    if decimales is None and "." in texte:
        texte = texte.rstrip("0").rstrip(".")
    texte = texte.replace(",", FINE).replace(".", ",")
    return f"{MOINS}{texte}" if nombre < 0 else texte


def ecrire_montant(valeur: Any, decimales: int = 2) -> str | None:
    """`1 234,56 €`."""
    nombre = ecrire_nombre(valeur, decimales)
    return None if nombre is None else f"{nombre}{INSECABLE}€"


def ecrire_millions(valeur: Any) -> str | None:
    """`21,4 M€` from euros; under a million the plain rounded amount, as people say it."""
    nombre = en_decimal(valeur)
    if nombre is None:
        return None
    if abs(nombre) < 1_000_000:
        return ecrire_montant(nombre, 0)
    return f"{ecrire_nombre(nombre / 1_000_000, 1)}{INSECABLE}M€"


def ecrire_taux(valeur: Any, decimales: int = 1) -> str | None:
    """`12,3 %` from the rate 0.123."""
    nombre = en_decimal(valeur)
    return None if nombre is None else f"{ecrire_nombre(nombre * 100, decimales)}{INSECABLE}%"


def ecrire_date(valeur: Any) -> str | None:
    """`31/12/2025`; an instant is written in local time, `31/12/2025 à 14:05`."""
    if isinstance(valeur, datetime):
        local = timezone.localtime(valeur) if timezone.is_aware(valeur) else valeur
        return f"{local:%d/%m/%Y} à {local:%H:%M}"
    return f"{valeur:%d/%m/%Y}" if isinstance(valeur, date) else None
