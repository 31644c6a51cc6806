"""`fanal depenses compacter`: the lake in fewer files."""

from dataclasses import asdict
from datetime import datetime
from typing import Any


def run(*, instant: datetime) -> dict[str, Any]:
    """What the compaction did: files before and after, lines merged, replaced lines left out."""
    from fanal.depenses.actions.compactage import compacter

    return asdict(compacter(by=None, instant=instant))


def show(document: dict[str, Any]) -> None:
    """One sentence."""
    from rich.console import Console

    console = Console(highlight=False, markup=False)
    if document["avant"] == document["apres"] and not document["lignes"]:
        console.print(f"Rien à compacter : {document['avant']} fichiers.")
        return
    console.print(
        f"{document['avant']} fichiers en vigueur avant, {document['apres']} après. {document['lignes']} "
        f"lignes sont réunies ; {document['effacees']} lignes remplacées restent dans les anciens "
        "fichiers, gardés pour le passé."
    )
