"""`fanal verifier`: check a file against a format and write nothing."""

from pathlib import Path
from typing import Annotated

import typer

from fanal.campagnes.actions.depot import read
from fanal.cli.commande import Commande
from fanal.cli.rapport import anomalies_of, existing_file, known_format, print_report, report


class Command(Commande):
    help = "Vérifie un fichier sans rien enregistrer."

    def handle(
        self,
        fichier: Annotated[Path, typer.Argument(help="Classeur XLSX, XLS, ODS ou fichier CSV.")],
        format: Annotated[str, typer.Option(help="Nom du format (voir « fanal formats »).")],
        json: Annotated[bool, typer.Option("--json", help="Écrit un document JSON.")] = False,
    ) -> None:
        lecture = read(existing_file(fichier), known_format(format))
        document = report(lecture, anomalies_of(lecture))
        if json:
            self.print_json(document)
        else:
            print_report(document)
        if lecture.ecartees:
            raise typer.Exit(1)
