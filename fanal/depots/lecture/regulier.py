"""The shortest way through an XLSX sheet: the cells of `releve` as typed columns under its first row.

Columns of one kind are made together: a library that reads columns spends more on each call than on the
cells. A sheet with an unknown style, an odd number or an odd day is left to the reader of `classeur`. Tests
hold the two ways equal.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl

from fanal.depots.lecture import chaines
from fanal.depots.lecture.chaines import Chaines
from fanal.depots.lecture.grille import SEP, Ensemble, Grille, colonne_typee, texte_nombre
from fanal.depots.lecture.octets import Octets, Rangs, decimaux, entiers
from fanal.depots.lecture.releve import Cellules, relever

Doubles = np.ndarray[Any, np.dtype[np.float64]]

_EPOQUE = date(1899, 12, 30)
# Days as spreadsheets count them: right from 1 March 1900 on, to the end of year 9999.
_PREMIER_JOUR, _DERNIER_JOUR = 61, 2_958_465
_JOURS_1970 = 25_569
_NOMBRES = re.compile(rb"(?:-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)? )+")
# Numbers as `texte_nombre` writes them; those of a sheet are, but for the comma, unless they are long.
_ECRITURE = re.compile(r"(?:\x00-?(?!0,0000)(?:0|[1-9][0-9]{0,14})(?:,[0-9]*[1-9])?)+\x00")
_COURT = 12
# Places of a sheet, empty ones included, beyond which they are too many to be laid out together.
_PLACES_MAX = 20_000_000


@dataclass
class _Valeurs:
    """What the cells under the header hold, in the order of the sheet.

    `indice` is the rank of a shared text, for the cells that `partage` tells; `nombre` the number of others.
    """

    cellules: Cellules
    rang: Rangs
    colonne: Rangs
    hauteur: int
    partages: Rangs
    indices: Rangs
    nombres: Rangs
    lus: Doubles
    jour: np.ndarray[Any, np.dtype[np.bool_]]


def lire_feuille(nom: str, xml: bytes, parties: dict[str, bytes]) -> Grille | None:
    """The sheet as typed columns under its first row, or None when it is not of the plainest kind."""
    if b"date1904" in parties.get("xl/workbook.xml", b""):
        return None
    cellules = relever(xml)
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
    titres = _titres(cellules, largeur, textes.valeurs)
    if titres is None or largeur * hauteur > _PLACES_MAX:
        return None
    valeurs = _evaluer(cellules, rangs[largeur:], largeur, len(textes.valeurs), natures)
    if valeurs is None:
        return None
    ensembles: dict[int, Ensemble] = {}
    decimaux: dict[int, dict[str, str]] = {}
    colonnes = _colonnes(titres, valeurs, textes, ensembles, decimaux)
    lignes = pl.Series(np.arange(entete + 1, entete + 1 + hauteur))
    return Grille(nom, titres, colonnes, lignes, entete, ensembles=ensembles, decimaux=decimaux)


def _titres(cellules: Cellules, largeur: int, textes: list[str]) -> list[str] | None:
    """The texts of the first row when each column has its own, else None."""
    if not bool(cellules.partage[:largeur].all()):
        return None
    indices, lus = entiers(cellules.texte.mots(cellules.debut[:largeur]), cellules.longueur[:largeur])
    if not bool(lus.all()) or int(indices.max()) >= len(textes):
        return None
    titres = [textes[i] for i in indices.tolist()]
    return titres if len({*titres}) == largeur and all(t == t.strip() for t in titres) else None


def _evaluer(
    cellules: Cellules, colonne: Rangs, largeur: int, nombre_textes: int, natures: tuple[int, ...]
) -> _Valeurs | None:
    """The values under the header; None when one is not as expected."""
    partage, style = cellules.partage[largeur:], cellules.style[largeur:]
    debut, longueur = cellules.debut[largeur:], cellules.longueur[largeur:]
    if int(style.max()) >= len(natures):
        return None
    partages, nombres = np.flatnonzero(partage), np.flatnonzero(~partage)
    indices, lus = entiers(cellules.texte.mots(debut[partages]), longueur[partages])
    if not bool(lus.all() and (indices < nombre_textes).all()):
        return None
    # The last place, which is that of no style, is a plain number.
    nature = np.array([*natures, chaines.NOMBRE])[style[nombres]]
    ecrits = _nombres(cellules.texte, debut[nombres], longueur[nombres])
    jour = nature == chaines.JOUR
    if ecrits is None or bool((nature == chaines.AUTRE).any()) or not _jours_sains(ecrits[jour]):
        return None
    ligne = cellules.ligne
    rang, hauteur = ligne[largeur:] - (ligne[0] + 1), int(ligne[-1] - ligne[0])
    return _Valeurs(cellules, rang, colonne, hauteur, partages, indices, nombres, ecrits, jour)


def _nombres(texte: Octets, debut: Rangs, longueur: Rangs) -> Doubles | None:
    """The numbers written at some places; None when one is not plain, or is a negative zero."""
    nombres, lus = decimaux(texte, debut, longueur)
    autres = np.flatnonzero(~lus)
    if len(autres):
        fins = (debut[autres] + longueur[autres]).tolist()
        ecrits = [texte.texte[d:f] for d, f in zip(debut[autres].tolist(), fins, strict=True)]
        if not _NOMBRES.fullmatch(b" ".join([*ecrits, b""])):
            return None
        nombres[autres] = list(map(float, ecrits))
    sains = np.isfinite(nombres) & ((nombres != 0) | ~np.signbit(nombres))
    return nombres if bool(sains.all()) else None


def _jours_sains(jours: Doubles) -> bool:
    return bool(((jours >= _PREMIER_JOUR) & (jours <= _DERNIER_JOUR) & (jours == np.floor(jours))).all())


def _colonnes(
    titres: list[str],
    v: _Valeurs,
    textes: Chaines,
    ensembles: dict[int, Ensemble],
    decimaux: dict[int, dict[str, str]],
) -> list[pl.Series]:
    """The columns, each of the narrowest type that keeps every cell.

    `ensembles` and `decimaux` receive what is known of those of text and of those of mixed cells.
    """
    largeur, hauteur = len(titres), v.hauteur
    de_texte = np.bincount(v.colonne[v.partages], minlength=largeur)
    de_nombre = np.bincount(v.colonne[v.nombres], minlength=largeur)
    de_jour = np.bincount(v.colonne[v.nombres[v.jour]], minlength=largeur)
    place = v.colonne * hauteur + v.rang
    colonnes: dict[int, pl.Series] = {}
    purs = np.flatnonzero((de_texte > 0) & (de_nombre == 0))
    if len(purs):
        colonnes |= _textes(purs, place, v, largeur, textes, ensembles)
    nombres = np.flatnonzero((de_nombre > 0) & (de_texte == 0) & ((de_jour == 0) | (de_jour == de_nombre)))
    if len(nombres):
        colonnes |= _mesures(nombres, place, v, largeur, de_jour, de_nombre)
    faites = []
    for i, titre in enumerate(titres):
        if i in colonnes:
            faites.append(colonnes[i].alias(titre))
        elif not de_texte[i] and not de_nombre[i]:
            faites.append(pl.Series(titre, [None] * hauteur, dtype=pl.Null))
        else:
            faites.append(_melee(titre, i, v, textes.valeurs, decimaux))
    return faites


def _textes(
    rangs: Rangs, place: Rangs, v: _Valeurs, largeur: int, textes: Chaines, ensembles: dict[int, Ensemble]
) -> dict[int, pl.Series]:
    """The columns of texts: their ranks laid out together, looked up in one call."""
    vide, hauteur = len(textes.valeurs), v.hauteur
    places = np.full(largeur * hauteur, vide, np.uint32)
    places[place[v.partages]] = v.indices
    etendus = places.reshape(largeur, hauteur)[rangs]
    ecrits = pl.Series([*textes.valeurs, None], dtype=pl.String)[pl.Series(etendus.ravel())]
    colonnes = {}
    for k, (i, distincts) in enumerate(zip(rangs.tolist(), _distincts(etendus, vide), strict=True)):
        ensembles[i] = Ensemble({*map(textes.valeurs.__getitem__, distincts)}, textes.louches)
        colonnes[i] = ecrits.slice(k * hauteur, hauteur)
    return colonnes


def _distincts(etendus: np.ndarray[Any, np.dtype[np.uint32]], vide: int) -> list[list[int]]:
    """The distinct ranks of each row, but for *vide*."""
    if len(etendus) * (vide + 1) > _PLACES_MAX:
        return [np.setdiff1d(rangee, vide).tolist() for rangee in etendus]
    # One row after the other: places are found faster in one line than in a table.
    debuts = np.arange(len(etendus) + 1) * (vide + 1)
    presents = np.zeros(debuts[-1], np.bool_)
    presents[(etendus + debuts[:-1, None]).ravel()] = True
    presents[debuts[1:] - 1] = False
    places = np.flatnonzero(presents)
    bornes, tous = np.searchsorted(places, debuts).tolist(), (places % (vide + 1)).tolist()
    return [tous[a:b] for a, b in itertools.pairwise(bornes)]


def _mesures(
    rangs: Rangs, place: Rangs, v: _Valeurs, largeur: int, de_jour: Rangs, de_nombre: Rangs
) -> dict[int, pl.Series]:
    """The columns of numbers and of days, laid out together."""
    hauteur = v.hauteur
    places = np.full(largeur * hauteur, np.nan)
    places[place[v.nombres]] = v.lus
    nombres = pl.Series(places.reshape(largeur, hauteur)[rangs].ravel(), nan_to_null=True)
    colonnes = {}
    for k, i in enumerate(rangs.tolist()):
        serie = nombres.slice(k * hauteur, hauteur)
        if de_jour[i]:
            serie = (serie.cast(pl.Int32) - _JOURS_1970).cast(pl.Date)
        colonnes[i] = serie
    return colonnes


def _melee(
    titre: str, i: int, v: _Valeurs, textes: list[str], decimaux: dict[int, dict[str, str]]
) -> pl.Series:
    """A column that holds cells of several kinds."""
    ecrits: list[Any] = [None] * v.hauteur
    partages = np.flatnonzero(v.colonne[v.partages] == i)
    nombres = np.flatnonzero(v.colonne[v.nombres] == i)
    for rang, indice in zip(v.rang[v.partages[partages]].tolist(), v.indices[partages].tolist(), strict=True):
        ecrits[rang] = textes[indice]
    rangs, lus, jours = v.rang[v.nombres[nombres]].tolist(), v.lus[nombres].tolist(), v.jour[nombres]
    if not bool(jours.any()) and len(partages):
        textuels = _ecrire(v, v.nombres[nombres], lus)
        if textuels is not None:
            virgules, points = textuels
            for rang, texte in zip(rangs, virgules, strict=True):
                ecrits[rang] = texte
            decimaux[i] = dict(zip(virgules, points, strict=True))
            return pl.Series(titre, ecrits, dtype=pl.String)
    for rang, nombre, jour in zip(rangs, lus, jours.tolist(), strict=True):
        ecrits[rang] = _EPOQUE + timedelta(days=nombre) if jour else nombre
    return colonne_typee(ecrits)


def _ecrire(v: _Valeurs, cellules: Rangs, nombres: list[float]) -> tuple[list[str], list[str]] | None:
    """Numbers as texts, with a comma and with a dot, unless one takes an exponent or is oddly written."""
    octets, largeur = v.cellules.texte.texte, len(v.cellules.debut) - len(v.rang)
    debut, longueur = v.cellules.debut[cellules + largeur], v.cellules.longueur[cellules + largeur]
    ecrites = [octets[d:f] for d, f in zip(debut.tolist(), (debut + longueur).tolist(), strict=True)]
    for k in np.flatnonzero(longueur > _COURT).tolist():
        ecrites[k] = texte_nombre(nombres[k]).replace(",", ".").encode()
    points = b"\0".join(ecrites).decode()
    virgules = points.replace(".", ",")
    return (virgules.split(SEP), points.split(SEP)) if _ECRITURE.fullmatch(f"{SEP}{virgules}{SEP}") else None
