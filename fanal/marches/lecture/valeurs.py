"""What one value of a contract is worth: read, or unknown with the rule that says why.

Every reader returns the value and a rule code ("" when the value is good); the phrases stand in `phrases`.
"""

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

# Before the computerised publication of contracts no notification date is plausible; past a year ahead of the
# day of the import, neither.
ANNEE_MIN = 1990
ANNEES_D_AVANCE = 1
# Fifty years: no contract of the code of public procurement lasts as long.
DUREE_MAX_MOIS = 600
MONTANT_MAX = Decimal(10) ** 13
CENT = Decimal("0.01")

_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
# DECP 1.5 allowed a time zone after the day; converters add an hour.
_FUSEAU = re.compile(r"(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?(?:[+-]\d{2}:?\d{2}Z?|Z)?")
_NOMBRE = re.compile(r"-?\d{1,30}(?:[.,]\d{1,30})?")
_CONTROLES = {c: None for c in range(32) if chr(c) not in "\t\n\r"} | {127: None}
_SUSPECT = re.compile(
    "[ÃÂâÅ][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc"
    "\u2013-\u2022\u2026\u2030\u2039\u203a\u20ac\u2122]"
)
OUI = frozenset({"true", "oui", "vrai", "1", "o", "yes"})
NON = frozenset({"false", "non", "faux", "0", "n", "no"})
ABSENTS = frozenset({"", "null", "none", "nc", "n/a", "na", "nan", "cdl", "inx", "inconnu", "sans objet"})


def texte(valeur: Any) -> str:
    """A scalar as clean text: no control characters, no half characters, blanks joined."""
    if type(valeur) is str and valeur.isprintable() and "  " not in valeur:
        return valeur.strip()
    if valeur is None or isinstance(valeur, dict | list):
        return ""
    brut = valeur if isinstance(valeur, str) else _ecrit(valeur)
    if not brut.isprintable():
        brut = brut.translate(_CONTROLES)
        brut = brut.encode("utf-8", "replace").decode("utf-8") if _demi(brut) else brut
    return " ".join(brut.split())


def _ecrit(valeur: Any) -> str:
    if isinstance(valeur, bool):
        return "true" if valeur else "false"
    if isinstance(valeur, int) and abs(valeur) > 10**40:
        return "nombre démesuré"
    return str(valeur)


def _demi(brut: str) -> bool:
    return any("\ud800" <= c <= "\udfff" for c in brut)


def propre(valeur: Any) -> Any:
    """The same structure, fit to be kept as JSON: texts cleaned, exact numbers as numbers or text."""
    if isinstance(valeur, dict):
        return {texte(k): propre(v) for k, v in valeur.items()}
    if isinstance(valeur, list):
        return [propre(v) for v in valeur]
    if isinstance(valeur, Decimal):
        return float(valeur) if valeur.is_finite() and abs(valeur) < MONTANT_MAX else str(valeur)[:60]
    if isinstance(valeur, str):
        return valeur if valeur.isprintable() else texte(valeur)
    return valeur if valeur is None or isinstance(valeur, bool) or abs(valeur) < 10**15 else texte(valeur)


def accents(brut: str) -> tuple[str, str]:
    """A text whose accents came through several encodings.

    UTF-8 taken for Windows-1252 ("Ã©") is put right, since it is reversible; a lost letter ("\ufffd") stays.
    """
    if brut.isascii():
        return brut, ""
    rule = ""
    if _SUSPECT.search(brut):
        for encodage in ("cp1252", "latin-1"):
            try:
                retabli = brut.encode(encodage).decode("utf-8")
            except UnicodeError:
                continue
            if retabli != brut:
                brut, rule = retabli, "accents-retablis"
                break
        else:
            return brut, "accents-abimes"
    return brut, "accents-abimes" if "\ufffd" in brut else rule


@lru_cache(maxsize=50_000)
def jour(brut: str, aujourd_hui: date) -> tuple[date | None, str]:
    """A day written AAAA-MM-JJ, with or without the hour or the time zone that DECP 1.5 allowed."""
    trouve = _DATE.match(brut)
    if trouve is None:
        return None, "date-forme"
    try:
        lue = date(int(trouve[1]), int(trouve[2]), int(trouve[3]))
    except ValueError:
        return None, "date-forme"
    reste = brut[trouve.end() :]
    if reste and not _FUSEAU.fullmatch(reste):
        return None, "date-forme"
    if not ANNEE_MIN <= lue.year <= aujourd_hui.year + ANNEES_D_AVANCE:
        return None, "date-invraisemblable"
    return lue, "date-fuseau" if reste else ""


def nombre(valeur: Any) -> Decimal | None:
    """An exact number, from a JSON number or its usual spellings; None when it is not one."""
    if isinstance(valeur, Decimal):
        return valeur if valeur.is_finite() else None
    if isinstance(valeur, bool) or valeur is None:
        return None
    if isinstance(valeur, int):
        return Decimal(valeur)
    if isinstance(valeur, float):
        return Decimal(str(valeur)) if abs(valeur) < float("inf") else None
    if not isinstance(valeur, str):
        return None
    compact = "".join(valeur.split())
    if not _NOMBRE.fullmatch(compact):
        return None
    try:
        return Decimal(compact.replace(",", "."))
    except InvalidOperation:
        return None


def montant(valeur: Any) -> tuple[Decimal | None, str]:
    """An amount excluding VAT. Zero and one euro stand for "not known" in published data: unknown."""
    lu = nombre(valeur)
    if lu is None or lu < 0 or lu >= MONTANT_MAX:
        return None, "montant-invalide"
    lu = lu.quantize(CENT)
    return (None, "montant-symbolique") if lu in {0, 1} else (lu, "")


def duree(valeur: Any) -> tuple[int | None, str]:
    """A duration in whole months (DECP: at least 1, tranches and reconductions included)."""
    lu = nombre(valeur)
    if lu is None or lu != lu.to_integral_value() or not 1 <= lu <= DUREE_MAX_MOIS:
        return None, "duree-impossible"
    return int(lu), ""


def entier(valeur: Any, minimum: int, maximum: int) -> tuple[int | None, str]:
    """A whole number between two bounds."""
    lu = nombre(valeur)
    if lu is None or lu != lu.to_integral_value() or not minimum <= lu <= maximum:
        return None, "valeur-forme"
    return int(lu), ""


def part(valeur: Any) -> tuple[Decimal | None, str]:
    """A share between 0 and 1."""
    lu = nombre(valeur)
    if lu is None or not 0 <= lu <= 1:
        return None, "valeur-forme"
    return lu.quantize(Decimal("0.0001")), ""


def booleen(valeur: Any) -> tuple[bool | None, str]:
    """Yes or no, as JSON ("true"), as the XSD ("oui") or as a table writes it."""
    if isinstance(valeur, bool):
        return valeur, ""
    ecrit = texte(valeur).casefold()
    if ecrit in OUI:
        return True, ""
    return (False, "") if ecrit in NON else (None, "valeur-forme")


_CPV = re.compile(r"(\d{8})(?:-(\d))?")


def cpv(brut: str, table: dict[str, str] | None) -> tuple[str, str]:
    """The eight digits of a CPV code. *table* is code -> check digit when the vocabulary is loaded.

    The official vocabulary prints a check digit with each code and DECP does not ask for it: without a table
    the code is only held to its shape.
    """
    trouve = _CPV.fullmatch(brut)
    if trouve is None:
        return "", "cpv-forme"
    code, cle = trouve[1], trouve[2] or ""
    if table is not None:
        if code not in table:
            return "", "cpv-inconnu"
        if cle and table[code] and cle != table[code]:
            return "", "cpv-cle"
    return code, "" if cle else "cpv-sans-cle"


def nature_achat(code_cpv: str) -> str:
    """Supplies, services or works, from the division of the vocabulary (Règlement (CE) n° 213/2008).

    45 is works, 48 (software packages) and the divisions before 45 are supplies, the others services.
    """
    if not code_cpv:
        return ""
    division = int(code_cpv[:2])
    if division == 45:
        return "travaux"
    return "fournitures" if division < 45 or division == 48 else "services"


_LIEUX = {
    "Code postal": re.compile(r"\d{5}"),
    "Code commune": re.compile(r"\d{5}|2[AB]\d{3}"),
    "Code département": re.compile(r"\d{2}|2[AB]|9[78]\d"),
    "Code région": re.compile(r"\d{1,3}"),
}


def lieu_convient(genre: str, code: str) -> bool:
    """Whether a place code has the shape of its kind (INSEE official geographic code)."""
    motif = _LIEUX.get(genre)
    return bool(motif.fullmatch(code)) if motif else 0 < len(code) <= 10


def raccourcir(brut: str, longueur: int, empreinte: str) -> str:
    """A text that must stay distinct within a length: its head, then the head of its hash."""
    return brut if len(brut) <= longueur else f"{brut[: longueur - 9]}…{empreinte[:8]}"
