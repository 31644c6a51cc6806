"""Where the cells of an XLSX sheet stand: numbers, days and shared texts, written as spreadsheets do.

The places of all cells are found together, on the bytes of the sheet. The grammar is closed: a sheet where
anything else stands (formula, error, boolean, text in line, comment, other order of attributes) is left to
the reader of `classeur`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fanal.depots.lecture import chaines
from fanal.depots.lecture.octets import MOT, Masque, Mots, Octets, Rangs, entiers, premier

_OUVRE, _FERME = b"<sheetData>", b"</sheetData>"
_LARGEUR = 1024
# What may follow the number of a row that is not empty.
_RANGEE = re.compile(rb'"(?: [A-Za-z][A-Za-z0-9:]*="[^"<>&]*")* ?>\s*')
_GUILLEMET = np.uint64(ord('"'))


@dataclass
class Cellules:
    """Every cell with a value, in the order of the sheet. `style` is -1 where there is none."""

    texte: Octets
    ligne: Rangs
    colonne: Rangs
    partage: Masque
    style: Rangs
    debut: Rangs
    longueur: Rangs


@dataclass
class _Rangees:
    """The rows of a sheet: where their mark stands, their number, that number as written with its quote."""

    place: Rangs
    numero: Rangs
    ecrit: Mots
    chiffres: Rangs


@dataclass
class _Marques:
    """The opening marks of a sheet, in order, and the end of the last one; `natures` are their letters."""

    places: Rangs
    natures: npt.NDArray[np.uint8]
    valeurs: Rangs
    rangees: Rangs


def relever(xml: bytes) -> Cellules | None:
    """Where the cells with a value stand; None when one mark of the sheet is not an expected one."""
    debut, fin = xml.find(_OUVRE) + len(_OUVRE), xml.rfind(_FERME)
    if debut < len(_OUVRE) or fin < debut or not chaines.en_utf8(xml):
        return None
    if not chaines.bien_forme(xml[: debut - len(_OUVRE)] + xml[fin + len(_FERME) :]):
        return None
    if not (xml.isascii() or xml[debut:fin].isascii()):
        return None
    texte = Octets(xml)
    marques = _marques(texte, debut, fin)
    if marques is None:
        return None
    valeurs = marques.valeurs
    cellule, valeur = marques.places[valeurs - 1], marques.places[valeurs]
    ferme = _fermees(texte, marques)
    rangees = _rangees(texte, marques.places, marques.rangees)
    if ferme is None or rangees is None:
        return None
    nombre = np.diff(np.searchsorted(valeurs, marques.rangees), append=len(valeurs))
    place = _references(texte, cellule, rangees, nombre)
    if place is None:
        return None
    ligne, colonne, attributs = place
    apposes = _attributs(texte, attributs, valeur)
    cle = ligne * _LARGEUR + colonne
    if apposes is None or not bool((cle[1:] > cle[:-1]).all()):
        return None
    partage, style = apposes
    return Cellules(texte, ligne, colonne, partage, style, valeur + 3, ferme - valeur - 3)


def _marques(texte: Octets, debut: int, fin: int) -> _Marques | None:
    """The opening marks, when there are rows and cells only, and as many closing marks as they need."""
    marques = texte.octets[debut:fin] == ord("<")
    toutes = int(np.count_nonzero(marques))
    marques &= texte.octets[debut + 1 : fin + 1] != ord("/")
    places = np.flatnonzero(marques) + debut
    natures = texte.octets[places + 1]
    valeurs, rangees = np.flatnonzero(natures == ord("v")), np.flatnonzero(natures == ord("r"))
    cellules = int(np.count_nonzero(natures == ord("c")))
    if not len(valeurs) or natures[0] != ord("r") or cellules + len(valeurs) + len(rangees) != len(places):
        return None
    if toutes - len(places) != 2 * len(valeurs) + len(rangees):
        return None
    return _Marques(np.append(places, fin), np.append(natures, np.uint8(ord("r"))), valeurs, rangees)


def _fermees(texte: Octets, m: _Marques) -> Rangs | None:
    """Where each value ends, when cells are empty or hold a value and nothing else, and rows hold cells.

    With their number, known from the marks, this leaves no place for another closing mark.
    """
    cellules = m.natures == ord("c")
    if not bool(cellules[m.valeurs - 1].all()):
        return None
    # The last cell of a row is followed by the end of the row.
    ferme: Rangs = m.places[m.valeurs + 1] - 8 - 6 * ~cellules[m.valeurs + 1]
    fins = np.append(m.rangees[1:], len(m.places) - 1)
    if not bool(
        texte.sont(texte.mots(ferme), b"</v></c>").all()
        and texte.sont(texte.mots(m.places[fins] - 6), b"</row>").all()
        and (m.natures[fins - 1] != ord("r")).all()
    ):
        return None
    cellules[m.valeurs - 1] = False
    vides = np.flatnonzero(cellules)
    if len(vides):
        bouts = m.places[vides + 1] - 2 - 6 * (m.natures[vides + 1] == ord("r"))
        if not bool(texte.sont(texte.mots(bouts), b"/>").all()):
            return None
    return ferme


def _rangees(texte: Octets, places: Rangs, ouvertes: Rangs) -> _Rangees | None:
    """The rows, when each is numbered first and written as XML wants it up to the next mark."""
    place = places[ouvertes]
    ecrit = texte.mots(place + MOT)
    chiffres = premier(ecrit, b'"')
    if not bool((texte.sont(texte.mots(place), b'<row r="') & (chiffres < MOT)).all()):
        return None
    bits = (chiffres * MOT).astype(np.uint64)
    ecrit &= (np.uint64(1) << bits) - np.uint64(1)
    numero, lus = entiers(ecrit, chiffres)
    debuts, suites = (place + MOT + chiffres).tolist(), places[ouvertes + 1].tolist()
    formes = {texte.texte[d:s] for d, s in zip(debuts, suites, strict=True)}
    if not bool(lus.all()) or not all(_RANGEE.fullmatch(forme) for forme in formes):
        return None
    return _Rangees(place, numero, ecrit | (_GUILLEMET << bits), chiffres)


def _references(
    texte: Octets, cellule: Rangs, rangees: _Rangees, nombre: Rangs
) -> tuple[Rangs, Rangs, Rangs] | None:
    """(row numbers, zero-based columns, where the other attributes begin) from `<c r="AB12"`.

    Each of the *nombre* cells of a row must bear its number.
    """
    une, deux = texte.octets[cellule + 6] - np.uint8(64), texte.octets[cellule + 7] - np.uint8(64)
    double = (deux >= 1) & (deux <= 26)
    sain = (une >= 1) & (une <= 26) & texte.sont(texte.mots(cellule), b'<c r="')
    ecrits = cellule + 7
    colonne = une.astype(np.int64) - 1
    if bool(double.any()):
        ecrits += double
        colonne = np.where(double, colonne * 26 + deux + 25, colonne)
    chiffres, attendu = np.repeat(rangees.chiffres, nombre), np.repeat(rangees.ecrit, nombre)
    # The number and its quote are `chiffres + 1` bytes of the word, at most eight.
    inutiles = np.repeat(((MOT - 1 - rangees.chiffres) * MOT).astype(np.uint64), nombre)
    sain &= (texte.mots(ecrits) ^ attendu) << inutiles == 0
    if not bool(sain.all()):
        return None
    return np.repeat(rangees.numero, nombre), colonne, ecrits + chiffres + 1


def _attributs(texte: Octets, debut: Rangs, valeur: Rangs) -> tuple[Masque, Rangs] | None:
    """(whether the value is the rank of a shared text, style) from ` s="3" t="s"`, both optional."""
    mots = texte.mots(debut)
    reste = valeur - debut
    nus = (reste == 1) & texte.sont(mots, b"><v>")
    partage = (reste == 7) & texte.sont(mots, b' t="s"><')
    style = np.full(len(debut), -1)
    autres = np.flatnonzero(~(nus | partage))
    if not bool((texte.octets[valeur + 2] == ord(">")).all()):
        return None
    if len(autres):
        lus = _styles(texte, debut[autres], valeur[autres])
        if lus is None:
            return None
        partage[autres], style[autres] = lus
    return partage, style


def _styles(texte: Octets, debut: Rangs, valeur: Rangs) -> tuple[Masque, Rangs] | None:
    """`_attributs`, whatever they are."""
    bouts = texte.mots(valeur - 7)
    partage = texte.sont(bouts, b' t="s"><')
    typee = partage | texte.sont(bouts, b' t="n"><')
    fin = valeur - 1
    reste = fin - debut - 6 * typee
    if not bool(((texte.octets[fin] == ord(">")) & (reste >= 0)).all()):
        return None
    style = np.full(len(debut), -1)
    styles = np.flatnonzero(reste)
    mots = texte.mots(debut[styles])
    chiffres = reste[styles] - 5
    style[styles], lus = entiers(mots >> np.uint64(32), chiffres)
    lus &= texte.sont(mots, b' s="') & (premier(mots >> np.uint64(32), b'"') == chiffres)
    return (partage, style) if bool(lus.all()) else None
