"""What the operators and functions of expressions compute, on values already found (`valeurs`)."""

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, Decimal

from fanal.moteurs.xlsform.valeurs import (
    CALCULS,
    NAN,
    Moment,
    Valeur,
    vers_booleen,
    vers_heure,
    vers_moment,
    vers_nombre,
    vers_texte,
)

# A repeat seen from outside gives the answers of all its rows.
Valeurs = list[Valeur]
REGEX_MAX = 256
_MOIS = [
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
]


def premiere(valeur: Valeur | Valeurs) -> Valeur:
    """The first of several values, as XPath 1 converts a set of nodes; a blank when there is none."""
    if isinstance(valeur, list):
        return valeur[0] if valeur else ""
    return valeur


def en_liste(valeur: Valeur | Valeurs) -> Valeurs:
    """The values as a list."""
    return valeur if isinstance(valeur, list) else [valeur]


def comparer(signe: str, gauche: Valeur | Valeurs, droite: Valeur | Valeurs) -> bool:
    """A comparison (XPath 1.0, 3.4): of several values, true as soon as one is."""
    return any(_comparer(signe, a, b) for a in en_liste(gauche) for b in en_liste(droite))


def _comparer(signe: str, a: Valeur, b: Valeur) -> bool:
    # A date beside a text: "2025-09-15" in quotes is meant as a date.
    if isinstance(a, Moment) and isinstance(b, str):
        b = _comme(a, b)
    elif isinstance(b, Moment) and isinstance(a, str):
        a = _comme(b, a)
    if signe in ("=", "!="):
        return _egal(a, b) == (signe == "=")
    x, y = vers_nombre(a), vers_nombre(b)
    if x.is_nan() or y.is_nan():
        return False
    return {"<": x < y, "<=": x <= y, ">": x > y, ">=": x >= y}[signe]


def _comme(moment: Moment, texte: str) -> Valeur:
    if not texte.strip():
        return texte
    lu = (
        vers_heure(texte)
        if moment.genre == "heure"
        else vers_moment(texte, heure=moment.genre == "date_heure")
    )
    return lu if lu != "" else texte


def _egal(a: Valeur, b: Valeur) -> bool:
    if isinstance(a, bool) or isinstance(b, bool):
        return vers_booleen(a) == vers_booleen(b)
    if isinstance(a, str) and isinstance(b, str):
        return a == b
    # A blank equals a blank text only: ${nombre} = '' asks whether it is blank.
    if a == "" or b == "":
        return vers_texte(a) == vers_texte(b)
    x, y = vers_nombre(a), vers_nombre(b)
    if x.is_nan() or y.is_nan():
        return vers_texte(a) == vers_texte(b) if isinstance(a, Moment) or isinstance(b, Moment) else False
    return x == y


def _mod(a: Decimal, b: Decimal) -> Decimal:
    if not a.is_finite() or b.is_nan() or b == 0:
        return NAN
    return a if b.is_infinite() else CALCULS.remainder(a, b)


_ARITHMETIQUE: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "-": CALCULS.subtract,
    "*": CALCULS.multiply,
    "div": CALCULS.divide,
    "mod": _mod,
}


def calculer(signe: str, a: Valeur, b: Valeur) -> Decimal:
    """An operation on two numbers."""
    return _ARITHMETIQUE[signe](vers_nombre(a), vers_nombre(b))


def additionner(valeurs: Sequence[Valeur]) -> Decimal:
    """a + b + c: not a number as soon as one of them is not."""
    total = Decimal(0)
    for valeur in valeurs:
        total = CALCULS.add(total, vers_nombre(valeur))
    return total


def _nombres(valeurs: Sequence[Valeur]) -> list[Decimal]:
    return [n for n in map(vers_nombre, valeurs) if not n.is_nan()]


def somme(valeurs: Sequence[Valeur]) -> Decimal:
    """The sum of those that are numbers; 0 when there is none."""
    return additionner(_nombres(valeurs))


def arrondir(nombre: Decimal, decimales: int) -> Decimal:
    """The nearest number with so many decimals; of two equally near, the greater (XPath 1.0, 4.4)."""
    if not nombre.is_finite() or abs(decimales) > 20:
        return nombre
    pas = Decimal(1).scaleb(-decimales)
    quotient = CALCULS.divide(nombre, pas)
    return CALCULS.multiply(CALCULS.add(quotient, Decimal("0.5")).to_integral_value(ROUND_FLOOR), pas)


def _integral(sens: str) -> Callable[[list[Valeur]], Decimal]:
    def appliquer(args: list[Valeur]) -> Decimal:
        nombre = vers_nombre(args[0])
        return nombre.to_integral_value(sens) if nombre.is_finite() else nombre

    return appliquer


def _rang(valeur: Valeur, defaut: int = -1) -> int:
    nombre = vers_nombre(valeur)
    return int(nombre) if nombre.is_finite() and abs(nombre) < 1_000_000 else defaut


def _round(args: list[Valeur]) -> Decimal:
    return arrondir(vers_nombre(args[0]), _rang(args[1], 0) if len(args) > 1 else 0)


def _pow(args: list[Valeur]) -> Decimal:
    return CALCULS.power(vers_nombre(args[0]), vers_nombre(args[1]))


def _selected_at(args: list[Valeur]) -> str:
    codes, rang = vers_texte(args[0]).split(), _rang(args[1])
    return codes[rang] if 0 <= rang < len(codes) else ""


def _substr(args: list[Valeur]) -> str:
    texte = vers_texte(args[0])
    fin = _rang(args[2], 0) if len(args) > 2 else len(texte)
    return texte[_rang(args[1], 0) : fin]


def _translate(args: list[Valeur]) -> str:
    texte, de, vers = map(vers_texte, args)
    table = {ord(c): (vers[i] if i < len(vers) else None) for i, c in reversed(list(enumerate(de)))}
    return texte.translate(table)


def regex(valeur: Valeur, motif: str) -> bool:
    """Whether the whole text follows the pattern; a text longer than REGEX_MAX never does."""
    texte = vers_texte(valeur)
    return len(texte) <= REGEX_MAX and re.fullmatch(motif, texte) is not None


def _format_date(args: list[Valeur]) -> str:
    moment = vers_moment(args[0])
    if not isinstance(moment, Moment):
        return ""
    jour = date(1970, 1, 1) + timedelta(days=int(moment.jours))
    morceaux = {
        "%Y": f"{jour.year:04}",
        "%y": f"{jour.year % 100:02}",
        "%m": f"{jour.month:02}",
        "%n": str(jour.month),
        "%d": f"{jour.day:02}",
        "%e": str(jour.day),
        "%b": _MOIS[jour.month - 1],
    }
    return re.sub("%[Yymndeb]", lambda m: morceaux[m.group()], vers_texte(args[1]))


def _decimal_time(args: list[Valeur]) -> Decimal:
    if isinstance(args[0], Moment):
        return CALCULS.remainder(args[0].jours, Decimal(1)) if args[0].genre != "date" else Decimal(0)
    return NAN


SIMPLES: dict[str, Callable[[list[Valeur]], Valeur]] = {
    "not": lambda a: not vers_booleen(a[0]),
    "true": lambda a: True,
    "false": lambda a: False,
    "boolean": lambda a: vers_booleen(a[0]),
    "selected": lambda a: vers_texte(a[1]).strip() in vers_texte(a[0]).split(),
    "selected-at": _selected_at,
    "count-selected": lambda a: Decimal(len(vers_texte(a[0]).split())),
    "number": lambda a: vers_nombre(a[0]),
    "int": _integral(ROUND_DOWN),
    "floor": _integral(ROUND_FLOOR),
    "ceiling": _integral(ROUND_CEILING),
    "round": _round,
    "abs": lambda a: abs(vers_nombre(a[0])),
    "pow": _pow,
    "string": lambda a: vers_texte(a[0]),
    "concat": lambda a: "".join(map(vers_texte, a)),
    "string-length": lambda a: Decimal(len(vers_texte(a[0]))),
    "substr": _substr,
    "substring-before": lambda a: _avant(vers_texte(a[0]), vers_texte(a[1])),
    "substring-after": lambda a: (
        vers_texte(a[0]).partition(vers_texte(a[1]))[2] if a[1] != "" else vers_texte(a[0])
    ),
    "contains": lambda a: vers_texte(a[1]) in vers_texte(a[0]),
    "starts-with": lambda a: vers_texte(a[0]).startswith(vers_texte(a[1])),
    "ends-with": lambda a: vers_texte(a[0]).endswith(vers_texte(a[1])),
    "normalize-space": lambda a: " ".join(vers_texte(a[0]).split()),
    "translate": _translate,
    "date": lambda a: vers_moment(a[0]),
    "date-time": lambda a: vers_moment(a[0], heure=True),
    "decimal-date-time": lambda a: _jours(vers_moment(a[0], heure=True)),
    "decimal-time": _decimal_time,
    "format-date": _format_date,
}


def _avant(texte: str, repere: str) -> str:
    avant, trouve, _ = texte.partition(repere) if repere else ("", "", "")
    return avant if trouve else ""


def _jours(valeur: Valeur) -> Decimal:
    return valeur.jours if isinstance(valeur, Moment) else NAN


def _join(valeurs: list[Valeur]) -> str:
    return vers_texte(valeurs[0]).join(vers_texte(v) for v in valeurs[1:])


def _extreme(choisir: Callable[[list[Decimal]], Decimal]) -> Callable[[list[Valeur]], Valeur]:
    def appliquer(valeurs: list[Valeur]) -> Valeur:
        nombres = _nombres(valeurs)
        retenu = choisir(nombres) if nombres else NAN
        # The latest of several dates is a date.
        moments = [v for v in valeurs if isinstance(v, Moment) and v.jours == retenu]
        return moments[0] if moments else retenu

    return appliquer


# Functions whose arguments may be the answers of all the rows of a repeat.
SUR_LISTES: dict[str, Callable[[list[Valeur]], Valeur]] = {
    "sum": somme,
    "min": _extreme(min),
    "max": _extreme(max),
    "join": _join,
    "count-non-empty": lambda a: Decimal(sum(1 for v in a if vers_texte(v) != "")),
}
