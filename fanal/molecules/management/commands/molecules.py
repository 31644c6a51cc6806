"""`fanal molecules importer`: bring in a list of drugs funded on top."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from django.utils import timezone
from django_typer.management import command, initialize
from rich.console import Console
from rich.table import Table

from fanal.cli.commande import Commande


class Command(Commande):
    help = "Importe les listes de médicaments pris en charge en sus."

    @initialize()
    def initialise(self) -> None:
        """Without it a single subcommand would lose its name."""

    @command(help="Importe une liste en sus. Recommencer ne change rien.")
    def importer(
        self,
        fichier: Annotated[Path, typer.Argument(help="Fichier au format « liste_en_sus ».")],
        apercu: Annotated[bool, typer.Option("--apercu", help="Dit ce qui changerait, sans écrire.")] = False,
        json: Annotated[bool, typer.Option("--json", help="Écrit un document JSON.")] = False,
    ) -> None:
        from fanal.molecules.actions.listes import apercevoir
        from fanal.molecules.actions.listes import importer as importer_liste
        from fanal.refus import Inutilisable

        if not fichier.is_file():
            raise Inutilisable(f"Le fichier « {fichier} » n'existe pas. Vérifiez son nom et son dossier.")
        bilan = (
            apercevoir(fichier) if apercu else importer_liste(chemin=fichier, by=None, instant=timezone.now())
        )
        if json:
            remarques = [
                {"ligne": a.ligne, "gravite": a.gravite, "phrase": a.phrase} for a in bilan.anomalies
            ]
            self.print_json(bilan.document() | {"apercu": apercu, "anomalies": remarques})
        else:
            sys.stdout.write(bilan.phrase() + "\n")
            if bilan.anomalies:
                table = Table("Ligne", "Gravité", "Remarque")
                for a in bilan.anomalies:
                    table.add_row(str(a.ligne or ""), a.gravite, a.phrase)
                Console().print(table)
        if bilan.ecartees:
            sys.exit(1)
