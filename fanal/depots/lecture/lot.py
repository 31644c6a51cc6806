"""The quick way through a column where everything is in order.

For each column this proves, on its distinct values taken together, that nothing deserves a second look, and
converts it in one call. Columns without that proof go through `conversion` and `contraintes`, which stay the
reference: tests hold the two ways equal. Polars spends 0.1 ms to plan the smallest expression, so a handful
of expressions per column would cost more than reading the workbook: set operations and one pattern do not.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

import polars as pl

from fanal.depots.formats import Champ, Schema
from fanal.depots.lecture import conversion as c
from fanal.depots.lecture.grille import SEP, Ensemble

_CODE = re.compile(r"\x00(?:[0-9](?:[.,][0-9]+)?[eE]\+[0-9]{1,3}|[0-9]+[.,]0)\x00")
_MOTIF_FINESS = "^[0-9A-Z]{9}$"
_FINESS = re.compile(r"(?:\x00[0-9A-Z]{9})+\x00")
_NOMBRES = re.compile(r"(?:\x00[-+]?[0-9]{1,18}(?:\.[0-9]{1,2}|\.[0-9]{4,6})?)+\x00")
_ISO = re.compile(r"(?:\x00[0-9]{4}-[0-9]{2}-[0-9]{2})+\x00")
_FRANCAISES = re.compile(r"(?:\x00[0-9]{2}/[0-9]{2}/[0-9]{4})+\x00")


def convertir_propre(
    serie: pl.Series, champ: Champ, schema: Schema, ordre_dates: str = "jma", ensemble: Ensemble | None = None
) -> pl.Series | None:
    """The typed column when every cell is as the format wants it, else None.

    `ensemble` holds the distinct texts of the column if they are known; it may hold more of them.
    """
    nuls = serie.null_count()
    if champ.requis and nuls:
        return None
    if serie.dtype == pl.Null or nuls == len(serie):
        return pl.Series([None] * len(serie), dtype=c.dtype(champ))
    if ensemble is None and serie.dtype == pl.String:
        ensemble = Ensemble.de(serie.to_list())
    typee = _CHEMINS[champ.type](serie, champ, schema, ordre_dates, ensemble)
    if typee is None or typee.null_count() != nuls or not _dans_les_bornes(typee, champ):
        return None
    if champ.unique and typee.n_unique() - bool(nuls) != len(typee) - nuls:
        return None
    return typee


def _dans_les_bornes(typee: pl.Series, champ: Champ) -> bool:
    if champ.minimum is not None and typee.min() < champ.minimum:  # type: ignore[operator]  # numbers, as the field says
        return False
    return not (champ.maximum is not None and typee.max() > champ.maximum)  # type: ignore[operator]  # numbers, as the field says


def _texte(
    serie: pl.Series, champ: Champ, schema: Schema, _ordre: str, ensemble: Ensemble | None
) -> pl.Series | None:
    if ensemble is None:
        return None
    distinctes = ensemble.valeurs
    if champ.enumeration:
        return serie if distinctes <= _valeurs(champ) else None
    if not distinctes.isdisjoint(schema.mentions):
        return None
    if champ.fanal.get("finess"):
        return serie if champ.motif == _MOTIF_FINESS and _FINESS.fullmatch(ensemble.texte) else None
    if (
        _douteux(ensemble)
        or (champ.code and _CODE.search(ensemble.texte))
        or not _conforme(champ, distinctes)
    ):
        return None
    return serie


def _douteux(ensemble: Ensemble) -> bool:
    """Whether a text is empty, stands between spaces, or begins like an error or a formula."""
    if ensemble.louches is not None:
        return not ensemble.louches.isdisjoint(ensemble.valeurs)
    texte, valeurs = ensemble.texte, ensemble.valeurs
    return (
        SEP + "#" in texte
        or SEP + "=" in texte
        or "" in valeurs
        or not valeurs.issuperset(map(str.strip, valeurs))
    )


def _conforme(champ: Champ, distinctes: set[str]) -> bool:
    if champ.longueur_max is not None and max(map(len, distinctes)) > champ.longueur_max:
        return False
    if champ.longueur_min is not None and min(map(len, distinctes)) < champ.longueur_min:
        return False
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


def _nombre(
    serie: pl.Series, _champ: Champ, _schema: Schema, _ordre: str, ensemble: Ensemble | None
) -> pl.Series | None:
    if serie.dtype.is_numeric():
        return serie.cast(c.NOMBRE, strict=False)
    if ensemble is None or not _NOMBRES.fullmatch(ensemble.texte):
        return None
    return serie.cast(c.NOMBRE, strict=False)


def _entier(
    serie: pl.Series, champ: Champ, schema: Schema, ordre: str, ensemble: Ensemble | None
) -> pl.Series | None:
    nombre = _nombre(serie, champ, schema, ordre, ensemble)
    if nombre is None:
        return None
    entier = nombre.cast(pl.Int64, strict=False)
    if entier.null_count() != nombre.null_count() or not (entier.cast(c.NOMBRE) == nombre).all():
        return None
    return entier


def _date(
    serie: pl.Series, _champ: Champ, _schema: Schema, ordre: str, ensemble: Ensemble | None
) -> pl.Series | None:
    if serie.dtype == pl.Date:
        return serie
    if ensemble is None or ordre != "jma":
        return None
    if _ISO.fullmatch(ensemble.texte):
        table = {v: _jour(v[:4], v[5:7], v[8:]) for v in ensemble.valeurs}
    elif _FRANCAISES.fullmatch(ensemble.texte):
        table = {v: _jour(v[6:], v[3:5], v[:2]) for v in ensemble.valeurs}
    else:
        return None
    return pl.Series([table.get(v) for v in serie.to_list()], dtype=pl.Date)


def _jour(annee: str, mois: str, jour: str) -> date | None:
    try:
        return date(int(annee), int(mois), int(jour))
    except ValueError:
        return None


def _jamais(
    _serie: pl.Series, _champ: Champ, _schema: Schema, _ordre: str, ensemble: Ensemble | None
) -> pl.Series | None:
    return None


_CHEMINS = {"string": _texte, "number": _nombre, "integer": _entier, "date": _date, "boolean": _jamais}
