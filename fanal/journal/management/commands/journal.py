"""`fanal journal verifier`: prove that the journal is whole."""

import sys
from typing import Annotated

import typer
from django_typer.management import command, initialize

from fanal.cli.commande import Commande
from fanal.journal.queries import Verification, verifier


class Command(Commande):
    help = "Vérifie le journal."

    @initialize()
    def initialise(self) -> None:
        """Without it a single subcommand would lose its name."""

    @command(help="Recalcule la chaîne du journal ; sort en 1 si une entrée est modifiée, absente ou coupée.")
    def verifier(
        self, json: Annotated[bool, typer.Option("--json", help="Écrit un document JSON.")] = False
    ) -> None:
        found = verifier()
        if json:
            self.print_json(document(found))
        else:
            sys.stdout.write("\n".join([*found.fautes, found.phrase()]) + "\n")
        if not found.ok:
            sys.exit(1)


def document(found: Verification) -> dict[str, object]:
    """The JSON document of the command."""
    return {
        "ok": found.ok,
        "entrees": found.entrees,
        "tetes_relevees": found.tetes_externes,
        "fautes": found.fautes,
        "phrase": found.phrase(),
    }
