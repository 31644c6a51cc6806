"""`fanal demo`: build the demonstration territory and its campaigns."""

from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Column, Table

from fanal.cli.commande import Commande, prepare_base
from fanal.demonstration.scenario import comptes, execution
from fanal.demonstration.scenario.lignes import DEFAUT, built, check_number


class Command(Commande):
    help = "Construit le territoire de démonstration : données inventées, d'après les totaux publiés."
    migre = False  # nothing is written, not even the base, where the demonstration is not allowed

    def handle(
        self,
        json: Annotated[bool, typer.Option("--json", help="Écrit un document JSON.")] = False,
        lignes: Annotated[
            int,
            typer.Option(
                "--lignes",
                help="Nombre de lignes de commande, 100 millions au plus ; davantage les complète.",
            ),
        ] = DEFAUT,
    ) -> None:
        execution.check_allowed()
        check_number(lignes)
        prepare_base()
        with Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self.progression,
            transient=True,
        ) as barre:
            tache = barre.add_task("Démonstration", total=None)

            def progresser(titre: str, fait: int, total: int) -> None:
                barre.update(tache, description=titre, completed=fait, total=total)

            gestes = execution.build(progresser, lignes)
        if json:
            self.print_json(
                {
                    "gestes": gestes,
                    "lignes": built(),
                    "mot_de_passe": comptes.MOT_DE_PASSE,
                    "comptes": [vars(c) for c in comptes.shown_accounts()],
                }
            )
        else:
            self._report(gestes)

    def _report(self, gestes: int) -> None:
        console = Console()
        console.print(
            f"Démonstration construite ({gestes} gestes joués)."
            if gestes
            else "La démonstration est déjà construite : rien n'a changé."
        )
        console.print(f"Lignes de commande : {built():,}.".replace(",", " "))
        table = Table(Column("Compte", no_wrap=True), "Rôle", "Territoire")
        for compte in comptes.shown_accounts():
            table.add_row(compte.email, compte.titre, compte.noeud)
        console.print(table)
        console.print(f"Mot de passe de tous les comptes : {comptes.MOT_DE_PASSE}")
        console.print(
            "Données de démonstration : GHT, établissements et montants sont inventés.", style="dim"
        )
