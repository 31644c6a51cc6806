"""Dates as people write them, one cell at a time: only for cells the vectorised reading left."""

from __future__ import annotations

import re
from datetime import date, timedelta

from fanal.depots.noms import normaliser

_MOIS = {
    m: i
    for i, noms in enumerate(
        (
            "janvier janv jan",
            "fevrier fevr fev",
            "mars mar",
            "avril avr",
            "mai",
            "juin",
            "juillet juil",
            "aout",
            "septembre sept sep",
            "octobre oct",
            "novembre nov",
            "decembre dec",
        ),
        1,
    )
    for m in noms.split()
}
_CHIFFRES = re.compile(
    r"^(\d{1,4})\s*[/.\- ]\s*(\d{1,2})\s*[/.\- ]\s*(\d{1,4})(?:[T ]+(\d{1,2}:\d{2}(?::\d{2})?.*))?$"
)
_LETTRES = re.compile(
    r"^(?:\w+\s+)?(\d{1,2})(?:er)?[\s.\-/]+([^\W\d]+)[\s.\-/]+(\d{2}|\d{4})$", re.IGNORECASE
)
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_SERIE = re.compile(r"^(\d{5})(?:[.,]\d+)?$")
# Excel counts days from 30 December 1899 (its own 1900 leap-year error included). 1954 to 2119.
SERIE_MIN, SERIE_MAX = 20000, 80000
_ORIGINE = date(1899, 12, 30)

INTERPRETEE = ("valeur-interpretee", "information")


def depuis_serie(jours: float) -> date | None:
    """The date behind an Excel serial number, or None when it is too far to be one."""
    return _ORIGINE + timedelta(days=int(jours)) if SERIE_MIN <= jours <= SERIE_MAX else None


def lire_date(texte: str, ordre: str = "jma") -> tuple[date, tuple[str, str] | None] | None:
    """The date a person wrote and, when it had to be interpreted, the remark it deserves; None otherwise.

    `ordre`: "jma" (day first), "mja" (month first) or "amj". Two-digit years below 70 are of this century.
    """
    nu = texte.strip()
    serie = _SERIE.match(nu)
    if serie:
        jour = depuis_serie(int(serie.group(1)))
        return (jour, INTERPRETEE) if jour else None
    compact = _COMPACT.match(nu)
    if compact:
        return _dater(compact.group(1), compact.group(2), compact.group(3), INTERPRETEE)
    lettres = _LETTRES.match(nu)
    if lettres:
        mois = _MOIS.get(normaliser(lettres.group(2)))
        return _dater(lettres.group(3), str(mois), lettres.group(1), None) if mois else None
    chiffres = _CHIFFRES.match(nu)
    if not chiffres:
        return None
    a, b, c, heure = chiffres.groups()
    remarque = INTERPRETEE if heure and set(heure) & set("123456789") else None
    if len(a) == 4:
        return _dater(a, b, c, remarque)
    if len(a) == 3 or len(c) in (1, 3):
        return None
    if ordre == "mja":
        a, b = b, a
    elif ordre == "amj" and len(c) == 2:
        a, c = c, a
    return _dater(c, b, a, remarque)


def _dater(
    annee: str, mois: str, jour: str, remarque: tuple[str, str] | None
) -> tuple[date, tuple[str, str] | None] | None:
    valeur = int(annee)
    if len(annee) == 2:
        valeur += 2000 if valeur < 70 else 1900
        remarque = INTERPRETEE
    try:
        return date(valeur, int(mois), int(jour)), remarque
    except ValueError:
        return None
