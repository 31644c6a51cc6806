"""Numbers as French people write them, one cell at a time: only for cells the vectorised reading left."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from fanal.depots.noms import ESPACES

_BLANCS = re.compile(f"[{ESPACES}']")
_FRANCAIS = re.compile(
    rf"^[0-9]{{1,3}}(?:[{ESPACES}'][0-9]{{3}})*(?:,[0-9]+)?$|^[0-9]+(?:,[0-9]*)?$|^,[0-9]+$"
)
_POINT = re.compile(rf"^[0-9]{{1,3}}(?:[{ESPACES}'][0-9]{{3}})*\.[0-9]+$|^[0-9]+(?:\.[0-9]*)?$|^\.[0-9]+$")
_POINTS_MILLIERS = re.compile(r"^[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]+)?$")
_VIRGULES_MILLIERS = re.compile(r"^[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+$|^[0-9]{1,3}(?:,[0-9]{3}){2,}$")
_AMBIGU = re.compile(r"^[0-9]{1,3}\.[0-9]{3}$")
_SCIENTIFIQUE = re.compile(r"^[0-9]+(?:[.,][0-9]+)?[eE][-+]?[0-9]{1,2}$")
_UNITE = re.compile(r"\s*(?:(k|m|md)\s*)?(?:€|euros?|eur)\s*(?:ttc|ht)?\s*$", re.IGNORECASE)
_MULTIPLES = {"k": Decimal(1000), "m": Decimal(1_000_000), "md": Decimal(1_000_000_000)}
# Decimal(38, 6) holds 32 digits before the comma; an amount with more than 18 is a keying error.
_MAXIMUM = Decimal(10) ** 18

# What the reading did beyond presentation: (rule, severity), see fanal.depots.formats.REGLES_LECTURE.
INTERPRETEE = ("valeur-interpretee", "information")
AMBIGU = ("nombre-ambigu", "controle")
POURCENTAGE = ("pourcentage", "information")
POURCENTAGE_MONTANT = ("pourcentage", "controle")


def lire_nombre(texte: str, *, euros: bool = False) -> tuple[Decimal, tuple[str, str] | None] | None:
    """The number a person wrote and, when its value had to be interpreted, the remark it deserves.

    None when it is not a number. Spaces between groups, the currency sign and the decimal comma are
    presentation; parentheses, multiples (k€), percentages and foreign separators are interpretation.
    """
    nu = texte.strip().replace("\u2212", "-")
    remarque: tuple[str, str] | None = None
    nu, facteur, pourcent = _unite(nu)
    if facteur != 1:
        remarque = INTERPRETEE
    if pourcent:
        remarque = POURCENTAGE_MONTANT if euros else POURCENTAGE
    nu, signe, interprete = _signe(nu)
    remarque = remarque or (INTERPRETEE if interprete else None)
    if _FRANCAIS.match(nu):
        chiffres = _BLANCS.sub("", nu).replace(",", ".")
    elif _POINT.match(nu):
        chiffres = _BLANCS.sub("", nu)
        remarque = AMBIGU if _AMBIGU.match(nu) else remarque
    elif _POINTS_MILLIERS.match(nu):
        chiffres, remarque = nu.replace(".", "").replace(",", "."), remarque or INTERPRETEE
    elif _VIRGULES_MILLIERS.match(nu):
        chiffres, remarque = nu.replace(",", ""), remarque or INTERPRETEE
    elif _SCIENTIFIQUE.match(nu):
        chiffres, remarque = nu.replace(",", "."), remarque or INTERPRETEE
    else:
        return None
    try:
        valeur = signe * facteur * Decimal(chiffres if chiffres not in ("", ".") else "x")
    except InvalidOperation:
        return None
    return (valeur, remarque) if abs(valeur) < _MAXIMUM else None


def _unite(nu: str) -> tuple[str, Decimal, bool]:
    if nu.endswith("%"):
        return nu[:-1].rstrip(ESPACES), Decimal("0.01"), True
    unite = _UNITE.search(nu)
    if unite is None:
        return nu.removeprefix("€").strip(ESPACES), Decimal(1), False
    multiple = (unite.group(1) or "").lower()
    return nu[: unite.start()].rstrip(ESPACES), _MULTIPLES.get(multiple, Decimal(1)), False


def _signe(nu: str) -> tuple[str, int, bool]:
    """The digits, their sign, and whether the sign was written in a way worth telling."""
    if nu.startswith("(") and nu.endswith(")"):
        nu, _, _ = _unite(nu[1:-1].strip(ESPACES))
        return nu, -1, True
    if nu.endswith("-"):
        return nu[:-1].rstrip(ESPACES), -1, True
    if nu[:1] in "+-" and nu:
        return nu[1:].lstrip(ESPACES), -1 if nu[0] == "-" else 1, False
    return nu, 1, False
