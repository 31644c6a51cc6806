"""Files of index values, price lists and proposed prices, read with the common engine then by our rules."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from fanal.depots import formats, lecture
from fanal.depots.models import Correspondance
from fanal.depots.queries import as_reading_mapping
from fanal.prix.compute.propositions import LigneProposee
from fanal.prix.compute.series import Serie
from fanal.prix.queries.prix import taux_tva
from fanal.prix.rules.bpu import LigneLue, controler_bpu
from fanal.prix.rules.indices import LigneIndice, assembler, controler_indices
from fanal.prix.rules.propositions import controler_propositions
from fanal.refus import Inutilisable


@dataclass(frozen=True)
class BpuLu:
    """A price list as read: the reading completed with our remarks, and its sound lines."""

    lecture: lecture.Lecture
    lignes: tuple[LigneLue, ...]


def lire_fichier(chemin: Path, format: str, correspondance: Correspondance | None = None) -> lecture.Lecture:
    """Read a file as a format. Raises `Inutilisable` with the engine's sentence."""
    if not chemin.is_file():
        raise Inutilisable(f"Le fichier « {chemin.name} » n'existe pas. Vérifiez son nom et son dossier.")
    mapping = as_reading_mapping(correspondance) if correspondance else None
    try:
        return lecture.lire(chemin, formats.charger(format), correspondance=mapping)
    except lecture.FichierIllisible as error:
        raise Inutilisable(error.phrase) from error


def lire_bpu(chemin: Path, le: date, correspondance: Correspondance | None = None) -> BpuLu:
    """A price list, its VAT rates judged at *le*."""
    read = lire_fichier(chemin, "bpu", correspondance)
    lines, anomalies, put_aside = controler_bpu(_acceptees(read), _feuille(read), taux_tva(le))
    return BpuLu(_completer(read, anomalies, put_aside), tuple(lines))


def lire_indices(
    chemin: Path, correspondance: Correspondance | None = None
) -> tuple[lecture.Lecture, list[LigneIndice]]:
    """A file of index values: the completed reading and its sound rows."""
    read = lire_fichier(chemin, "indices", correspondance)
    lines, anomalies, put_aside = controler_indices(_acceptees(read), _feuille(read))
    return _completer(read, anomalies, put_aside), lines


def lire_propositions(
    chemin: Path, correspondance: Correspondance | None = None
) -> tuple[lecture.Lecture, list[LigneProposee]]:
    """A supplier's proposed prices: the completed reading and its sound rows."""
    read = lire_fichier(chemin, "prix_proposes", correspondance)
    lines, anomalies, put_aside = controler_propositions(_acceptees(read), _feuille(read))
    return _completer(read, anomalies, put_aside), lines


def lire_fichier_indices(chemin: Path) -> dict[str, Serie]:
    """The series of a file, for a revision without a base. Raises `Inutilisable` when a row is faulty."""
    read, lines = lire_indices(chemin)
    refused = [a for a in read.anomalies if a.gravite == "refus"]
    if refused:
        raise Inutilisable(f"{chemin.name}. {refused[0].phrase}")
    grouped: dict[str, list[LigneIndice]] = defaultdict(list)
    for line in lines:
        grouped[line.serie].append(line)
    return {code: assembler(code, rows) for code, rows in grouped.items()}


def _acceptees(read: lecture.Lecture) -> list[dict[str, Any]]:
    """The rows of the main table that the engine accepted."""
    table = next(iter(read.tables.values()))
    rows: list[dict[str, Any]] = table.lignes.filter(table.lignes["_acceptee"]).to_dicts()
    return rows


def _completer(
    read: lecture.Lecture, anomalies: list[lecture.Anomalie], put_aside: set[int]
) -> lecture.Lecture:
    """The reading with the remarks of the domain added, and the counts that follow."""
    return lecture.Lecture(
        read.format,
        read.tables,
        sorted([*read.anomalies, *anomalies], key=lambda a: (a.feuille or "", a.ligne or 0)),
        read.lues,
        read.acceptees - len(put_aside),
        read.ecartees + len(put_aside),
    )


def _feuille(read: lecture.Lecture) -> str | None:
    """The sheet of the main table."""
    return next(iter(read.tables.values())).feuille
