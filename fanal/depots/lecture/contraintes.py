"""The constraints of Table Schema on typed columns: required, pattern, minimum, maximum, length, unique."""

from __future__ import annotations

import re
from collections.abc import Iterable

import polars as pl

from fanal.depots.lecture import phrases
from fanal.depots.lecture.conversion import Colonne


def controler(colonne: Colonne, typee: pl.Series, lignes: pl.Series) -> None:
    """Note every cell that breaks a constraint of its field. `lignes` are spreadsheet row numbers."""
    champ = colonne.champ
    if champ.requis:
        for rang, vide in enumerate(colonne.vides):
            if vide:
                colonne.noter(rang, "requis", "refus", phrases.requis(champ))
    valeurs = typee.to_list()
    if champ.motif is not None:
        motif = re.compile(champ.motif)
        bonnes = {v for v in set(valeurs) if v is None or motif.fullmatch(v)}
        _refuser(colonne, (r for r, v in enumerate(valeurs) if v not in bonnes), "motif", phrases.motif)
    if champ.minimum is not None:
        faibles = (r for r, v in enumerate(valeurs) if v is not None and v < champ.minimum)
        _refuser(colonne, faibles, "minimum", phrases.minimum)
    if champ.maximum is not None:
        fortes = (r for r, v in enumerate(valeurs) if v is not None and v > champ.maximum)
        _refuser(colonne, fortes, "maximum", phrases.maximum)
    if champ.longueur_min is not None or champ.longueur_max is not None:
        bas, haut = champ.longueur_min or 0, champ.longueur_max
        longues = (
            r
            for r, v in enumerate(valeurs)
            if v is not None and (len(v) < bas or (haut is not None and len(v) > haut))
        )
        _refuser(colonne, longues, "longueur", phrases.longueur)
    if champ.unique:
        _unicite(colonne, valeurs, lignes)


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
