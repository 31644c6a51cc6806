"""`fanal territoires importer`: read the published lists of GHT and establishments."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from django.utils import timezone
from django_typer.management import command, initialize
from rich.console import Console
from rich.table import Table

from fanal.cli.commande import Commande
from fanal.depots.lecture.resultats import Anomalie
from fanal.territoires.actions import FORMATS, Bilan, importer


class Command(Commande):
    help = "Importe les territoires."

    @initialize()
    def initialise(self) -> None:
        """Without it a single subcommand would lose its name."""

    @command(help="Importe une liste publiée. Recommencer ne change rien.")
    def importer(
        self,
        fichier: Annotated[Path, typer.Argument(help="Fichier à importer (CSV, XLSX, XLS, ODS).")],
        format: Annotated[str, typer.Option("--format", help=" ou ".join(FORMATS))],
        json: Annotated[bool, typer.Option("--json", help="Écrit un document JSON.")] = False,
    ) -> None:
        bilan = importer(chemin=fichier, format=format, by=None, instant=timezone.now())
        if json:
            self.print_json(bilan.document())
        else:
            show(bilan)
        if bilan.ecartees:
            sys.exit(1)


def show(bilan: Bilan) -> None:
    """Print what was done, then a table of the remarks."""
    sys.stdout.write(bilan.phrase() + "\n")
    if bilan.anomalies:
        table = Table("Ligne", "Colonne", "Gravité", "Remarque")
        for a in bilan.anomalies:
            table.add_row(*_cells(a))
        Console().print(table)


def _cells(anomalie: Anomalie) -> tuple[str, ...]:
    line = "" if anomalie.ligne is None else str(anomalie.ligne)
    return line, anomalie.colonne or "", anomalie.gravite, anomalie.phrase
