"""Comparing names and values as people write them: case, accents, spaces and punctuation do not count."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_HORS_ALPHANUM = re.compile(r"[^0-9a-z]+")
# Spaces that spreadsheets and word processors put in numbers and titles.
ESPACES = "\u0020\u00a0\u202f\u2009\u2007\u2002\u2003\t\r\n"


@lru_cache(maxsize=4096)
def normaliser(texte: str) -> str:
    """Letters and digits of a text, lower-case, unaccented: "Prix de référence (€)" is "prixdereference"."""
    texte = texte.replace("œ", "oe").replace("Œ", "oe").replace("°", "")
    return _HORS_ALPHANUM.sub("", sans_accents(texte).casefold())


def sans_accents(texte: str) -> str:
    """The same text without its diacritics."""
    return "".join(c for c in unicodedata.normalize("NFKD", texte) if not unicodedata.combining(c))


def citer(texte: str, longueur: int = 60) -> str:
    """A value between French quotation marks, shortened, on one line."""
    plat = " ".join(texte.split())
    if len(plat) > longueur:
        plat = plat[: longueur - 1] + "…"
    return f"« {plat} »"


def enumerer(elements: list[str], limite: int = 8) -> str:
    """ "a, b et c", shortened past `limite`."""
    if len(elements) > limite:
        return ", ".join(elements[:limite]) + f" et {len(elements) - limite} autres"
    if len(elements) <= 1:
        return "".join(elements)
    return ", ".join(elements[:-1]) + " et " + elements[-1]
