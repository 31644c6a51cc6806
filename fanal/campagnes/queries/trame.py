"""The respondent's own workbook given back with what was decided: three columns at the right of theirs."""

import io
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import openpyxl
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from fanal.campagnes.models import Decision, Version
from fanal.campagnes.queries.dossiers import reception_de
from fanal.campagnes.queries.lignes import decisions_du_dossier
from fanal.campagnes.queries.rapport import describe_lines
from fanal.depots import formats, lecture
from fanal.depots.models import Depot
from fanal.depots.noms import normaliser
from fanal.depots.originaux import local_copy
from fanal.refus import Inutilisable, Refus

COLONNES = ("Décision", "Montant retenu", "Commentaire DGOS")
FORMAT_MONTANT = "#,##0.00"
ZERO = Decimal(0)


@dataclass(frozen=True)
class Rendu:
    """What is written beside one row."""

    ligne: int
    decision: str
    montant: Decimal | None
    commentaire: str


def rendus(version: Version) -> Iterator[Rendu]:
    """What was decided on each line of a version, in the order of the file; nothing is written if
    undecided.
    """
    lignes = describe_lines(version)
    courante = version.pk == version.dossier.version_courante_id
    decisions = decisions_du_dossier(version.dossier) if courante else {}
    montants = reception_de(version.dossier).montants
    declares = montants(version, list(lignes)) if montants else {}
    for cle, ligne in lignes.items():
        decision = decisions.get(cle)
        if decision is None:
            yield Rendu(ligne.ligne, "Non décidé", None, "")
            continue
        yield Rendu(
            ligne.ligne,
            decision.get_sens_display(),
            retained(decision, declares.get(cle)),
            decision.commentaire or decision.motif,
        )


def retained(decision: Decision, declare: Decimal | None) -> Decimal | None:
    """The amount that a decision leaves: the declared one, the one decided, or nothing."""
    if decision.sens == Decision.Sens.RETIRE:
        return ZERO
    return declare if decision.sens == Decision.Sens.RETENU else decision.montant


def commented_workbook(version: Version) -> bytes:
    """The workbook of a version with its decisions, as an XLSX. Raises `Refus` when no file came with it."""
    depot = version.depot
    if depot is None:
        raise Refus("Cette version n'a pas été déposée par un fichier : il n'y a pas de trame à rendre.")
    resume = depot.lecture[depot.format]
    book = openpyxl.load_workbook(io.BytesIO(_as_xlsx(depot)))
    sheet = book[resume["feuille"]] if resume["feuille"] in book.sheetnames else book.worksheets[0]
    fill(sheet, list(rendus(version)), list(resume["correspondance"]))
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _as_xlsx(depot: Depot) -> bytes:
    """The original as an XLSX, whatever it was, cells at the same places."""
    with (
        local_copy(depot.original, depot.nom_fichier) as chemin,
        tempfile.TemporaryDirectory(prefix="fanal-trame-") as folder,
    ):
        sortie = Path(folder) / "trame.xlsx"
        try:
            lecture.annoter(chemin, [], sortie, format=formats.charger(depot.format))
        except lecture.FichierIllisible as error:
            raise Inutilisable(error.phrase) from error
        return sortie.read_bytes()


def fill(sheet: Worksheet, lignes: list[Rendu], titres: list[str]) -> None:
    """Write the three columns, in those that already bear their titles if the file has them."""
    premiere = min((r.ligne for r in lignes), default=2)
    entete = header_row(sheet, premiere, titres)
    places = _columns(sheet, entete)
    for titre, colonne in places.items():
        cell = sheet.cell(entete, colonne, titre)
        cell.font = Font(bold=True)
        sheet.column_dimensions[cell.column_letter].width = 60 if titre == COLONNES[2] else 22
    for rendu in lignes:
        sheet.cell(rendu.ligne, places[COLONNES[0]], rendu.decision)
        if rendu.montant is not None:
            sheet.cell(rendu.ligne, places[COLONNES[1]], rendu.montant).number_format = FORMAT_MONTANT
        if rendu.commentaire:
            cell = sheet.cell(rendu.ligne, places[COLONNES[2]], "")
            # A comment is text, even when it begins like a formula.
            cell.value, cell.data_type = rendu.commentaire, "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")


def header_row(sheet: Worksheet, premiere: int, titres: list[str]) -> int:
    """The row of the titles, above the first line: there may be empty or total rows in between."""
    voulus = {normaliser(t) for t in titres} - {""}
    meilleure, note = max(premiere - 1, 1), 0
    for numero in range(max(premiere - 1, 1), 0, -1):
        trouves = sum(normaliser(str(c.value)) in voulus for c in sheet[numero] if c.value is not None)
        if trouves > note:
            meilleure, note = numero, trouves
    return meilleure


def _columns(sheet: Worksheet, entete: int) -> dict[str, int]:
    connues = {normaliser(str(c.value)): c.column for c in sheet[entete] if c.value is not None}
    libre = max(connues.values(), default=sheet.max_column) + 1
    places: dict[str, int] = {}
    for titre in COLONNES:
        colonne = connues.get(normaliser(titre))
        if colonne is None:
            colonne, libre = libre, libre + 1
        places[titre] = colonne
    return places
