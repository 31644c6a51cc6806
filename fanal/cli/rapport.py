"""What the commands that read a file have in common: finding it, its report, as JSON or for a person."""

from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from fanal.campagnes.queries.lecture import anomalies_of, known_format, report
from fanal.refus import Inutilisable

COULEURS = {"refus": "red", "controle": "yellow", "information": "blue"}
AFFICHEES = 200

__all__ = ["anomalies_of", "existing_file", "known_format", "print_report", "report"]


def existing_file(chemin: Path) -> Path:
    """The path of a readable file. Raises `Inutilisable` with a sentence."""
    if not chemin.exists():
        raise Inutilisable(f"Le fichier « {chemin} » n'existe pas. Vérifiez le chemin et le nom.")
    if not chemin.is_file():
        raise Inutilisable(f"« {chemin} » n'est pas un fichier. Indiquez le classeur à lire.")
    return chemin


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
