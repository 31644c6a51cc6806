"""Reading a document written by a person, key by key: every refusal names the key and says what to write."""

import difflib
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from fanal.refus import Inutilisable

ANNEES = (1980, 2100)
_MOIS = (
    (re.compile(r"(\d{4})\s*[-/ ]\s*M?(\d{1,2})"), (1, 2)),
    (re.compile(r"(\d{4})M(\d{1,2})"), (1, 2)),
    (re.compile(r"(\d{1,2})\s*[-/]\s*(\d{4})"), (2, 1)),
    (re.compile(r"(\d{4})-(\d{1,2})-\d{1,2}"), (1, 2)),
    (re.compile(r"\d{1,2}/(\d{1,2})/(\d{4})"), (2, 1)),
)
_ECRITS = (
    ["janv", "fevr", "mars", "avr", "mai", "juin", "juil", "aout", "sept", "oct", "nov", "dec"],
    [
        "janvier",
        "fevrier",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "aout",
        "septembre",
        "octobre",
        "novembre",
        "decembre",
    ],
)
_LETTRES = re.compile(r"([^\W\d]+)\.?\s*(\d{4})")
_BLANCS = str.maketrans(dict.fromkeys("\u00a0\u202f\u2009 ", ""))


class Lecteur:
    """A mapping being read. `chemin` is where it stands in the document, as sentences name it."""

    def __init__(self, brut: object, chemin: str, connues: Sequence[str]) -> None:
        self.chemin = chemin
        if not isinstance(brut, Mapping):
            raise Inutilisable(f"{chemin or 'Le document'} : des clés sont attendues ({', '.join(connues)}).")
        self.brut: Mapping[Any, Any] = brut
        for key in brut:
            if key not in connues:
                raise Inutilisable(_inconnue(self.cle(str(key)), str(key), connues))

    def cle(self, nom: str) -> str:
        """The full name of a key."""
        return f"{self.chemin}.{nom}" if self.chemin else nom

    def __contains__(self, nom: str) -> bool:
        return self.brut.get(nom) is not None

    def requis(self, nom: str, exemple: str) -> Any:
        """The value of a key that must be there."""
        if nom not in self:
            raise Inutilisable(f"Il manque la clé « {self.cle(nom)} ». Écrivez par exemple {exemple}.")
        return self.brut[nom]

    def texte(self, nom: str) -> str:
        """A text, empty when absent."""
        return str(self.brut.get(nom) or "").strip()

    def nombre(
        self, nom: str, *, minimum: int | None = 0, maximum: int | None = None, exemple: str = "0,15"
    ) -> Fraction:
        """A number that must be there, exact, between bounds (included)."""
        return lire_nombre(
            self.requis(nom, f"{nom}: {exemple}"), self.cle(nom), minimum=minimum, maximum=maximum
        )

    def nombre_ou_rien(
        self, nom: str, *, minimum: int | None = 0, maximum: int | None = None
    ) -> Fraction | None:
        """A number, `None` when absent."""
        return self.nombre(nom, minimum=minimum, maximum=maximum) if nom in self else None

    def entier(self, nom: str, defaut: int, *, minimum: int = 0, maximum: int = 600) -> int:
        """A whole number."""
        if nom not in self:
            return defaut
        value = lire_nombre(self.brut[nom], self.cle(nom), minimum=minimum, maximum=maximum)
        if value.denominator != 1:
            raise Inutilisable(f"{self.cle(nom)} : « {self.brut[nom]} » n'est pas un nombre entier.")
        return int(value)

    def mois(self, nom: str) -> date:
        """A month, as its first day."""
        return lire_mois(self.requis(nom, f"{nom}: 2024-01"), self.cle(nom))

    def jour(self, nom: str) -> date | None:
        """A date, `None` when absent."""
        return lire_jour(self.brut[nom], self.cle(nom)) if nom in self else None

    def choix(self, nom: str, valeurs: Sequence[str], defaut: str) -> str:
        """One of *valeurs*."""
        value = self.texte(nom) or defaut
        if value not in valeurs:
            listed = " ou ".join(f"« {v} »" for v in valeurs)
            raise Inutilisable(f"{self.cle(nom)} : « {value} » n'est pas prévu. Écrivez {listed}.")
        return value

    def liste(self, nom: str) -> list[Any]:
        """A list, empty when absent."""
        value = self.brut.get(nom)
        if value is None:
            return []
        if not isinstance(value, list):
            raise Inutilisable(f"{self.cle(nom)} : une liste est attendue, un élément par tiret.")
        return value


def lire_nombre(brut: object, cle: str, *, minimum: int | None = 0, maximum: int | None = None) -> Fraction:
    """A number exactly as written (point or comma, thousands spaces). Raises `Inutilisable`."""
    wrong = Inutilisable(
        f"{cle} : « {_citer(brut)} » n'est pas un nombre. Écrivez-le en chiffres, par exemple 0,15 ou 0.15."
    )
    if isinstance(brut, bool) or not isinstance(brut, (int, float, Decimal, str)):
        raise wrong
    try:
        value = Decimal(str(brut).translate(_BLANCS).replace(",", "."))
    except InvalidOperation:
        raise wrong from None
    if not value.is_finite() or abs(value.adjusted()) > 30 or len(value.as_tuple().digits) > 40:
        raise wrong
    if minimum is not None and value < minimum:
        raise Inutilisable(f"{cle} : « {_citer(brut)} » est inférieur à {minimum}. Vérifiez la saisie.")
    if maximum is not None and value > maximum:
        raise Inutilisable(
            f"{cle} : « {_citer(brut)} » dépasse {maximum}. Un taux s'écrit en fraction : 3 % s'écrit 0,03."
        )
    return Fraction(value)


def lire_mois(brut: object, cle: str) -> date:
    """A month written 2024-01, 01/2024, 2024M01, « janvier 2024 », or any day of it."""
    if isinstance(brut, (date, datetime)):
        return _jour(brut.year, brut.month, 1, brut, cle)
    text = str(brut).strip()
    for pattern, (year, month) in _MOIS:
        if found := pattern.fullmatch(text):
            return _jour(int(found[year]), int(found[month]), 1, brut, cle)
    if found := _LETTRES.fullmatch(text):
        word = _sans_accents(found[1])
        for names in _ECRITS:
            if word in names:
                return _jour(int(found[2]), names.index(word) + 1, 1, brut, cle)
    raise Inutilisable(
        f"{cle} : « {_citer(brut)} » n'est pas un mois. Écrivez-le AAAA-MM, par exemple 2024-01."
    )


def lire_jour(brut: object, cle: str) -> date:
    """A date written 2024-01-31 or 31/01/2024."""
    if isinstance(brut, datetime):
        return _jour(brut.year, brut.month, brut.day, brut, cle)
    if isinstance(brut, date):
        return _jour(brut.year, brut.month, brut.day, brut, cle)
    text = str(brut).strip()
    if found := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text):
        return _jour(int(found[1]), int(found[2]), int(found[3]), brut, cle)
    if found := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text):
        return _jour(int(found[3]), int(found[2]), int(found[1]), brut, cle)
    raise Inutilisable(f"{cle} : « {_citer(brut)} » n'est pas une date. Écrivez-la AAAA-MM-JJ.")


def _jour(year: int, month: int, day: int, brut: object, cle: str) -> date:
    try:
        found = date(year, month, day)
    except ValueError:
        raise Inutilisable(f"{cle} : « {_citer(brut)} » n'existe pas au calendrier.") from None
    if not ANNEES[0] <= year <= ANNEES[1]:
        raise Inutilisable(
            f"{cle} : l'année {year} est hors de ce qui est admis ({ANNEES[0]} à {ANNEES[1]})."
        )
    return found


def _inconnue(full: str, key: str, known: Sequence[str]) -> str:
    if key.isdigit():
        # {prix: 4,25} is read as two keys: the comma parts the keys of a mapping between braces.
        return f"La clé « {full} » n'est pas prévue. Entre accolades, un nombre s'écrit avec un point (4.25)."
    near = difflib.get_close_matches(key, known, n=1)
    advice = f"Vouliez-vous écrire « {near[0]} » ?" if near else f"Clés admises : {', '.join(known)}."
    return f"La clé « {full} » n'est pas prévue. {advice}"


def _citer(brut: object) -> str:
    text = " ".join(str(brut).split())
    return text if len(text) <= 60 else f"{text[:59]}…"


def _sans_accents(text: str) -> str:
    return text.casefold().translate(str.maketrans("éèêûôà", "eeeuoa"))
