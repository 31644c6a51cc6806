"""The constraints of Table Schema on typed columns: required, pattern, minimum, maximum, length, unique, and
the primary key on whole rows.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable

import polars as pl

from fanal.depots.formats import Schema
from fanal.depots.lecture import phrases
from fanal.depots.lecture.conversion import Colonne
from fanal.depots.lecture.phrases import Constat


def controler(colonne: Colonne, typee: pl.Series, lignes: pl.Series) -> None:
    """Note every cell that breaks a constraint of its field. `lignes` are spreadsheet row numbers."""
    champ = colonne.champ
    if champ.requis:
        for rang, vide in enumerate(colonne.vides):
            if vide:
                colonne.noter(rang, "requis", "refus", phrases.requis(champ))
    if champ.minimum is not None:
        _refuser(colonne, _rangs(typee < champ.minimum), "minimum", phrases.minimum)
    if champ.maximum is not None:
        _refuser(colonne, _rangs(typee > champ.maximum), "maximum", phrases.maximum)
    if champ.motif is not None:
        motif = re.compile(champ.motif)
        fautives = {v for v in set(typee.to_list()) if v is not None and not motif.fullmatch(v)}
        _refuser(colonne, _parmi(typee, fautives), "motif", phrases.motif)
    if champ.longueur_min is not None or champ.longueur_max is not None:
        bas, haut = champ.longueur_min or 0, champ.longueur_max or sys.maxsize
        fautives = {v for v in set(typee.to_list()) if v is not None and not bas <= len(v) <= haut}
        _refuser(colonne, _parmi(typee, fautives), "longueur", phrases.longueur)
    if champ.unique:
        _unicite(colonne, typee.to_list(), lignes)


def _rangs(masque: pl.Series) -> list[int]:
    return [rang for rang, vrai in enumerate(masque.to_list()) if vrai] if masque.any() else []


def _parmi(typee: pl.Series, fautives: set[str]) -> list[int]:
    return [rang for rang, v in enumerate(typee.to_list()) if v in fautives] if fautives else []


def _refuser(colonne: Colonne, rangs: Iterable[int], regle: str, phrase: phrases.Phrase) -> None:
    for rang in rangs:
        colonne.noter(rang, regle, "refus", phrase(colonne.champ, colonne.textes[rang] or ""))


def _unicite(colonne: Colonne, valeurs: list[object], lignes: pl.Series) -> None:
    """Every occurrence of a value after the first, as Table Schema tools report it."""
    premiers: dict[object, int] = {}
    for rang, valeur in enumerate(valeurs):
        if valeur is None:
            continue
        premier = premiers.setdefault(valeur, rang)
        if premier != rang:
            suite = phrases.unique(colonne.textes[rang] or "", int(lignes[premier]))
            colonne.noter(rang, "unique", "refus", suite)


def controler_cle(
    schema: Schema, typees: Iterable[pl.Series], presents: Iterable[str], lignes: pl.Series
) -> list[Constat]:
    """Every row whose primary key an earlier row has, or whose key is empty, as Table Schema tools judge it.

    Values are compared as typed; a key with a column that the file has not is not judged.
    """
    if not schema.cle or not set(schema.cle) <= set(presents):
        return []
    par_nom = {s.name: s for s in typees}
    cles = pl.DataFrame([par_nom[nom] for nom in schema.cle])
    titres = [schema.par_nom[nom].titre for nom in schema.cle]
    constats = []
    if not any(schema.par_nom[nom].requis for nom in schema.cle):
        # A required column says it by itself.
        empty = cles.select(pl.all_horizontal(pl.all().is_null())).to_series()
        constats += [
            Constat(rang, None, None, "requis", "refus", phrases.cle_vide(titres)) for rang in _rangs(empty)
        ]
    repeated = cles.select(pl.struct(pl.all()).is_duplicated()).to_series()
    premiers: dict[tuple[object, ...], int] = {}
    for rang in _rangs(repeated):
        cle = cles.row(rang)
        premier = premiers.setdefault(cle, rang)
        if premier == rang or all(v is None for v in cle):
            continue
        valeurs = ["" if v is None else str(v) for v in cle]
        suite = phrases.cle_connue(valeurs, titres, int(lignes[premier]))
        constats.append(Constat(rang, None, " ; ".join(valeurs), "doublon", "refus", suite))
    return constats
