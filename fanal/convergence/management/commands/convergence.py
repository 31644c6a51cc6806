"""`fanal convergence`: overlaps of a GHT's contracts, and the common starts that would cost least."""

from typing import Annotated, Any

import typer
from django.utils import timezone
from rich.console import Console
from rich.table import Table

from fanal.cli.commande import Commande
from fanal.convergence.queries.document import document
from fanal.interface.nombres import ecrire_montant
from fanal.territoires import queries as territoires


class Command(Commande):
    help = "Propose des départs communs pour les marchés d'un GHT qui se chevauchent."

    def handle(
        self,
        ght: Annotated[str, typer.Option("--ght", help="Code du GHT.")],
        cpv: Annotated[str, typer.Option("--cpv", help="Début du code CPV ; tous les segments sinon.")] = "",
        json: Annotated[bool, typer.Option("--json", help="Écrit un document JSON.")] = False,
    ) -> None:
        answer = document(territoires.ght(ght), timezone.localdate(), cpv)
        if json:
            self.print_json(answer)
        else:
            show(answer)


def show(answer: dict[str, Any]) -> None:
    """Print one row per segment: its contracts, its best start and what it costs."""
    table = Table("Segment", "Marchés", "Chevauchements", "Départ commun", "Coût", "Preuve")
    for segment in answer["segments"]:
        best = segment["propositions"][0] if segment["propositions"] else None
        table.add_row(
            f"{segment['code']} {segment['libelle']}".strip(),
            str(len(segment["marches"])),
            str(segment["paires_en_chevauchement"]),
            best["depart"] if best else "aucune échéance connue",
            (ecrire_montant(best["cout"], 0) or "") if best else "",
            ("minimum prouvé" if best["optimal"] else "non prouvé") if best else "",
        )
    console = Console()
    console.print(table)
    if answer["sans_echeance"]:
        console.print(f"{len(answer['sans_echeance'])} marchés sans échéance connue sont laissés de côté.")
