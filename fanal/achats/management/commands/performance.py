"""`fanal performance`: the consolidated gains of a year."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from fanal.achats.compute import Consolidation, Filtres, Resultat
from fanal.achats.queries.performance import performance
from fanal.campagnes import registre
from fanal.campagnes.rules import check_periode
from fanal.cli.commande import Commande
from fanal.territoires import queries as territoires


class Command(Commande):
    help = "Affiche la performance achat consolidée d'une année."

    def handle(
        self,
        annee: Annotated[int, typer.Option(help="Année civile.", min=2000, max=2100)],
        periode: Annotated[str, typer.Option(help="mi-annee ou fin-annee.")] = "fin-annee",
        region: Annotated[str | None, typer.Option(help="Restreint à une région.")] = None,
        ght: Annotated[str | None, typer.Option(help="Restreint à un GHT.")] = None,
        famille: Annotated[str | None, typer.Option(help="Restreint à une famille d'achats.")] = None,
        json: Annotated[bool, typer.Option("--json", help="Écrit un document JSON.")] = False,
    ) -> None:
        genre = registre.obtenir("performance")
        check_periode(genre.titre, genre.periodes, periode)
        filtres = Filtres(
            region=territoires.region(region).sigle if region else None,
            ght=territoires.ght(ght).code if ght else None,
            famille=famille,
        )
        result = performance(annee, periode, filtres)
        if json:
            self.print_json(result.to_json())
        else:
            show(result)


def show(result: Consolidation) -> None:
    """Print the consolidation as a table, in millions of euros."""
    table = Table("", "Déclarés (M€)", "Retirés", "Doublons", "Retenus", "En attente", "Objectif", "Atteinte")
    for row in [*result.par_region, result.total]:
        table.add_row(row.code or row.nom, *_cells(row))
    Console().print(table)


def _cells(row: Resultat) -> list[str]:
    amounts = (row.gains_declares, row.gains_retires, row.ecart_doublons, row.gains_retenus, row.en_attente)
    cells = [_millions(a) for a in amounts]
    goal = "non renseigné" if row.objectif is None else _millions(row.objectif)
    rate = (
        "non calculable"
        if row.taux_atteinte is None
        else f"{row.taux_atteinte * 100:.1f} %".replace(".", ",")
    )
    return [*cells, goal, rate]


def _millions(amount: object) -> str:
    return f"{float(str(amount)) / 1e6:,.2f}".replace(",", " ").replace(".", ",")
