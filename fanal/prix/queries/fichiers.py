"""Files of index values and price lists read with the common engine, then checked by our own rules."""

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fanal.depots import formats, lecture
from fanal.depots.models import Correspondance
from fanal.depots.queries import as_reading_mapping
from fanal.prix.compute.series import Serie
from fanal.prix.rules.indices import LigneIndice, assembler, controler_indices
from fanal.refus import Inutilisable


@dataclass(frozen=True)
class Lue:
    """A file as read and controlled: the engine's reading, anomalies completed, and the sound rows."""

    lecture: lecture.Lecture
    lignes: tuple[dict[str, Any], ...]


def lire_fichier(chemin: Path, format: str, correspondance: Correspondance | None = None) -> lecture.Lecture:
    """Read a file as a format. Raises `Inutilisable` with the engine's sentence."""
    if not chemin.is_file():
        raise Inutilisable(f"Le fichier « {chemin.name} » n'existe pas. Vérifiez son nom et son dossier.")
    mapping = as_reading_mapping(correspondance) if correspondance else None
    try:
        return lecture.lire(chemin, formats.charger(format), correspondance=mapping)
    except lecture.FichierIllisible as error:
        raise Inutilisable(error.phrase) from error


def acceptees(lue: lecture.Lecture) -> list[dict[str, Any]]:
    """The rows of the main table that the engine accepted."""
    table = next(iter(lue.tables.values()))
    rows: list[dict[str, Any]] = table.lignes.filter(table.lignes["_acceptee"]).to_dicts()
    return rows


def completer(lue: lecture.Lecture, anomalies: list[lecture.Anomalie], ecartees: set[int]) -> lecture.Lecture:
    """The reading with the anomalies of a domain added, and the counts that follow."""
    seen = [a.ligne for a in lue.anomalies if a.gravite == "refus"]
    put_aside = ecartees - set(seen)
    return lecture.Lecture(
        lue.format,
        lue.tables,
        sorted([*lue.anomalies, *anomalies], key=lambda a: (a.feuille or "", a.ligne or 0)),
        lue.lues,
        lue.acceptees - len(put_aside),
        lue.ecartees + len(put_aside),
    )


def feuille(lue: lecture.Lecture) -> str | None:
    """The sheet of the main table."""
    return next(iter(lue.tables.values())).feuille


def lire_indices(
    chemin: Path, correspondance: Correspondance | None = None
) -> tuple[lecture.Lecture, list[LigneIndice]]:
    """A file of index values: the completed reading and its sound rows."""
    lue = lire_fichier(chemin, "indices", correspondance)
    lines, anomalies, put_aside = controler_indices(acceptees(lue), feuille(lue))
    return completer(lue, anomalies, put_aside), lines


def lire_fichier_indices(chemin: Path) -> dict[str, Serie]:
    """The series of a file, for a revision without a base. Raises `Inutilisable` when a row is faulty."""
    lue, lines = lire_indices(chemin)
    refused = [a for a in lue.anomalies if a.gravite == "refus"]
    if refused:
        where = f"{chemin.name}, ligne {refused[0].ligne} : " if refused[0].ligne else f"{chemin.name} : "
        raise Inutilisable(where + refused[0].phrase)
    grouped: dict[str, list[LigneIndice]] = defaultdict(list)
    for line in lines:
        grouped[line.serie].append(line)
    return {code: assembler(code, rows) for code, rows in grouped.items()}
