"""What must be known of an XLSX sheet before, or beside, what the reader gives: read on the XML itself.

The parts come from `archives`, which refuses any document type definition: the standard parser is safe.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from functools import lru_cache
from xml.etree.ElementTree import ParseError, fromstring

from fanal.depots.lecture.texte import illisible

Elements = list[tuple[int, str, dict[str, str]]]

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_RELATION_STRICT = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_NUMERO = re.compile(rb'<(?:\w+:)?row\b[^>]*?\br="(\d{1,9})"')
_CELLULE = re.compile(rb"<(?:\w+:)?c\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_REFERENCE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_VALEUR = re.compile(rb"<(?:\w+:)?v[^>]*>(.*?)</(?:\w+:)?v>", re.DOTALL)
_FORMULE = re.compile(rb"<(?:\w+:)?f\b[^>]*>(.*?)</(?:\w+:)?f>", re.DOTALL)
_BOUT = 20_000
_COURTE = 1 << 16
# Bytes for one occurrence of a byte, below which it is no longer rare: each costs a step of the interpreter.
_RARE = 200
# Three-letter columns start at 703: no format is that wide.
_TRES_LARGE = re.compile(rb'r="[A-Z]{3,}\d')
_TEXTE = rb'<c r="%b(\d+)"(?: s="\d+")? t="(?:s|str|inlineStr)"'
_SANS_VALEUR = (b"</f></c>", b"</f><v/></c>", b"</f><v></v></c>", b"</f><v /></c>")


@dataclass(frozen=True)
class FeuilleXlsx:
    """A sheet as the workbook lists it: its part in the archive, whether it holds cells, whether hidden."""

    nom: str
    partie: str
    tableau: bool
    cachee: bool


def feuilles(parties: dict[str, bytes]) -> list[FeuilleXlsx]:
    """The sheets of an XLSX archive, in order. Raises FichierIllisible when it is not a workbook."""
    try:
        classeur = _chemin_classeur(parties)
        elements = _elements(parties[classeur])
        dossier, _, base = classeur.rpartition("/")
        liens = parties.get(f"{dossier}/_rels/{base}.rels" if dossier else f"_rels/{base}.rels", b"<r/>")
        relations = {r.get("Id"): r for rang, _, r in _elements(liens) if rang == 1}
    except (KeyError, ParseError, ValueError) as erreur:
        raise illisible("ce n'est pas un classeur, ou il est endommagé") from erreur
    trouvees = []
    for _, balise, element in elements:
        if not balise.endswith("}sheet"):
            continue
        relation = relations.get(element.get(_RELATION) or element.get(_RELATION_STRICT) or "")
        nature = relation.get("Type", "") if relation is not None else ""
        cible = relation.get("Target", "") if relation is not None else ""
        partie = cible.lstrip("/") if cible.startswith("/") else f"{dossier}/{cible}".lstrip("/")
        trouvees.append(
            FeuilleXlsx(
                element.get("name", ""),
                partie,
                nature.endswith("/worksheet") and partie in parties,
                element.get("state", "visible") != "visible",
            )
        )
    return trouvees


def _chemin_classeur(parties: dict[str, bytes]) -> str:
    for rang, _, relation in _elements(parties["_rels/.rels"]):
        if rang == 1 and relation.get("Type", "").endswith("/officeDocument"):
            cible = str(relation.get("Target", "")).lstrip("/")
            if cible in parties:
                return cible
    raise KeyError("xl/workbook.xml")


def _elements(partie: bytes) -> Elements:
    """The elements of a short part, in order: depth below the root, tag, attributes."""
    return _elements_connus(partie) if len(partie) < _COURTE else _lire_elements(partie)


def _lire_elements(partie: bytes) -> Elements:
    trouves = []
    reste = [(0, fromstring(partie))]  # noqa: S314 - no definition can be left, see archives
    while reste:
        rang, element = reste.pop()
        trouves.append((rang, element.tag, element.attrib))
        reste += [(rang + 1, enfant) for enfant in reversed(element)]
    return trouves


# Parts that the workbooks made by one program share: read once for all of them.
_elements_connus = lru_cache(maxsize=64)(_lire_elements)


def derniere_ligne(xml: bytes) -> int:
    """The last row number of a sheet, as it says: one that lies is stopped by the memory of the reader."""
    position = xml.rfind(b"<row ")
    numero = _NUMERO.match(xml, position) if position >= 0 else None
    return int(numero.group(1)) if numero else xml.count(b"<row")


def tres_large(xml: bytes) -> bool:
    """Whether a sheet seems to have cells beyond column ZZ."""
    return any(_TRES_LARGE.search(bout) for bout in (xml[:_BOUT], xml[-_BOUT:]))


def premiere_cellule(xml: bytes) -> tuple[int, int] | None:
    """(row number, zero-based column) of the first cell with a value; None when the sheet does not say."""
    place = xml.find(b"<v>")
    enligne = xml.find(b"<is>", 0, place if place >= 0 else len(xml))
    place = enligne if enligne >= 0 else place
    cellule = xml.rfind(b"<c ", 0, place) if place >= 0 else -1
    reference = _REFERENCE.search(xml, cellule, place) if cellule >= 0 else None
    return (int(reference.group(2)), _colonne(reference.group(1))) if reference else None


def cellules_de_texte(xml: bytes, lettres: str) -> list[int]:
    """The row numbers of the cells of a column that hold text, not a number, a date or a boolean."""
    return [int(ligne) for ligne in re.findall(_TEXTE % lettres.encode(), xml)]


def demande_du_soin(xml: bytes) -> bool:
    """Whether the sheet has cells the fast reader gets wrong.

    It drops errors and formulas without a value, reads a boolean among numbers as 0 or 1, and keeps the sign
    of a negative zero.
    """
    return (
        _contient(xml, b't="b"', 3)
        or _contient(xml, b"<v>-0</v>", 3)
        or b"<c r='" in xml[:_BOUT]
        or _a_des_erreurs(xml)
    )


def _a_des_erreurs(xml: bytes) -> bool:
    if _contient(xml, b't="e"', 3) or (b"<c r='" in xml[:_BOUT] and b"t='e'" in xml):
        return True
    return _contient(xml, b"</f>", 2) and any(motif in xml for motif in _SANS_VALEUR)


def _contient(xml: bytes, motif: bytes, rang: int) -> bool:
    """`motif in xml`, several times faster when the byte of *motif* at *rang* is rare in a sheet."""
    rare = motif[rang : rang + 1]
    place = xml.find(rare)
    for _ in range(len(xml) // _RARE):
        if place < 0 or xml.startswith(motif, place - rang if place >= rang else len(xml)):
            return place >= 0
        place = xml.find(rare, place + 1)
    return place >= 0 and motif in xml


def cellules_en_erreur(xml: bytes) -> dict[tuple[int, int], str]:
    """(row number, zero-based column) to text, for error cells and formulas that were never computed."""
    if not _a_des_erreurs(xml):
        return {}
    trouvees: dict[tuple[int, int], str] = {}
    for cellule in _CELLULE.finditer(xml):
        attributs, contenu = cellule.group(1), cellule.group(2) or b""
        if b't="e"' not in attributs and b"t='e'" not in attributs and b"<f" not in contenu:
            continue
        reference = _REFERENCE.search(attributs)
        texte = _texte_erreur(contenu)
        if reference and texte:
            place = (int(reference.group(2)), _colonne(reference.group(1)))
            trouvees[place] = texte
    return trouvees


def _texte_erreur(contenu: bytes) -> str:
    valeur = _VALEUR.search(contenu)
    if valeur and valeur.group(1).strip():
        texte = html.unescape(valeur.group(1).decode("utf-8", "replace")).strip()
        return texte if texte.startswith("#") else ""
    formule = _FORMULE.search(contenu)
    if formule:
        return "=" + html.unescape(formule.group(1).decode("utf-8", "replace")).strip()
    return ""


def _colonne(lettres: bytes) -> int:
    rang = 0
    for lettre in lettres:
        rang = rang * 26 + lettre - 64
    return rang - 1
