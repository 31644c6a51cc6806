"""The shortest way through an XLSX sheet: numbers, days and shared texts, written as spreadsheets do.

The places of all cells are found together, on the bytes of the sheet. The grammar is closed: a sheet where
anything else stands (formula, error, boolean, text in line, unknown style, comment, other order of
attributes) is not read here, and goes to the reader of `classeur`. Tests hold the two ways equal.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl

from fanal.depots.lecture import chaines
from fanal.depots.lecture.grille import SEP, Ensemble, Grille, colonne_typee, texte_nombre
from fanal.depots.lecture.octets import MOT, Masque, Octets, Rangs, decimaux, entiers, premier

_OUVRE, _FERME = b"<sheetData>", b"</sheetData>"
_EPOQUE = date(1899, 12, 30)
# Days as spreadsheets count them: right from 1 March 1900 on, to the end of year 9999.
_PREMIER_JOUR, _DERNIER_JOUR = 61, 2_958_465
_JOURS_1970 = 25_569
_LARGEUR = 1024
_NOMBRE = re.compile(rb"-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")


# Numbers as `texte_nombre` writes them; those of a sheet are, but for the comma, unless they are long.
_ECRITURE = re.compile(r"(?:\x00-?(?!0,0000)(?:0|[1-9][0-9]{0,14})(?:,[0-9]*[1-9])?)+\x00")
_COURT = 12


# What may follow the number of a row that is not empty.
_RANGEE = re.compile(rb'(?: [A-Za-z][A-Za-z0-9:]*="[^"<>&]*")* ?>\s*')


@dataclass
class _Cellules:
    """Every cell with a value, in the order of the sheet. `style` is -1 where there is none."""

    texte: Octets
    ligne: Rangs
    colonne: Rangs
    partage: Masque
    style: Rangs
    debut: Rangs
    longueur: Rangs


@dataclass
class _Valeurs:
    """What the cells under the header hold, column after column; `bornes` tells where each begins."""

    rang: Rangs
    partage: Masque
    jour: Masque
    texte: Octets
    debut: Rangs
    longueur: Rangs
    indice: Rangs
    nombre: np.ndarray[Any, np.dtype[np.float64]]
    bornes: list[int]


def lire_feuille(nom: str, xml: bytes, parties: dict[str, bytes]) -> Grille | None:
    """The sheet as typed columns under its first row, or None when it is not of the plainest kind."""
    if b"date1904" in parties.get("xl/workbook.xml", b""):
        return None
    cellules = _relever(xml)
    textes = chaines.chaines(parties.get("xl/sharedStrings.xml", b"")) if cellules else None
    natures = chaines.natures(parties.get("xl/styles.xml", b"")) if textes else None
    if cellules is None or textes is None or natures is None:
        return None
    entete = int(cellules.ligne[0])
    largeur = int(np.searchsorted(cellules.ligne, entete + 1))
    rangs = cellules.colonne - cellules.colonne[0]
    hauteur = int(cellules.ligne[-1]) - entete
    if not hauteur or rangs[largeur - 1] != largeur - 1 or rangs.max() >= largeur or rangs.min() < 0:
        return None
    valeurs = _evaluer(cellules, rangs, largeur, len(textes), natures)
    titres = _titres(cellules, largeur, textes)
    if valeurs is None or titres is None:
        return None
    ensembles: dict[int, Ensemble] = {}
    textes_ou_rien: list[str | None] = [*textes, None]
    colonnes = [
        _colonne(titre, valeurs, i, hauteur, textes_ou_rien, ensembles) for i, titre in enumerate(titres)
    ]
    lignes = pl.Series(np.arange(entete + 1, entete + 1 + hauteur))
    return Grille(nom, titres, colonnes, lignes, entete, ensembles=ensembles)


def _relever(xml: bytes) -> _Cellules | None:
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
    cellule, valeur, ferme = balises[valeurs - 1], balises[valeurs], balises[valeurs + 1]
    place = _references(texte, cellule)
    if place is None:
        return None
    ligne, colonne, attributs = place
    apposes = _attributs(texte, attributs, valeur)
    cle = ligne * _LARGEUR + colonne
    if apposes is None or not bool((cle[1:] > cle[:-1]).all()):
        return None
    partage, style = apposes
    return _Cellules(texte, ligne, colonne, partage, style, valeur + 3, ferme - valeur - 3)


def _balises_attendues(texte: Octets, balises: Rangs, natures: Any, valeurs: Rangs) -> bool:
    """Whether there are rows and cells only, a cell being empty or holding a value and nothing else."""
    if natures[0] != ord("r"):
        return False
    cellules, fermees, rangees = natures == ord("c"), natures == ord("/"), natures == ord("r")
    connues = sum(map(np.count_nonzero, (cellules, fermees, rangees))) + len(valeurs)
    if connues != len(natures) or not bool(cellules[valeurs - 1].all()):
        return False
    if not bool(texte.sont(texte.mots(balises[valeurs + 1]), b"</v></c>").all()):
        return False
    cellules[valeurs - 1] = fermees[valeurs + 1] = fermees[valeurs + 2] = fermees[-1] = False
    apres = balises[np.flatnonzero(cellules) + 1]
    fins = np.flatnonzero(fermees)
    return bool(
        texte.sont(texte.mots(apres - 2), b"/>").all()
        and texte.sont(texte.mots(balises[fins]), b"</row>").all()
        # A row ends before the next one, or the end.
        and (rangees[fins + 1] | (fins + 2 == len(natures))).all()
    ) and _rangees_saines(texte.texte, balises, np.flatnonzero(rangees), len(fins))


def _rangees_saines(texte: bytes, balises: Rangs, rangees: Rangs, fermees: int) -> bool:
    """Whether each row is numbered first, written as XML wants it up to the next mark, and closed."""
    debuts, suites = balises[rangees].tolist(), balises[rangees + 1].tolist()
    ecrites = [texte[d:s].partition(b'"') for d, s in zip(debuts, suites, strict=True)]
    numeros = [reste.partition(b'"') for _, _, reste in ecrites]
    formes = {(ouvre, suite) for (ouvre, _, _), (_, _, suite) in zip(ecrites, numeros, strict=True)}
    sains = all(o == b"<row r=" and _RANGEE.fullmatch(s) for o, s in formes)
    return sains and fermees == len(rangees) and b"".join([n or b"?" for n, _, _ in numeros]).isdigit()


def _references(texte: Octets, cellule: Rangs) -> tuple[Rangs, Rangs, Rangs] | None:
    """(row numbers, zero-based columns, where the other attributes begin) from `<c r="AB12"`."""
    mots = texte.mots(cellule + 6)
    une, deux = ((mots >> np.uint64(d) & np.uint64(0xFF)).astype(np.int64) - 64 for d in (0, 8))
    double = deux > 0
    numeros = mots >> np.where(double, np.uint64(16), np.uint64(8))
    chiffres = premier(numeros, b'"')
    sain = (une >= 1) & (une <= 26) & (deux <= 26) & (chiffres < MOT)
    if not bool((sain & texte.sont(texte.mots(cellule), b'<c r="')).all()):
        return None
    # The cells of a row share its number, read once.
    numeros &= (np.uint64(1) << (chiffres * MOT).astype(np.uint64)) - np.uint64(1)
    debuts = np.flatnonzero(np.concatenate(([True], numeros[1:] != numeros[:-1])))
    lignes, lues = entiers(numeros[debuts], chiffres[debuts])
    if not bool(lues.all()):
        return None
    ligne = np.repeat(lignes, np.diff(debuts, append=len(numeros)))
    return ligne, np.where(double, une * 26 + deux, une) - 1, cellule + 8 + double + chiffres


def _attributs(texte: Octets, debut: Rangs, valeur: Rangs) -> tuple[Masque, Rangs] | None:
    """(whether the value is the rank of a shared text, style) from ` s="3" t="s"`, both optional."""
    bouts = texte.mots(valeur - 7)
    partage = texte.sont(bouts, b' t="s"><')
    typee = partage | texte.sont(bouts, b' t="n"><')
    fin = valeur - 1
    reste = fin - debut - 6 * typee
    if not bool(
        ((texte.octets[fin] == ord(">")) & (texte.octets[valeur + 2] == ord(">")) & (reste >= 0)).all()
    ):
        return None
    style = np.full(len(debut), -1)
    styles = np.flatnonzero(reste)
    mots = texte.mots(debut[styles])
    chiffres = reste[styles] - 5
    style[styles], lus = entiers(mots >> np.uint64(32), chiffres)
    lus &= texte.sont(mots, b' s="') & (premier(mots >> np.uint64(32), b'"') == chiffres)
    return (partage, style) if bool(lus.all()) else None


def _titres(cellules: _Cellules, largeur: int, textes: list[str]) -> list[str] | None:
    """The texts of the first row when each column has its own, else None."""
    if not bool(cellules.partage[:largeur].all()):
        return None
    indices, lus = entiers(cellules.texte.mots(cellules.debut[:largeur]), cellules.longueur[:largeur])
    if not bool(lus.all()) or int(indices.max()) >= len(textes):
        return None
    titres = [textes[i] for i in indices.tolist()]
    return titres if len({*titres}) == largeur and all(t == t.strip() for t in titres) else None


def _evaluer(
    cellules: _Cellules, rangs: Rangs, largeur: int, nombre_textes: int, natures: list[int]
) -> _Valeurs | None:
    """The values under the header, by column; None when one is not as expected."""
    ordre = np.argsort(rangs[largeur:].astype(np.uint16), kind="stable") + largeur
    partage, debut, longueur = cellules.partage[ordre], cellules.debut[ordre], cellules.longueur[ordre]
    style = cellules.style[ordre]
    if int(style.max()) >= len(natures):
        return None
    # The last place, which is that of no style, is a plain number.
    nature = np.array([*natures, chaines.NOMBRE])[style]
    partages, nombres = np.flatnonzero(partage), np.flatnonzero(~partage)
    indice, nombre = np.zeros(len(ordre), np.int64), np.zeros(len(ordre))
    indice[partages], lus = entiers(cellules.texte.mots(debut[partages]), longueur[partages])
    jour = (nature == chaines.JOUR) & ~partage
    ecrits = _nombres(cellules.texte, debut[nombres], longueur[nombres])
    if ecrits is None or bool((~partage & (nature == chaines.AUTRE)).any()):
        return None
    nombre[nombres] = ecrits
    if not bool(lus.all() and (indice < nombre_textes).all()) or not _jours_sains(nombre[jour]):
        return None
    bornes = np.searchsorted(rangs[ordre], np.arange(largeur + 1)).tolist()
    rang = cellules.ligne[ordre] - cellules.ligne[0] - 1
    return _Valeurs(rang, partage, jour, cellules.texte, debut, longueur, indice, nombre, bornes)


def _nombres(texte: Octets, debut: Rangs, longueur: Rangs) -> np.ndarray[Any, np.dtype[np.float64]] | None:
    """The numbers written at some places; None when one is not plain, or is a negative zero."""
    nombres, lus = decimaux(texte, debut, longueur)
    for i in np.flatnonzero(~lus).tolist():
        ecrit = texte.texte[debut[i] : debut[i] + longueur[i]]
        if not _NOMBRE.fullmatch(ecrit):
            return None
        nombres[i] = float(ecrit)
    sains = np.isfinite(nombres) & ((nombres != 0) | ~np.signbit(nombres))
    return nombres if bool(sains.all()) else None


def _jours_sains(jours: np.ndarray[Any, np.dtype[np.float64]]) -> bool:
    return bool(((jours >= _PREMIER_JOUR) & (jours <= _DERNIER_JOUR) & (jours == np.floor(jours))).all())


def _colonne(
    titre: str,
    valeurs: _Valeurs,
    i: int,
    hauteur: int,
    textes: list[str | None],
    ensembles: dict[int, Ensemble],
) -> pl.Series:
    """One column, of the narrowest type that keeps every cell. `ensembles` receives its distinct texts."""
    bornes = slice(valeurs.bornes[i], valeurs.bornes[i + 1])
    rang, partage, jour = valeurs.rang[bornes], valeurs.partage[bornes], valeurs.jour[bornes]
    if not len(rang):
        return pl.Series(titre, [None] * hauteur, dtype=pl.Null)
    if bool(partage.all()):
        indices = np.full(hauteur, len(textes) - 1)
        indices[rang] = valeurs.indice[bornes]
        ecrits = list(map(textes.__getitem__, indices.tolist()))
        ensembles[i] = Ensemble.de(ecrits)
        return pl.Series(titre, ecrits, dtype=pl.String)
    nombre = valeurs.nombre[bornes]
    jours = bool(jour.all())
    if jours or not bool((partage | jour).any()):
        places = np.full(hauteur, np.nan)
        places[rang] = nombre - _JOURS_1970 if jours else nombre
        serie = pl.Series(titre, places, nan_to_null=len(rang) < hauteur)
        return serie.cast(pl.Int32).cast(pl.Date) if jours else serie
    if not bool(jour.any()):
        meles = _melange(valeurs, bornes, hauteur, textes)
        if meles is not None:
            return pl.Series(titre, meles, dtype=pl.String)
    melange: list[Any] = [None] * hauteur
    for k, indice, de_texte, de_jour, n in zip(
        *(v.tolist() for v in (rang, valeurs.indice[bornes], partage, jour, nombre)), strict=True
    ):
        melange[k] = textes[indice] if de_texte else _EPOQUE + timedelta(days=n) if de_jour else n
    return colonne_typee(melange)


def _melange(
    valeurs: _Valeurs, bornes: slice, hauteur: int, textes: list[str | None]
) -> list[str | None] | None:
    """Texts and numbers as texts, unless a number takes an exponent or is oddly written."""
    v = valeurs
    rang, partage, indice, debut, longueur, nombre = (
        t[bornes].tolist() for t in (v.rang, v.partage, v.indice, v.debut, v.longueur, v.nombre)
    )
    octets = valeurs.texte.texte
    ecrites = [
        octets[d : d + n].decode() if n <= _COURT else texte_nombre(x)
        for d, n, x, t in zip(debut, longueur, nombre, partage, strict=True)
        if not t
    ]
    nombres = SEP.join(ecrites).replace(".", ",")
    if not _ECRITURE.fullmatch(SEP + nombres + SEP):
        return None
    suite = iter(nombres.split(SEP))
    ecrits: list[str | None] = [None] * hauteur
    for k, i, t in zip(rang, indice, partage, strict=True):
        ecrits[k] = textes[i] if t else next(suite)
    return ecrits
