"""The quick way through a column where everything is in order.

For each column this proves, on its distinct values taken together, that nothing deserves a second look, and
converts it in one call. Columns without that proof go through `conversion` and `contraintes`, which stay the
reference: tests hold the two ways equal. Polars spends 0.1 ms to plan the smallest expression, so a handful
of expressions per column would cost more than reading the workbook: set operations and one pattern do not.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

import polars as pl

from fanal.depots.formats import Champ, Schema
from fanal.depots.lecture import conversion as c
from fanal.depots.lecture.grille import texte_colonne

# Distinct values are searched as one text, each between two of these (no spreadsheet or CSV can hold one).
SEP = "\x00"
_DOUTEUX = re.compile(r"\x00[\s#=]|\s\x00|\x00\x00")
_CODE = re.compile(r"\x00(?:[0-9](?:[.,][0-9]+)?[eE]\+[0-9]{1,3}|[0-9]+[.,]0)\x00")
_FINESS = re.compile(r"(?:\x00[0-9A-Z]{9})+\x00")
_NOMBRES = re.compile(r"(?:\x00[-+]?[0-9]{1,18}(?:\.[0-9]{1,2}|\.[0-9]{4,6})?)+\x00")
_DATES = re.compile(r"(?:\x00[0-9]{4}-[0-9]{2}-[0-9]{2})+\x00|(?:\x00[0-9]{2}/[0-9]{2}/[0-9]{4})+\x00")
_ECRITURE = re.compile(r"(?:\x00-?[0-9]{1,10}\.[0-9]{1,5})+\x00")


def assembler(distinctes: set[str]) -> str:
    """Distinct values as one text to search."""
    return SEP + SEP.join(distinctes) + SEP


def convertir_propre(serie: pl.Series, champ: Champ, schema: Schema, ordre_dates: str) -> pl.Series | None:
    """The typed column when every cell is as the format wants it, else None."""
    nuls = serie.null_count()
    if champ.requis and nuls:
        return None
    if serie.dtype == pl.Null or nuls == len(serie):
        return pl.Series([None] * len(serie), dtype=c.dtype(champ))
    typee = _CHEMINS[champ.type](serie, champ, schema, ordre_dates)
    if typee is None or typee.null_count() != nuls or not _dans_les_bornes(typee, champ):
        return None
    if champ.unique and typee.n_unique() - bool(nuls) != len(typee) - nuls:
        return None
    return typee


def _dans_les_bornes(typee: pl.Series, champ: Champ) -> bool:
    if champ.minimum is not None and typee.min() < champ.minimum:  # type: ignore[operator]
        return False
    return not (champ.maximum is not None and typee.max() > champ.maximum)  # type: ignore[operator]


def _texte(serie: pl.Series, champ: Champ, schema: Schema, _ordre: str) -> pl.Series | None:
    if serie.dtype != pl.String:
        return None
    distinctes = set(serie.to_list())
    distinctes.discard(None)
    if champ.enumeration:
        return serie if distinctes <= _valeurs(champ) else None
    if not distinctes.isdisjoint(_mentions(schema.nom, tuple(schema.mentions))):
        return None
    ensemble = assembler(distinctes)
    if champ.fanal.get("finess"):
        return serie if _FINESS.fullmatch(ensemble) and _conforme(champ, distinctes) else None
    if (
        _DOUTEUX.search(ensemble)
        or (champ.code and _CODE.search(ensemble))
        or not _conforme(champ, distinctes)
    ):
        return None
    return serie


def _conforme(champ: Champ, distinctes: set[str]) -> bool:
    if champ.motif is None:
        return True
    correspond = _motif(champ.motif).fullmatch
    return all(correspond(valeur) for valeur in distinctes)


@lru_cache(maxsize=512)
def _motif(motif: str) -> re.Pattern[str]:
    return re.compile(motif)


@lru_cache(maxsize=512)
def _valeurs(champ: Champ) -> frozenset[str]:
    return frozenset(champ.enumeration)


@lru_cache(maxsize=64)
def _mentions(_nom: str, mentions: tuple[str, ...]) -> frozenset[str]:
    return frozenset(mentions)


def _nombre(serie: pl.Series, _champ: Champ, _schema: Schema, _ordre: str) -> pl.Series | None:
    if serie.dtype.is_numeric():
        return serie.cast(c.NOMBRE, strict=False)
    if serie.dtype != pl.String:
        return None
    distinctes = set(serie.to_list())
    distinctes.discard(None)
    return serie.cast(c.NOMBRE, strict=False) if _NOMBRES.fullmatch(assembler(distinctes)) else None


def _entier(serie: pl.Series, champ: Champ, schema: Schema, ordre: str) -> pl.Series | None:
    nombre = _nombre(serie, champ, schema, ordre)
    if nombre is None or nombre.null_count() == len(nombre):
        return None
    entier = nombre.cast(pl.Int64, strict=False)
    return (
        entier
        if entier.null_count() == nombre.null_count()
        and nombre.sum() == Decimal(entier.sum())
        and (entier.cast(c.NOMBRE) == nombre).all()
        else None
    )


def _date(serie: pl.Series, _champ: Champ, _schema: Schema, ordre: str) -> pl.Series | None:
    if serie.dtype == pl.Date:
        return serie
    if serie.dtype != pl.String or ordre != "jma":
        return None
    distinctes = set(serie.to_list())
    distinctes.discard(None)
    if not _DATES.fullmatch(assembler(distinctes)):
        return None
    return pl.select(c.date_canonique(pl.lit(serie))).to_series()


def _jamais(_serie: pl.Series, _champ: Champ, _schema: Schema, _ordre: str) -> pl.Series | None:
    return None


_CHEMINS = {"string": _texte, "number": _nombre, "integer": _entier, "date": _date, "boolean": _jamais}


def ecrire(colonne: pl.Series) -> pl.Series:
    """A column as text, by the rules of `grille.texte_cellule`, in a few calls when its writing is plain."""
    if colonne.dtype == pl.Date:
        jours = colonne.cast(pl.String).to_list()
        return pl.Series([j if j is None else f"{j[8:]}/{j[5:7]}/{j[:4]}" for j in jours], dtype=pl.String)
    if colonne.dtype != pl.Float64 or colonne.null_count():
        return texte_colonne(colonne)
    ensemble = SEP + SEP.join(colonne.cast(pl.String).to_list()) + SEP
    # With so few digits, the shortest writing of a number is the one a person typed.
    if not _ECRITURE.fullmatch(ensemble):
        return texte_colonne(colonne)
    francais = ensemble.replace(".0" + SEP, SEP).replace(".", ",")
    return pl.Series(francais[1:-1].split(SEP), dtype=pl.String)
