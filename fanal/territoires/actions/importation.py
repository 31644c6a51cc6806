"""Import of the published lists: the GHT (SAE) and their establishments. Importing again changes nothing."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from fanal.comptes.models import Utilisateur
from fanal.depots.lecture.resultats import FichierIllisible, Lecture
from fanal.refus import Inutilisable
from fanal.territoires.actions.bilan import Bilan
from fanal.territoires.actions.importation_ght import import_ghts
from fanal.territoires.actions.importation_membres import import_membres

Importer = Callable[..., None]
FORMATS: dict[str, Importer] = {"sae-ght": import_ghts, "membres-ght": import_membres}


def importer(*, chemin: Path | str, format: str, by: Utilisateur | None, instant: datetime) -> Bilan:
    """Import the file at *chemin* as *format* (`sae-ght` or `membres-ght`), whole or not at all.

    Rows that cannot be used are left out and named in `Bilan.anomalies`; the others count.
    Raises Inutilisable when the format is unknown, or the file is absent or cannot be read as this format.
    """
    if format not in FORMATS:
        known = " ou ".join(f"« {name} »" for name in FORMATS)
        raise Inutilisable(f"Le format « {format} » ne décrit pas un territoire. Choisissez {known}.")
    lecture = read(Path(chemin), format)
    bilan = Bilan(format, lues=lecture.lues, anomalies=list(lecture.anomalies))
    with transaction.atomic():
        FORMATS[format](bilan=bilan, rows=accepted_rows(lecture), by=by, instant=instant)
    return bilan


def read(chemin: Path, format: str) -> Lecture:
    """Read the file with the common engine, its refusals turned into ours."""
    from fanal.depots.formats import charger
    from fanal.depots.lecture import lire  # heavy, and only imports need it

    if not chemin.is_file():
        raise Inutilisable(f"Le fichier « {chemin.name} » n'existe pas. Vérifiez son nom et son dossier.")
    try:
        return lire(chemin, charger(format))
    except FichierIllisible as error:
        raise Inutilisable(error.phrase) from error


def accepted_rows(lecture: Lecture) -> list[dict[str, Any]]:
    """The accepted rows of the main table, as dictionaries, with the sheet they come from."""
    table = next(iter(lecture.tables.values()))
    rows: list[dict[str, Any]] = table.lignes.filter(table.lignes["_acceptee"]).to_dicts()
    return [{**row, "_feuille": table.feuille} for row in rows]
