"""Writing back cells as they were read, so that the file reads again exactly as the first time.

Every row keeps the number the person sees in the spreadsheet. A workbook comes back as a workbook, with text
cells
only; a CSV comes back as a CSV (UTF-8, semicolons), because the two do not carry line breaks in the same way.
"""

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import xlsxwriter

from fanal.refus import Inutilisable

LIGNE = "_ligne"
CELLULE_MAX = 32_767  # characters of a spreadsheet cell
_INTERDITS = re.compile(r"[\[\]:*?/\\]")
# Files made from the same cells are the same bytes: a second deposit of them is recognised.
CREE_LE = datetime(2000, 1, 1, tzinfo=UTC)
EN_TROP = "(cellules en trop)"


@dataclass
class Feuille:
    """A table to write: `nom` is `None` for a CSV, `rangees` maps a row number to its cells under `titres`.

    `debordantes` are rows whose cells went past the last title: they must still be told apart when read
    again.
    """

    nom: str | None
    titres: list[str]
    rangees: dict[int, list[str | None]]
    debordantes: frozenset[int] = frozenset()

    @property
    def entete(self) -> int:
        """The row of the titles: just above the first row of data."""
        return min(self.rangees, default=2) - 1

    def cellules(self, ligne: int) -> list[str | None]:
        """The cells of a row, with the mark of those in excess."""
        return [*self.rangees[ligne], EN_TROP] if ligne in self.debordantes else self.rangees[ligne]


def from_frame(nom: str | None, brutes: pl.DataFrame, debordantes: frozenset[int] = frozenset()) -> Feuille:
    """The cells of a table as read (text columns and `_ligne`)."""
    titres = [c for c in brutes.columns if c != LIGNE]
    rangees = {
        ligne: list(cellules)
        for ligne, *cellules in brutes.select(pl.col(LIGNE), *[pl.col(t) for t in titres]).iter_rows()
    }
    return Feuille(nom, titres, rangees, debordantes)


@dataclass
class Classeur:
    """What to write: the main table, the annex tables, and a sheet of notes for the person who opens the
    file.
    """

    principale: Feuille
    annexes: Sequence[Feuille] = field(default_factory=list)
    notes: Mapping[str, Sequence[Sequence[str]]] = field(default_factory=dict)

    @property
    def extension(self) -> str:
        return ".csv" if self.principale.nom is None else ".xlsx"


def ecrire(classeur: Classeur, chemin: Path) -> None:
    """Write the file. Raises `Inutilisable` when a text is too long for a spreadsheet cell."""
    if classeur.principale.nom is None:
        _ecrire_csv(classeur.principale, chemin)
    else:
        _ecrire_xlsx(classeur, chemin)


def sheet_names(noms: Sequence[str]) -> list[str]:
    """The names as Excel takes them: 31 characters, without brackets, colons or slashes, each one
    different.
    """
    connus: list[str] = []
    for nom in noms:
        propre = _INTERDITS.sub("-", nom).strip("'")[:31] or "Feuille"
        rang = 1
        while propre.casefold() in {c.casefold() for c in connus}:
            rang += 1
            propre = f"{propre[:26]} ({rang})"
        connus.append(propre)
    return connus


def _ecrire_csv(feuille: Feuille, chemin: Path) -> None:
    with chemin.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        derniere = max(feuille.rangees, default=1)
        for ligne in range(1, derniere + 1):
            if ligne == feuille.entete:
                writer.writerow(feuille.titres)
            elif ligne in feuille.rangees:
                writer.writerow(["" if c is None else c for c in feuille.cellules(ligne)])
            else:
                writer.writerow([])


def _ecrire_xlsx(classeur: Classeur, chemin: Path) -> None:
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    noms = sheet_names([f.nom or "" for f in (classeur.principale, *classeur.annexes)] + list(classeur.notes))
    with xlsxwriter.Workbook(str(chemin), options) as book:
        book.set_properties({"created": CREE_LE})
        gras = book.add_format({"bold": True})
        for feuille in (classeur.principale, *classeur.annexes):
            sheet = book.add_worksheet(noms.pop(0))
            sheet.freeze_panes(feuille.entete, 0)
            for rang, titre in enumerate(feuille.titres):
                _texte(sheet, feuille.entete, rang, titre, gras)
            for ligne in feuille.rangees:
                for rang, cellule in enumerate(feuille.cellules(ligne)):
                    _texte(sheet, ligne, rang, cellule)
        for lignes in classeur.notes.values():
            sheet = book.add_worksheet(noms.pop(0))
            for ligne, cellules in enumerate(lignes, start=1):
                for rang, cellule in enumerate(cellules):
                    _texte(sheet, ligne, rang, cellule, gras if ligne == 1 else None)


def _texte(
    sheet: xlsxwriter.worksheet.Worksheet,
    ligne: int,
    rang: int,
    texte: str | None,
    format_: xlsxwriter.format.Format | None = None,
) -> None:
    if texte is None or texte == "":
        return
    if len(texte) > CELLULE_MAX:
        raise Inutilisable(
            f"Ligne {ligne} : une cellule compte {len(texte)} caractères, un tableur en admet {CELLULE_MAX}. "
            "Raccourcissez-la dans votre fichier, puis déposez-le de nouveau."
        )
    sheet.write_string(ligne - 1, rang, texte, format_)
