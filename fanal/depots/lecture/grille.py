"""A sheet as read, before and after its header is known."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

import polars as pl

_ECRITURE = re.compile(r"(?:\x00-?[0-9]{1,10}\.[0-9]{1,5})+\x00")

# How far beyond the cells read an error cell may stand.
_BORD = 1000

# A merged range: ((first row, first column), (last row, last column)), zero-based in the sheet.
Fusion = tuple[tuple[int, int], tuple[int, int]]


@dataclass
class FeuilleBrute:
    """Cells as Python values (None when empty); the first row is row `premiere_ligne` of the spreadsheet."""

    nom: str | None
    premiere_ligne: int
    rangees: list[list[Any]]
    fusions: list[Fusion] = field(default_factory=list)
    premiere_colonne: int = 0

    def poser(self, ligne: int, colonne: int, texte: str) -> None:
        """Write a text in an empty cell, given by its row number and its zero-based column.

        Rows and columns are added when it stands outside of the cells read (at the edge of a table).
        """
        i, j = ligne - self.premiere_ligne, colonne - self.premiere_colonne
        if i < 0 or i > len(self.rangees) + _BORD:
            return
        if j < 0:
            self.rangees = [[None] * -j + rangee for rangee in self.rangees]
            self.premiere_colonne, j = colonne, 0
        while len(self.rangees) <= i:
            self.rangees.append([])
        rangee = self.rangees[i]
        rangee.extend([None] * (j + 1 - len(rangee)))
        if rangee[j] is None:
            rangee[j] = texte


# Distinct values are searched as one text, each between two of these (no spreadsheet or CSV can hold one).
SEP = "\x00"


class Ensemble:
    """The distinct texts of a column.

    `louches`, when known, holds all those that stand between spaces or begin like an error or a formula; it
    may hold texts of other columns.
    """

    def __init__(self, valeurs: set[str], louches: frozenset[str] | None = None) -> None:
        self.valeurs = valeurs
        self.louches = louches

    @cached_property
    def texte(self) -> str:
        """All of them as one text to search; made when first asked."""
        return SEP + SEP.join(self.valeurs) + SEP

    @classmethod
    def de(cls, valeurs: list[str | None]) -> Ensemble:
        """The distinct texts of a list of cells."""
        distinctes = set(valeurs)
        distinctes.discard(None)
        return cls(distinctes)  # type: ignore[arg-type]  # none is left out here


@dataclass
class Grille:
    """Data rows under a known header.

    `colonnes[i]` holds the cells under `titres[i]`: a Series of String, Float64, Int64, Date, Datetime,
    Boolean or Null. In a String column made of mixed cells, numbers are written with a decimal comma.
    `lignes` are spreadsheet row numbers. `trop_longues` are rows with cells beyond the last title.
    `ensembles` are distinct texts already gathered, by rank: at least those of the rows kept. `decimaux`
    tells, by rank, the numbers that a String column of mixed cells holds: as there, and with a dot.
    """

    feuille: str | None
    titres: list[str]
    colonnes: list[pl.Series]
    lignes: pl.Series
    ligne_entete: int
    trop_longues: list[int] = field(default_factory=list)
    ensembles: dict[int, Ensemble] = field(default_factory=dict)
    decimaux: dict[int, dict[str, str]] = field(default_factory=dict)

    @property
    def hauteur(self) -> int:
        return len(self.lignes)


def colonne_typee(valeurs: list[Any]) -> pl.Series:
    """One column of Python cell values as the narrowest Series that keeps every one of them."""
    natures = set(map(type, valeurs))
    natures.discard(type(None))
    if not natures:
        return pl.Series(valeurs, dtype=pl.Null)
    if natures == {str}:
        return pl.Series(valeurs, dtype=pl.String)
    if natures <= {float, int}:
        return pl.Series(valeurs, dtype=pl.Float64, strict=False)
    if natures == {date}:
        return pl.Series(valeurs, dtype=pl.Date)
    if natures <= {date, datetime}:
        return pl.Series([_instant(v) for v in valeurs], dtype=pl.Datetime("us"))
    return pl.Series([texte_cellule(v) for v in valeurs], dtype=pl.String)


def lettre(rang: int) -> str:
    """The letters of a column: 0 is A, 26 is AA."""
    texte = ""
    rang += 1
    while rang:
        rang, reste = divmod(rang - 1, 26)
        texte = chr(65 + reste) + texte
    return texte


def _instant(valeur: date | datetime | None) -> datetime | None:
    if valeur is None or isinstance(valeur, datetime):
        return valeur
    return datetime(valeur.year, valeur.month, valeur.day)  # noqa: DTZ001 - a spreadsheet has no time zone


def texte_nombre(valeur: float) -> str:
    """A cell's number as a French person reads it, with the fifteen digits that a spreadsheet keeps."""
    if valeur != valeur or valeur in (float("inf"), float("-inf")):
        return ""
    if valeur == int(valeur) and abs(valeur) < 1e15:
        return str(int(valeur))
    return f"{valeur:.15g}".replace(".", ",").replace("e+", "E+").replace("e-", "E-")


def texte_cellule(valeur: Any) -> str | None:
    """Any cell value as text: decimal comma, French dates, "VRAI" and "FAUX"."""
    if valeur is None or isinstance(valeur, str):
        return valeur
    if isinstance(valeur, bool):
        return "VRAI" if valeur else "FAUX"
    if isinstance(valeur, (int, float)):
        return texte_nombre(float(valeur))
    if isinstance(valeur, datetime):
        motif = "%d/%m/%Y" if valeur.time() == time() else "%d/%m/%Y %H:%M:%S"
        return valeur.strftime(motif)
    if isinstance(valeur, date):
        return valeur.strftime("%d/%m/%Y")
    if isinstance(valeur, timedelta):
        return str(valeur)
    return str(valeur)


def texte_colonne(serie: pl.Series) -> pl.Series:
    """A whole column as text, by the rules of `texte_cellule`, in a few calls when its writing is plain."""
    nature = serie.dtype
    if nature == pl.String:
        return serie
    if nature == pl.Null or nature.is_integer():
        return serie.cast(pl.String)
    if nature == pl.Date:
        jours = serie.cast(pl.String).to_list()
        return pl.Series([j if j is None else f"{j[8:]}/{j[5:7]}/{j[:4]}" for j in jours], dtype=pl.String)
    if nature == pl.Float64 and not serie.null_count() and len(serie):
        # Adding zero takes the sign off a negative zero, which nobody ever typed.
        ensemble = SEP + SEP.join((serie + 0.0).cast(pl.String).to_list()) + SEP
        # With so few digits, the shortest writing of a number is the one a person typed.
        if _ECRITURE.fullmatch(ensemble):
            francais = ensemble.replace(".0" + SEP, SEP).replace(".", ",")
            return pl.Series(francais[1:-1].split(SEP), dtype=pl.String)
    return pl.Series([texte_cellule(v) for v in serie.to_list()], dtype=pl.String)
