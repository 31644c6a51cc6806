"""Writing workbooks whose bytes do not depend on the day: a fixed creation date, nothing of the system."""

import csv
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

CREATION = datetime(2022, 1, 3, 9, 0, 0)  # noqa: DTZ001 - a workbook's date has no time zone
OPTIONS = {
    "in_memory": True,
    "strings_to_numbers": False,
    "strings_to_formulas": False,
    "strings_to_urls": False,
}


class Classeur:
    """A workbook being written; use as a context manager."""

    def __init__(self, chemin: Path, titre: str) -> None:
        chemin.parent.mkdir(parents=True, exist_ok=True)
        self._livre = xlsxwriter.Workbook(str(chemin), OPTIONS)
        self._livre.set_properties(
            {"title": titre, "comments": "Données de démonstration", "created": CREATION}
        )
        self.gras = self._livre.add_format({"bold": True, "bg_color": "#DCE3F0", "text_wrap": True})
        self.groupe = self._livre.add_format({"bold": True, "align": "center", "bg_color": "#C3CFE6"})
        self.date = self._livre.add_format({"num_format": "dd/mm/yyyy"})
        self.montant = self._livre.add_format({"num_format": "# ##0.00"})

    def __enter__(self) -> "Classeur":
        return self

    def __exit__(self, *_: object) -> None:
        self._livre.close()

    def feuille(self, nom: str) -> Worksheet:
        """A new sheet."""
        return self._livre.add_worksheet(nom)

    def ecrire(
        self, feuille: Worksheet, rang: int, cellules: Sequence[Any], style: Format | None = None
    ) -> None:
        """Write a row of cells; None leaves the cell empty."""
        for colonne, valeur in enumerate(cellules):
            if valeur is None or valeur == "":
                continue
            if isinstance(valeur, date):
                feuille.write_datetime(rang, colonne, valeur, self.date)
            elif isinstance(valeur, str):
                feuille.write_string(rang, colonne, valeur, style)
            elif isinstance(valeur, float):
                feuille.write_number(rang, colonne, valeur, style or self.montant)
            else:
                feuille.write_number(rang, colonne, valeur, style)


def write_table(
    chemin: Path, titre: str, feuille: str, titres: Sequence[str], lignes: Sequence[Sequence[Any]]
) -> None:
    """A plain workbook: one sheet, a header, rows."""
    with Classeur(chemin, titre) as livre:
        page = livre.feuille(feuille)
        livre.ecrire(page, 0, titres, livre.gras)
        for rang, ligne in enumerate(lignes, start=1):
            livre.ecrire(page, rang, ligne)


def write_csv(chemin: Path, titres: Sequence[str], lignes: Sequence[Sequence[Any]]) -> None:
    """A CSV as an old spreadsheet exports it: Windows-1252, semicolons."""
    chemin.parent.mkdir(parents=True, exist_ok=True)
    with chemin.open("w", encoding="cp1252", errors="replace", newline="") as fichier:
        ecrivain = csv.writer(fichier, delimiter=";", lineterminator="\r\n")
        ecrivain.writerow(titres)
        for ligne in lignes:
            ecrivain.writerow(
                ["" if v is None else f"{v:%d/%m/%Y}" if isinstance(v, date) else v for v in ligne]
            )
