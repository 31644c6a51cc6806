"""The constraints of Table Schema on typed columns: required, pattern, minimum, maximum, unique."""

from __future__ import annotations

import polars as pl

from fanal.depots.lecture import phrases
from fanal.depots.lecture.conversion import Colonne
from fanal.depots.lecture.grille import texte_colonne


def controler(colonne: Colonne, typee: pl.Series, vides: pl.Series, lignes: pl.Series) -> None:
    """Note every cell of a column that breaks a constraint of its field. `lignes` are spreadsheet row numbers."""
    champ = colonne.champ
    if champ.requis and vides.any():
        for rang in vides.arg_true().to_list():
            texte = texte_colonne(colonne.brute.slice(rang, 1))[0]
            colonne.noter(rang, texte, "requis", "refus", phrases.requis(champ))
    if champ.motif is not None:
        conformes = typee.str.contains(f"^(?:{champ.motif})$")
        _refuser(colonne, typee, ~conformes, "motif", phrases.motif)
    if champ.minimum is not None:
        _refuser(colonne, typee, typee < champ.minimum, "minimum", phrases.minimum)
    if champ.maximum is not None:
        _refuser(colonne, typee, typee > champ.maximum, "maximum", phrases.maximum)
    if champ.unique:
        _unicite(colonne, typee, lignes)


def _refuser(
    colonne: Colonne, typee: pl.Series, fautifs: pl.Series, regle: str, phrase: phrases.Phrase
) -> None:
    if not fautifs.any():
        return
    for rang in fautifs.fill_null(value=False).arg_true().to_list():
        texte = texte_colonne(colonne.brute.slice(rang, 1))[0] or str(typee[rang])
        colonne.noter(rang, texte, regle, "refus", phrase(colonne.champ, texte))


def _unicite(colonne: Colonne, typee: pl.Series, lignes: pl.Series) -> None:
    """Every occurrence of a value after the first, as Table Schema tools report it."""
    if typee.n_unique() >= len(typee):
        return
    remplies = typee.is_not_null()
    premiers: dict[object, int] = {}
    repetes = (typee.is_duplicated() & remplies).arg_true().to_list()
    for rang, valeur in zip(repetes, typee.gather(repetes).to_list(), strict=True):
        if valeur not in premiers:
            premiers[valeur] = rang
            continue
        texte = texte_colonne(colonne.brute.slice(rang, 1))[0] or str(valeur)
        colonne.noter(rang, texte, "unique", "refus", phrases.unique(texte, int(lignes[premiers[valeur]])))
