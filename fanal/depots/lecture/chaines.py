"""The texts and the styles of an XLSX workbook, when they are written in the plainest way.

Each function gives None for anything else, which is left to the libraries that read workbooks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from xml.etree.ElementTree import ParseError, fromstring
from xml.sax.saxutils import unescape

_PRESERVE = ' xml:space="preserve"'
_OUVRE, _ENTRE, _FERME = "<si><t>", "</t></si><si><t>", "</t></si>"
_NON_GARDES = re.compile(r"<t>(?:\s[^<]*|[^<]*\s)</t>")
# The libraries make room for as many texts as are announced.
_COMPTE_FOU = re.compile(r'ount="(?![0-9]{1,7}")')
_ENTITE = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)")
_GUILLEMETS = {"&quot;": '"', "&apos;": "'"}
_ENCODAGE = re.compile(rb"encoding=[\"'](?!utf-8[\"'])", re.IGNORECASE)
# Formats that the standard numbers itself (ECMA-376, 18.8.30): numbers and texts, then days.
_NOMBRES = frozenset({*range(14), 37, 38, 39, 40, 48, 49})
_JOURS = frozenset({14, 15, 16, 17, 22})
_MOTIF_JOUR = re.compile(r"(?:\[\$-[0-9A-Fa-f]+\])?[dmyDMY](?:[dmyDMY]|\\?[-/. ,])*(?:;@)?")
_MOTIF_NOMBRE = re.compile(
    r'General|(?:[0#?.,%()+;@/€ \u00a0-]|[_\\*][-()€ \u00a0]|"[^"\\]*"|\[\$€[-0-9A-F]*\])+'
)

NOMBRE, JOUR, AUTRE = 0, 1, 2

# Parts that the workbooks made by one program share: judged once for all of them when they are short.
_COURTE = 1 << 16
_GARDEES = 64


@dataclass(frozen=True, slots=True)
class Chaines:
    """The shared texts, in order, and those that stand between spaces or begin like an error or a formula."""

    valeurs: list[str]
    louches: frozenset[str]


def en_utf8(partie: bytes) -> bool:
    """Whether a part of a workbook says, or lets it be thought, that it is in UTF-8."""
    return not partie.startswith(b"\xef\xbb\xbf") and _ENCODAGE.search(partie[:120]) is None


def chaines(partie: bytes) -> Chaines | None:
    """The shared texts, in order; None when one has several runs, is blank, or is written another way."""
    if not en_utf8(partie):
        return None
    try:
        texte = partie.decode()
    except UnicodeDecodeError:
        return None
    debut, fin = texte.find("<si>"), texte.rfind(_FERME)
    if debut < 0 or fin < debut or not bien_forme(f"{texte[:debut]}{texte[fin + len(_FERME) :]}".encode()):
        return None
    if _COMPTE_FOU.search(texte, 0, debut):
        return None
    corps = texte[debut:fin].replace(_PRESERVE, "")
    trouvees = corps[len(_OUVRE) :].split(_ENTRE)
    if not corps.startswith(_OUVRE) or corps.count("<") != 4 * len(trouvees) - 2:
        return None
    # Ends of lines and escapes have rules of their own.
    if "\r" in corps or "\0" in corps or "_x" in corps:
        return None
    if "&" in corps:
        if _ENTITE.search(corps):
            return None
        trouvees = [unescape(t, _GUILLEMETS) if "&" in t else t for t in trouvees]
    serrees = trouvees == [*map(str.strip, trouvees)]
    if "" in trouvees or (not serrees and _espaces_perdus(texte, trouvees)):
        return None
    louches = set() if serrees else {t for t in trouvees if t != t.strip()}
    for debut_texte in ("<t>#", "<t>="):
        louches.update(_commencant(corps, debut_texte))
    return Chaines(trouvees, frozenset(louches))


def _commencant(corps: str, debut: str) -> Iterator[str]:
    """The texts that begin so."""
    place = corps.find(debut)
    while place >= 0:
        place += len("<t>")
        yield unescape(corps[place : corps.find("<", place)], _GUILLEMETS)
        place = corps.find(debut, place)


def _espaces_perdus(texte: str, trouvees: list[str]) -> bool:
    """Whether a text is blank, or begins or ends with a space that is not said to count."""
    return _NON_GARDES.search(texte) is not None or not all(map(str.strip, trouvees))


def bien_forme(partie: bytes) -> bool:
    """Whether a text is well-formed XML, without any comment."""
    return _bien_forme_connue(partie) if len(partie) < _COURTE else _bien_forme(partie)


def _bien_forme(partie: bytes) -> bool:
    try:
        fromstring(partie)  # noqa: S314 - no definition can be left, see archives
    except (ParseError, ValueError, LookupError):
        return False
    return b"<!" not in partie


_bien_forme_connue = lru_cache(maxsize=_GARDEES)(_bien_forme)


def natures(partie: bytes) -> tuple[int, ...] | None:
    """What a number is under each style: NOMBRE, JOUR, or AUTRE when it takes more than a look to tell."""
    return _natures_connues(partie) if len(partie) < _COURTE else _natures(partie)


def _natures(partie: bytes) -> tuple[int, ...] | None:
    if not en_utf8(partie):
        return None
    try:
        racine = fromstring(partie)  # noqa: S314 - no definition can be left, see archives
        if len(list(racine.iter(racine.tag))) > 1:
            # A library would take the inner one for the end of the styles.
            return None
        formats = {
            e.get("numFmtId", ""): e.get("formatCode", "") for e in racine.iterfind("{*}numFmts/{*}numFmt")
        }
        return tuple(_nature(e.get("numFmtId", "0"), formats) for e in racine.iterfind("{*}cellXfs/{*}xf"))
    except (ParseError, ValueError, LookupError):
        return None


_natures_connues = lru_cache(maxsize=_GARDEES)(_natures)


def _nature(numero: str, formats: dict[str, str]) -> int:
    motif = formats.get(numero)
    if motif is None:
        return NOMBRE if int(numero) in _NOMBRES else JOUR if int(numero) in _JOURS else AUTRE
    if _MOTIF_NOMBRE.fullmatch(motif):
        return NOMBRE
    return JOUR if _MOTIF_JOUR.fullmatch(motif) else AUTRE
