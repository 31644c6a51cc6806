"""Error cells of XLS and ODS workbooks, which the reader leaves empty, so that nothing is silent.

XLS: the records of [MS-XLS] 2.4.24 (BoolErr) and 2.4.127 (Formula) in the compound file of [MS-CFB].
ODS: cells marked `calcext:value-type="error"` by LibreOffice.
"""

from __future__ import annotations

import contextlib
import struct
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError, fromstring

Erreurs = dict[str, dict[tuple[int, int], str]]

_CODES = {
    0x00: "#NUL!",
    0x07: "#DIV/0!",
    0x0F: "#VALEUR!",
    0x17: "#REF!",
    0x1D: "#NOM?",
    0x24: "#NOMBRE!",
    0x2A: "#N/A",
}
_FIN_CHAINE = 0xFFFFFFF0
_BOUNDSHEET, _EOF, _BOOLERR, _FORMULE = 0x85, 0x0A, 0x205, 0x06
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_NATURE = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"


def erreurs_xls(donnees: bytes) -> Erreurs:
    """Sheet to {(row number, zero-based column): text}; empty when the file is too damaged to tell."""
    trouvees: Erreurs = {}
    with contextlib.suppress(struct.error, IndexError, UnicodeDecodeError, ValueError):
        flux = _flux_classeur(donnees)
        for nature, corps in _enregistrements(flux, 0):
            if nature == _BOUNDSHEET:
                nom, debut = _feuille(corps)
                trouvees[nom] = dict(_cellules(flux, debut))
    return trouvees


def _flux_classeur(donnees: bytes) -> bytes:
    """The "Workbook" stream of a compound file."""
    taille = 1 << struct.unpack_from("<H", donnees, 30)[0]

    def secteur(rang: int) -> bytes:
        return donnees[(rang + 1) * taille : (rang + 2) * taille]

    fat: list[int] = []
    for rang in struct.unpack_from("<109I", donnees, 76):
        if rang < _FIN_CHAINE:
            fat += struct.unpack(f"<{taille // 4}I", secteur(rang))

    def chaine(rang: int) -> bytes:
        morceaux: list[bytes] = []
        while rang < _FIN_CHAINE and len(morceaux) <= len(fat):
            morceaux.append(secteur(rang))
            rang = fat[rang]
        return b"".join(morceaux)

    annuaire = chaine(struct.unpack_from("<I", donnees, 48)[0])
    for place in range(0, len(annuaire), 128):
        longueur = struct.unpack_from("<H", annuaire, place + 64)[0]
        nom = annuaire[place : place + max(0, longueur - 2)].decode("utf-16-le")
        if nom in ("Workbook", "Book"):
            debut, octets = struct.unpack_from("<IQ", annuaire, place + 116)
            return chaine(debut)[: octets & 0xFFFFFFFF]
    raise ValueError("no workbook stream")


def _enregistrements(flux: bytes, debut: int) -> Iterator[tuple[int, bytes]]:
    """The records of a substream, up to its end."""
    while debut + 4 <= len(flux):
        nature, longueur = struct.unpack_from("<HH", flux, debut)
        if nature == _EOF:
            return
        yield nature, flux[debut + 4 : debut + 4 + longueur]
        debut += 4 + longueur


def _feuille(corps: bytes) -> tuple[str, int]:
    debut, longueur, large = struct.unpack_from("<I2xBB", corps, 0)
    octets = corps[8 : 8 + longueur * (2 if large & 1 else 1)]
    return octets.decode("utf-16-le" if large & 1 else "latin-1"), debut


def _cellules(flux: bytes, debut: int) -> Iterator[tuple[tuple[int, int], str]]:
    for nature, corps in _enregistrements(flux, debut):
        code = None
        if nature == _BOOLERR and corps[7]:
            code = corps[6]
        elif nature == _FORMULE and corps[12:14] == b"\xff\xff" and corps[6] == 2:
            code = corps[8]
        if code is not None:
            ligne, colonne = struct.unpack_from("<HH", corps, 0)
            yield (ligne + 1, colonne), _CODES.get(code, "#VALEUR!")


def erreurs_ods(contenu: bytes, lignes_max: int) -> Erreurs:
    """The same for the `content.xml` of an OpenDocument workbook."""
    if b'value-type="error"' not in contenu:
        return {}
    try:
        racine = fromstring(contenu)  # noqa: S314 - no definition can be left, see archives
    except ParseError:
        return {}
    trouvees: Erreurs = {}
    for table in racine.iter(f"{_TABLE}table"):
        trouvees[table.get(f"{_TABLE}name", "")] = dict(_cellules_ods(table, lignes_max))
    return trouvees


def _cellules_ods(table: Element, lignes_max: int) -> Iterator[tuple[tuple[int, int], str]]:
    ligne = 1
    for rangee in table.iter(f"{_TABLE}table-row"):
        colonne = 0
        for cellule in rangee:
            if cellule.get(_NATURE) == "error":
                yield (ligne, colonne), "".join(cellule.itertext()).strip() or "#VALEUR!"
            colonne += int(cellule.get(f"{_TABLE}number-columns-repeated", "1"))
        ligne += int(rangee.get(f"{_TABLE}number-rows-repeated", "1"))
        if ligne > lignes_max:
            return
