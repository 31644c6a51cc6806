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


def relever(xml: bytes) -> Cellules | None:
    """Where the cells with a value stand; None when one mark of the sheet is not an expected one."""
    debut, fin = xml.find(_OUVRE), xml.rfind(_FERME)
    if debut < 0 or fin < debut or not chaines.en_utf8(xml):
        return None
    if not chaines.bien_forme(xml[:debut] + xml[fin + len(_FERME) :]):
        return None
    texte = Octets(xml[debut + len(_OUVRE) : fin + len(_FERME)])
    if not texte.texte.isascii():
        return None
    balises = np.flatnonzero(texte.octets == ord("<"))
    natures = texte.octets[balises + 1]
    valeurs = np.flatnonzero(natures == ord("v"))
    if not len(valeurs) or not _balises_attendues(texte, balises, natures, valeurs):
        return None
    ouvertes = np.flatnonzero(natures == ord("r"))
    rangees = _rangees(texte, balises, ouvertes)
    if rangees is None:
        return None
    cellule, valeur, ferme = balises[valeurs - 1], balises[valeurs], balises[valeurs + 1]
    nombre = np.diff(np.searchsorted(valeurs, ouvertes), append=len(valeurs))
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


def _balises_attendues(texte: Octets, balises: Rangs, natures: npt.NDArray[np.uint8], valeurs: Rangs) -> bool:
    """Whether there are rows and cells only, a cell being empty or holding a value and nothing else."""
    if natures[0] != ord("r"):
        return False
    cellules, fermees, rangees = natures == ord("c"), natures == ord("/"), natures == ord("r")
    rangs = int(np.count_nonzero(rangees))
    connues = int(np.count_nonzero(cellules)) + int(np.count_nonzero(fermees)) + rangs + len(valeurs)
    if connues != len(natures) or not bool(cellules[valeurs - 1].all()):
        return False
    if not bool(texte.sont(texte.mots(balises[valeurs + 1]), b"</v></c>").all()):
        return False
    cellules[valeurs - 1] = fermees[valeurs + 1] = fermees[valeurs + 2] = fermees[-1] = False
    vides = np.flatnonzero(cellules)
    fins = np.flatnonzero(fermees)
    return bool(
        (not len(vides) or texte.sont(texte.mots(balises[vides + 1] - 2), b"/>").all())
        and len(fins) == rangs
        and texte.sont(texte.mots(balises[fins]), b"</row>").all()
        # A row ends before the next one, or the end.
        and (rangees[fins + 1] | (fins + 2 == len(natures))).all()
    )


def _rangees(texte: Octets, balises: Rangs, ouvertes: Rangs) -> _Rangees | None:
    """The rows, when each is numbered first and written as XML wants it up to the next mark."""
    place = balises[ouvertes]
    ecrit = texte.mots(place + MOT)
    chiffres = premier(ecrit, b'"')
    if not bool((texte.sont(texte.mots(place), b'<row r="') & (chiffres < MOT)).all()):
        return None
    bits = (chiffres * MOT).astype(np.uint64)
    ecrit &= (np.uint64(1) << bits) - np.uint64(1)
    numero, lus = entiers(ecrit, chiffres)
    debuts, suites = (place + MOT + chiffres).tolist(), balises[ouvertes + 1].tolist()
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
