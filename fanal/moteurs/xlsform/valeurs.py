"""Values of answers: reading them in canonical form, and what they become in an expression.

In an expression a value is a text, a number (Decimal, where ODK has binary fractions: 0.1 + 0.2 is 0.3),
true or false, or an instant that is both a number of days since 1 January 1970 and its text. A blank is "",
and NaN where a number is needed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import Any
from zoneinfo import ZoneInfo

from fanal.moteurs.xlsform.modele import Element

PARIS = ZoneInfo("Europe/Paris")
NAN = Decimal("NaN")
# Nothing is trapped: as in XPath, a division by zero is an infinity and nonsense is not a number.
CALCULS = Context(prec=28, Emax=999, Emin=-999)
for _signal in (InvalidOperation, DivisionByZero, Overflow):
    CALCULS.traps[_signal] = False

_EPOQUE = date(1970, 1, 1)
_NOMBRE = re.compile(r"[-+]?(\d+([.,]\d*)?|[.,]\d+)")
_NOMBRE_XPATH = re.compile(r"\s*-?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d{1,3})?\s*")
_DATE_FRANCAISE = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
_HEURE = re.compile(r"(\d{1,2})[:hH](\d{2})(?::(\d{2})(?:\.\d+)?)?(?:Z|[-+]\d{2}:\d{2})?")
_ESPACES = str.maketrans("", "", " \u00a0\u202f\u2009")
_CONTROLES = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
TEXTE_MAX = 20_000
CHIFFRES_MAX = 18
ANNEES = (1900, 2200)


@dataclass(frozen=True)
class Moment:
    """A date, a time or both, in an expression: days (Decimal) and text in ISO 8601. `genre` as elements'."""

    jours: Decimal
    texte: str
    genre: str = "date"


Valeur = str | Decimal | bool | Moment


class Fautive(ValueError):
    """An answer that is not of the type of its question; its text is a French sentence."""


def moment_date(jour: date) -> Moment:
    """A day as a value: 1 January 1970 is day 0."""
    return Moment(Decimal((jour - _EPOQUE).days), jour.isoformat())


def moment_heure(heure: time) -> Moment:
    """A time of day as a value: a part of a day."""
    secondes = heure.hour * 3600 + heure.minute * 60 + heure.second
    return Moment(CALCULS.divide(Decimal(secondes), Decimal(86_400)), heure.isoformat()[:5], "heure")


def moment_date_heure(instant: datetime) -> Moment:
    """A date and time as a value, on the clock of Paris."""
    locale = instant.astimezone(PARIS) if instant.tzinfo else instant.replace(tzinfo=PARIS)
    jours = moment_date(locale.date()).jours + moment_heure(locale.time()).jours
    return Moment(jours, locale.isoformat(timespec="seconds"), "date_heure")


def est_vide(valeur: Any) -> bool:
    """Whether an answer says nothing: absent, spaces only, or an empty list."""
    if isinstance(valeur, str):
        return not valeur.strip()
    return valeur is None or valeur == [] or valeur == {}


def canonique(element: Element, valeur: Any) -> Any:
    """An answer in the one form kept and compared. Raises Fautive with a sentence when it is not of the type.

    Page, file and API all pass here: "1 250,50" and 1250.5 are both "1250.50" and "1250.5".
    """
    if est_vide(valeur):
        return ""
    return _LECTEURS[element.genre](valeur)


def _texte(valeur: Any) -> str:
    if isinstance(valeur, (int, float, Decimal)) and not isinstance(valeur, bool):
        valeur = ecrire_nombre(Decimal(str(valeur)))
    if not isinstance(valeur, str):
        raise Fautive("un texte est attendu ici.")
    if len(valeur) > TEXTE_MAX:
        raise Fautive(f"ce texte compte {len(valeur)} caractères ; {TEXTE_MAX} au plus sont admis.")
    return nettoyer(valeur)


def nettoyer(texte: str) -> str:
    """The text without what a workbook or a database could not hold, or give back the same."""
    return _CONTROLES.sub("", texte.replace("\r\n", "\n")).strip()


def _nombre(valeur: Any) -> Decimal:
    if isinstance(valeur, (int, float, Decimal)) and not isinstance(valeur, bool):
        nombre = Decimal(str(valeur))
        if nombre.is_finite() and nombre.adjusted() < CHIFFRES_MAX and nombre.adjusted() > -CHIFFRES_MAX:
            return Decimal(ecrire_nombre(nombre))
    elif isinstance(valeur, str):
        brut = valeur.translate(_ESPACES).removesuffix("€").replace("−", "-")
        if _NOMBRE.fullmatch(brut) and len(brut) <= 2 * CHIFFRES_MAX:
            nombre = Decimal(brut.replace(",", "."))
            if nombre.adjusted() < CHIFFRES_MAX:
                return nombre
    raise Fautive(f"« {_extrait(valeur)} » n'est pas un nombre. Écrivez-le en chiffres, par exemple 1250,50.")


def _decimal(valeur: Any) -> str:
    return ecrire_nombre(_nombre(valeur))


def _entier(valeur: Any) -> str:
    nombre = _nombre(valeur)
    if nombre != nombre.to_integral_value():
        raise Fautive(f"« {_extrait(valeur)} » n'est pas un nombre entier. Écrivez-le sans virgule.")
    return ecrire_nombre(nombre)


def _date(valeur: Any) -> str:
    try:
        if isinstance(valeur, str):
            texte = valeur.strip()
            if francaise := _DATE_FRANCAISE.fullmatch(texte):
                jour, mois, annee = map(int, francaise.groups())
                return _dans_les_bornes(date(annee, mois, jour)).isoformat()
            if len(texte) > 10 and texte[10] in " T" and texte[11:].startswith("00:00"):
                texte = texte[:10]
            if len(texte) == 10:
                return _dans_les_bornes(date.fromisoformat(texte)).isoformat()
    except ValueError:
        pass
    raise Fautive(
        f"« {_extrait(valeur)} » n'est pas une date. Écrivez-la jour/mois/année, par exemple 15/09/2025."
    )


def _dans_les_bornes(jour: date) -> date:
    """The day, when its year is one that people mean: beyond, a slip of the keyboard, and sums overflow."""
    if not ANNEES[0] <= jour.year <= ANNEES[1]:
        raise ValueError("year")
    return jour


def _heure(valeur: Any) -> str:
    lue = _HEURE.fullmatch(valeur.strip()) if isinstance(valeur, str) else None
    if lue and int(lue.group(1)) < 24 and int(lue.group(2)) < 60:
        return f"{int(lue.group(1)):02}:{lue.group(2)}"
    raise Fautive(f"« {_extrait(valeur)} » n'est pas une heure. Écrivez-la sous la forme 14:30.")


def _date_heure(valeur: Any) -> str:
    if isinstance(valeur, str):
        try:
            lue = datetime.fromisoformat(valeur.strip())
            _dans_les_bornes(lue.date())
            return (lue.astimezone(PARIS) if lue.tzinfo else lue.replace(tzinfo=PARIS)).isoformat(
                timespec="seconds"
            )
        except (ValueError, OverflowError):
            pass
        jour, _, heure = valeur.strip().partition(" ")
        if _DATE_FRANCAISE.fullmatch(jour) and _HEURE.fullmatch(heure.strip()):
            return _date_heure(f"{_date(jour)}T{_heure(heure)}")
    raise Fautive(
        f"« {_extrait(valeur)} » n'est pas une date suivie d'une heure. Écrivez-la sous la forme "
        "15/09/2025 14:30."
    )


def _choix(valeur: Any) -> str:
    if isinstance(valeur, list) and len(valeur) == 1:
        valeur = valeur[0]
    texte = _texte(valeur)
    return texte


def _choix_multiple(valeur: Any) -> list[str]:
    codes = valeur.split() if isinstance(valeur, str) else valeur
    if not isinstance(codes, list) or not all(isinstance(c, (str, int)) for c in codes):
        raise Fautive("une liste de codes est attendue ici.")
    # Each code once, in the order chosen.
    return list(dict.fromkeys(str(c).strip() for c in codes if str(c).strip()))


def _fichier(valeur: Any) -> dict[str, Any]:
    if isinstance(valeur, Mapping) and isinstance(valeur.get("empreinte"), str) and valeur.get("nom"):
        return {cle: valeur[cle] for cle in ("nom", "empreinte", "taille", "type") if cle in valeur}
    raise Fautive("un fichier joint est attendu ici. Joignez-le sur la page du dossier.")


def _accord(valeur: Any) -> str:
    if valeur is True or (
        isinstance(valeur, str) and valeur.strip().lower() in ("ok", "oui", "vrai", "true", "1", "on")
    ):
        return "OK"
    if valeur is False or (
        isinstance(valeur, str) and valeur.strip().lower() in ("non", "faux", "false", "0", "off")
    ):
        return ""
    raise Fautive("cochez la case, ou laissez-la vide.")


_LECTEURS = {
    "texte": _texte,
    "entier": _entier,
    "decimal": _decimal,
    "date": _date,
    "heure": _heure,
    "date_heure": _date_heure,
    "choix": _choix,
    "choix_multiple": _choix_multiple,
    "fichier": _fichier,
    "accord": _accord,
}


def _extrait(valeur: Any) -> str:
    texte = str(valeur)
    return texte if len(texte) <= 60 else texte[:59] + "…"


def ecrire_nombre(nombre: Decimal) -> str:
    """A number as text, without exponent nor useless zeros: "12.5", "0", ""for what is not a number."""
    if not nombre.is_finite():
        return ""
    texte = format(nombre, "f")
    if "." in texte:
        texte = texte.rstrip("0").rstrip(".")
    return "0" if texte in ("-0", "") else texte


def pour_expression(element: Element, canon: Any) -> Valeur:
    """A canonical answer as a value of expressions."""
    if est_vide(canon):
        return ""
    genre = element.genre
    if genre in ("entier", "decimal"):
        return Decimal(canon)
    if genre == "date":
        return moment_date(date.fromisoformat(canon))
    if genre == "heure":
        return moment_heure(time.fromisoformat(canon))
    if genre == "date_heure":
        return moment_date_heure(datetime.fromisoformat(canon))
    if genre == "choix_multiple":
        return " ".join(canon)
    return str(canon["nom"]) if isinstance(canon, Mapping) else str(canon)


def vers_texte(valeur: Valeur) -> str:
    """The value as text (XPath 1.0, 4.2, with blank for what is not a number)."""
    if isinstance(valeur, bool):
        return "true" if valeur else "false"
    if isinstance(valeur, Decimal):
        return ecrire_nombre(valeur)
    return valeur.texte if isinstance(valeur, Moment) else valeur


def vers_nombre(valeur: Valeur) -> Decimal:
    """The value as a number (XPath 1.0, 4.4): NaN for a blank or a text that is not a number."""
    if isinstance(valeur, bool):
        return Decimal(int(valeur))
    if isinstance(valeur, Moment):
        return valeur.jours
    if isinstance(valeur, str):
        return CALCULS.create_decimal(valeur.strip()) if _NOMBRE_XPATH.fullmatch(valeur) else NAN
    return valeur


def vers_booleen(valeur: Valeur) -> bool:
    """The value as true or false (XPath 1.0, 4.3)."""
    if isinstance(valeur, Decimal):
        return not valeur.is_nan() and valeur != 0
    return True if isinstance(valeur, Moment) else bool(valeur)


def vers_moment(valeur: Valeur, *, heure: bool = False) -> Valeur:
    """The value as a date (or date and time when `heure`); a blank, or what is not one, is a blank."""
    if isinstance(valeur, Decimal):
        if not valeur.is_finite() or abs(valeur) > 1_000_000:
            return ""
        jour = datetime.combine(_EPOQUE, time()) + timedelta(seconds=int(valeur * 86_400))
        return moment_date_heure(jour) if heure else moment_date(jour.date())
    if isinstance(valeur, Moment):
        return vers_moment(valeur.jours, heure=heure) if valeur.genre != "heure" else ""
    if isinstance(valeur, bool) or not valeur.strip():
        return ""
    try:
        if heure or len(valeur.strip()) > 10:
            lu = moment_date_heure(datetime.fromisoformat(_date_heure(valeur)))
            return lu if heure else vers_moment(lu.jours)
        return moment_date(date.fromisoformat(_date(valeur)))
    except Fautive:
        return ""


def vers_heure(texte: str) -> Valeur:
    """The text as a time of day; a blank when it is not one."""
    try:
        return moment_heure(time.fromisoformat(_heure(texte)))
    except Fautive:
        return ""
