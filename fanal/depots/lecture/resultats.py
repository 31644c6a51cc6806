"""What reading a file gives back: shapes shared by the reader, the sandbox and every caller."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

from fanal.depots.lecture.grille import texte_colonne

GRAVITES = ("refus", "controle", "information")

LIGNE = "_ligne"
ACCEPTEE = "_acceptee"


@dataclass(frozen=True, slots=True)
class Anomalie:
    """One remark on a cell, a row (`colonne` None) or the whole file (`ligne` None).

    `ligne` is the row number the person sees in the spreadsheet, `colonne` the field's name in the format,
    `valeur` the text of the cell as read, `regle` a stable code, `gravite` one of GRAVITES.
    """

    feuille: str | None
    ligne: int | None
    colonne: str | None
    valeur: str | None
    regle: str
    gravite: str
    phrase: str


@dataclass
class TableLue:
    """One table of the file.

    `lignes` has one row per data row read: every field of the schema, typed (numbers `Decimal(38, 6)`,
    integers `Int64`, dates `Date`, booleans `Boolean`, text `String`), then `_ligne` and `_acceptee`.
    `cellules` has the same rows as the file holds them, under its own titles, unknown columns included.
    `correspondance` maps a title of the file to the field it was read as. `communes` maps to their field the
    titles whose cells needed no conversion: the two columns are one.
    """

    nom: str
    feuille: str | None
    lignes: pl.DataFrame
    cellules: pl.DataFrame
    colonnes_inconnues: list[str] = field(default_factory=list)
    correspondance: dict[str, str] = field(default_factory=dict)
    communes: dict[str, str] = field(default_factory=dict)

    @cached_property
    def brutes(self) -> pl.DataFrame:
        """The cells as text (decimal comma, dates as 31/12/2025), then `_ligne`; made when first asked."""
        textes = [texte_colonne(c).alias(c.name) for c in self.cellules.get_columns()]
        return pl.DataFrame([*textes, self.lignes[LIGNE]])


@dataclass
class Lecture:
    """A file read as a format; the counts are those of the main table (the first of `tables`)."""

    format: str
    tables: dict[str, TableLue]
    anomalies: list[Anomalie]
    lues: int
    acceptees: int
    ecartees: int


class FichierIllisible(Exception):
    """The file cannot be read as the format at all. `phrase` is shown to the person, `code` is stable."""

    def __init__(self, phrase: str, code: str) -> None:
        super().__init__(phrase)
        self.phrase = phrase
        self.code = code


@dataclass(frozen=True)
class Correspondance:
    """How a person's own layout maps to a format, kept under a name.

    `colonnes`: title in the file to field (an empty field means "leave this column out").
    `codes`: field to {value in the file: value of the format}.
    `formats`: reading conventions; `dates` is one of "jma" (default), "mja", "amj".
    """

    nom: str
    colonnes: dict[str, str] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    formats: dict[str, str] = field(default_factory=dict)
    feuille: str | None = None
    ligne_entete: int | None = None


@dataclass(frozen=True)
class Limites:
    """Bounds of one reading: bytes, rows and columns of a sheet, seconds of wall clock."""

    taille_max: int = 50 * 1024 * 1024
    taille_decompressee_max: int = 400 * 1024 * 1024
    lignes_max: int = 200_000
    colonnes_max: int = 500
    memoire_max: int = 2 * 1024 * 1024 * 1024
    duree_max: float = 60.0


@dataclass(frozen=True)
class FeuilleTexte:
    """A sheet: its cells as texts (None when empty), the numbers of its first row and column from 1.

    Numbers are written with a dot ("12", "12.5"), dates as "2025-09-15", instants in ISO 8601, booleans as
    TRUE and FALSE. `nom` is "" for a CSV.
    """

    nom: str
    ligne: int
    colonne: int
    rangees: list[list[str | None]]


@dataclass(frozen=True)
class ColonneApercu:
    """A column of the person's file, as the mapping page shows it. `champ` is the suggestion, if any."""

    titre: str
    champ: str | None
    exacte: bool
    exemples: list[str]


@dataclass(frozen=True)
class Apercu:
    """The file as found, for the mapping page.

    `lignes` are the first ten data rows as text, in the order of `colonnes`; `requis_absents` are the
    required fields that no column was suggested for.
    """

    feuilles: list[str]
    feuille: str | None
    ligne_entete: int | None
    colonnes: list[ColonneApercu]
    lignes: list[list[str]]
    requis_absents: list[str]
