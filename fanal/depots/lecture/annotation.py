"""A person's own workbook given back, its faulty cells coloured and commented.

An XLSX keeps its layout, formulas and formats (macros are left out). A CSV, ODS or XLS comes back as an XLSX
made of its rows as read, at the same places. A last sheet lists every anomaly.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path

import openpyxl
from openpyxl.cell import Cell, MergedCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from fanal.depots.formats import Format, Schema
from fanal.depots.lecture import archives, entetes, ouverture
from fanal.depots.lecture.classeur import Classeur
from fanal.depots.lecture.grille import FeuilleBrute
from fanal.depots.lecture.resultats import GRAVITES, Anomalie, Correspondance, FichierIllisible, Limites
from fanal.depots.noms import normaliser

# Paper tints of the interface's red, amber and blue: each cell also carries its sentence.
_TEINTES = {"refus": "FFFBD5D0", "controle": "FFFDE8C8", "information": "FFDCE6FB"}
_LIBELLES = {"refus": "À corriger", "controle": "À vérifier", "information": "Pour information"}
_COMMENTAIRES_MAX = 5000
_FEUILLE = "Anomalies"


def annoter_octets(
    chemin: Path,
    anomalies: Iterable[Anomalie],
    format_: Format | None,
    correspondance: Correspondance | None,
    limites: Limites,
) -> bytes:
    """The annotated workbook as bytes. Raises FichierIllisible when the file cannot be opened."""
    toutes = list(anomalies)
    schema = format_.principal if format_ else Schema("", "", ())
    classeur = ouverture.ouvrir(chemin, schema, correspondance, limites)
    donnees = chemin.read_bytes()
    document = (
        _ouvrir(donnees, limites) if donnees.startswith(b"PK") and _est_xlsx(donnees, limites) else None
    )
    if document is None:
        document = _recopier(classeur)
    places = _Places(classeur, format_, correspondance)
    par_cellule: dict[tuple[str, int, int], list[Anomalie]] = {}
    for anomalie in toutes:
        place = places.trouver(anomalie, document)
        if place is not None:
            par_cellule.setdefault(place, []).append(anomalie)
    for rang, ((feuille, ligne, colonne), liste) in enumerate(par_cellule.items()):
        _marquer(document[feuille], ligne, colonne, liste, commenter=rang < _COMMENTAIRES_MAX)
    _lister(document, toutes)
    tampon = io.BytesIO()
    document.save(tampon)
    return tampon.getvalue()


def _est_xlsx(donnees: bytes, limites: Limites) -> bool:
    return "content.xml" not in archives.lire_parties(donnees, limites)


def _ouvrir(donnees: bytes, limites: Limites) -> Workbook | None:
    """The workbook with its layout, or None when only its values can be saved."""
    del limites
    try:
        return openpyxl.load_workbook(io.BytesIO(donnees), keep_links=False)
    except Exception:  # openpyxl raises whatever its descriptors raise on layouts it does not know
        return None


def _recopier(classeur: Classeur) -> Workbook:
    """A new workbook with the cells of a file that is not an XLSX, each at its place."""
    document = Workbook()
    document.remove(document.worksheets[0])
    for nom in classeur.feuilles:
        brute = classeur.brute(nom)
        feuille = document.create_sheet(_titre(nom or "Données"))
        for i, rangee in enumerate(brute.rangees):
            for j, valeur in enumerate(rangee):
                if valeur is not None:
                    _ecrire(feuille, brute.premiere_ligne + i, brute.premiere_colonne + j + 1, valeur)
    return document


def _ecrire(feuille: Worksheet, ligne: int, colonne: int, valeur: object) -> None:
    cellule = feuille.cell(ligne, colonne)
    if isinstance(valeur, str):
        cellule.value = ILLEGAL_CHARACTERS_RE.sub("", valeur)[:32_000]
        # A text that begins with "=" stays a text: what people sent must never run.
        cellule.data_type = "s"
    else:
        cellule.value = valeur  # type: ignore[assignment]  # openpyxl's own types


def _titre(nom: str) -> str:
    return "".join("_" if c in "[]:*?/\\" else c for c in nom)[:31] or "Feuille"


class _Places:
    """Where an anomaly stands in the workbook: found by reading the headers again."""

    def __init__(
        self, classeur: Classeur, format_: Format | None, correspondance: Correspondance | None
    ) -> None:
        self.classeur, self.correspondance = classeur, correspondance
        self.schemas = [format_.principal, *format_.annexes.values()] if format_ else []
        self.connues: dict[str | None, dict[str, int]] = {}

    def trouver(self, anomalie: Anomalie, document: Workbook) -> tuple[str, int, int] | None:
        """(sheet, row, column) of an anomaly, or None when it is about the whole file."""
        if anomalie.ligne is None or not document.worksheets:
            return None
        source = anomalie.feuille if anomalie.feuille in self.classeur.feuilles else self.classeur.feuilles[0]
        nom = source if source in document.sheetnames else document.sheetnames[0]
        if source not in self.connues:
            self.connues[source] = self._colonnes(self.classeur.brute(source))
        colonne = self.connues[source].get(anomalie.colonne or "", 1)
        return nom, anomalie.ligne, colonne

    def _colonnes(self, brute: FeuilleBrute) -> dict[str, int]:
        """Field name to column number, under the header of whichever table stands in the sheet."""
        meilleures: dict[str, int] = {}
        for schema in self.schemas:
            entete = entetes.trouver_entete(brute, schema, self.correspondance)
            if entete is not None and entete[3].nombre > len(meilleures):
                meilleures = {champ: brute.premiere_colonne + r + 1 for r, champ in entete[3].champs.items()}
        return meilleures or _Titres(brute)


class _Titres(dict[str, int]):
    """Field name to column number by the titles alone, when no format is given."""

    def __init__(self, brute: FeuilleBrute) -> None:
        super().__init__()
        self.cles: dict[str, int] = {}
        for rangee in brute.rangees[: entetes.PROFONDEUR]:
            for rang, valeur in enumerate(rangee):
                if isinstance(valeur, str):
                    self.cles.setdefault(normaliser(valeur), brute.premiere_colonne + rang + 1)

    def get(self, nom: str, defaut: int = 1) -> int:  # type: ignore[override]  # openpyxl's own types
        return self.cles.get(normaliser(nom), defaut)

    def __bool__(self) -> bool:
        return True


def _marquer(feuille: Worksheet, ligne: int, colonne: int, liste: list[Anomalie], *, commenter: bool) -> None:
    cellule = _maitresse(feuille, ligne, colonne)
    pire = min((a.gravite for a in liste), key=GRAVITES.index)
    cellule.fill = PatternFill("solid", start_color=_TEINTES[pire], end_color=_TEINTES[pire])
    if not commenter:
        return
    textes = [f"{_LIBELLES[a.gravite]} : {a.phrase}" for a in liste]
    if cellule.comment is not None:
        textes.insert(0, cellule.comment.text)
    texte = ILLEGAL_CHARACTERS_RE.sub("", "\n\n".join(textes))[:8000]
    hauteur = min(400, 40 + 18 * (len(texte) // 45 + texte.count("\n")))
    cellule.comment = Comment(texte, "Fanal", width=340, height=hauteur)


def _maitresse(feuille: Worksheet, ligne: int, colonne: int) -> Cell:
    """The cell, or the first one of the merged range it belongs to."""
    cellule = feuille.cell(ligne, colonne)
    if isinstance(cellule, MergedCell):
        for plage in feuille.merged_cells.ranges:
            if cellule.coordinate in plage:
                return feuille.cell(plage.min_row, plage.min_col)  # type: ignore[return-value]  # openpyxl's own types
    return cellule  # type: ignore[return-value]  # openpyxl's own types


def _lister(document: Workbook, anomalies: list[Anomalie]) -> None:
    nom, rang = _FEUILLE, 2
    while nom in document.sheetnames:
        nom, rang = f"{_FEUILLE} ({rang})", rang + 1
    feuille = document.create_sheet(nom)
    for j, (titre, largeur) in enumerate(
        (("Gravité", 18), ("Feuille", 18), ("Ligne", 8), ("Colonne", 26), ("Valeur", 26), ("Que faire", 100)),
        1,
    ):
        cellule = feuille.cell(1, j, titre)
        cellule.font = Font(bold=True)
        feuille.column_dimensions[get_column_letter(j)].width = largeur
    for i, a in enumerate(anomalies, 2):
        for j, valeur in enumerate(
            (_LIBELLES[a.gravite], a.feuille, a.ligne, a.colonne, a.valeur, a.phrase), 1
        ):
            if valeur is not None:
                _ecrire(feuille, i, j, valeur)
        feuille.cell(i, 6).alignment = Alignment(wrap_text=True, vertical="top")
        feuille.cell(i, 1).fill = PatternFill(
            "solid", start_color=_TEINTES[a.gravite], end_color=_TEINTES[a.gravite]
        )
    feuille.freeze_panes = "A2"


__all__ = ["FichierIllisible", "annoter_octets"]
