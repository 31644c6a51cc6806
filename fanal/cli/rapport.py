"""What the commands that read a file have in common: finding it, its report, as JSON or for a person."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from fanal.campagnes import registre
from fanal.depots import formats
from fanal.depots.lecture import Anomalie, Lecture
from fanal.refus import Inutilisable
from fanal.territoires.noeuds import Noeud

COULEURS = {"refus": "red", "controle": "yellow", "information": "blue"}
AFFICHEES = 200


def existing_file(chemin: Path) -> Path:
    """The path of a readable file. Raises `Inutilisable` with a sentence."""
    if not chemin.exists():
        raise Inutilisable(f"Le fichier « {chemin} » n'existe pas. Vérifiez le chemin et le nom.")
    if not chemin.is_file():
        raise Inutilisable(f"« {chemin} » n'est pas un fichier. Indiquez le classeur à lire.")
    return chemin


def known_format(nom: str) -> str:
    """The name of a format that exists. Raises `Inutilisable` listing them."""
    if nom not in formats.noms():
        raise Inutilisable(
            f"Le format « {nom} » n'existe pas. Formats disponibles : {', '.join(formats.noms())}."
        )
    return nom


def anomalies_of(lecture: Lecture, *, noeud: Noeud | None = None, annee: int | None = None) -> list[Anomalie]:
    """The reader's remarks and those of the domain's controls that this context allows."""
    reception = registre.reception(lecture.format)
    controls = reception.controler(lecture, noeud, annee) if reception and reception.controler else []
    return [*lecture.anomalies, *controls]


def report(lecture: Lecture, anomalies: Sequence[Anomalie]) -> dict[str, Any]:
    """The JSON document of a reading."""
    return {
        "format": lecture.format,
        "lues": lecture.lues,
        "acceptees": lecture.acceptees,
        "ecartees": lecture.ecartees,
        "anomalies": [asdict(a) for a in anomalies],
    }


def print_report(document: dict[str, Any]) -> None:
    """Show a reading to a person."""
    console = Console()
    console.print(
        "{lues} lignes lues, {acceptees} acceptées, {ecartees} écartées.".format(**document),
        style="bold",
    )
    rows = document["anomalies"]
    if not rows:
        return
    table = Table("Feuille", "Ligne", "Colonne", "Gravité", "Remarque")
    for row in rows[:AFFICHEES]:
        table.add_row(
            row["feuille"] or "",
            "" if row["ligne"] is None else str(row["ligne"]),
            row["colonne"] or "",
            f"[{COULEURS[row['gravite']]}]{row['gravite']}[/]",
            row["phrase"],
        )
    console.print(table)
    if len(rows) > AFFICHEES:
        console.print(
            f"… et {len(rows) - AFFICHEES} autres remarques : ajoutez --json pour les avoir toutes."
        )
