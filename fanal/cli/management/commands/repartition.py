"""`fanal repartition calculer`: share an envelope as a JSON question says. Nothing is read from the base."""

import json as json_
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from django_typer.management import command, initialize
from rich.console import Console
from rich.table import Column, Table

from fanal.cli.commande import Commande
from fanal.cli.rapport import existing_file
from fanal.moteurs.allocation import Resultat, lire_annees, repartir_annees
from fanal.moteurs.allocation.documents import annees_en_document, written
from fanal.refus import Inutilisable

TAILLE_MAX = 50_000_000


class Command(Commande):
    help = "Répartit une enveloppe entre des demandes."
    migre = False

    @initialize()
    def initialise(self) -> None:
        """Without it a single subcommand would lose its name."""

    @command(help="Calcule la répartition que demande un fichier JSON.")
    def calculer(
        self,
        demandes: Annotated[Path, typer.Argument(help="Fichier JSON : enveloppe, regle, demandes.")],
        json: Annotated[bool, typer.Option("--json", help="Écrit un document JSON.")] = False,
    ) -> None:
        found = repartir_annees(lire_annees(read_json(demandes)))
        if json:
            self.print_json(annees_en_document(found))
            return
        show(found.ferme)
        for year, answer in found.previsions:
            sys.stdout.write(f"\n{year}, en prévision : ")
            show(answer)


def read_json(chemin: Path) -> Any:
    """The document of a file. Raises Inutilisable when it cannot be read as JSON."""
    existing_file(chemin)
    if chemin.stat().st_size > TAILLE_MAX:
        raise Inutilisable(f"« {chemin} » dépasse {TAILLE_MAX // 1_000_000} Mo : répartissez par campagne.")
    try:
        return json_.loads(chemin.read_bytes(), parse_float=str)
    except (ValueError, RecursionError) as error:
        raise Inutilisable(
            f"« {chemin} » n'est pas un document JSON lisible. Vérifiez sa syntaxe et son encodage (UTF-8)."
        ) from error


def show(found: Resultat) -> None:
    """Print the sharing for a person."""
    sys.stdout.write(
        f"{written(found.attribue)} € attribués sur {written(found.enveloppe)} €, "
        f"{written(found.reste)} € restent.\n"
    )
    table = Table("Demande", Column("Maximum", justify="right"), Column("Attribué", justify="right"), "Motif")
    for a in found.attributions:
        table.add_row(a.id, written(a.maximum), written(a.attribue), a.motif)
    Console().print(table)
    sys.stdout.write(f"Empreinte : {found.empreinte}\n")
