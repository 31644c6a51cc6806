"""`fanal depenses`: bring order lines in, and ask them."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from django.utils import timezone
from django_typer.management import command, initialize
from rich.console import Console

from fanal.cli.commande import Commande

Json = Annotated[bool, typer.Option("--json", help="Écrit un document JSON.")]


class Command(Commande):
    help = "Importe et interroge les lignes de commande."

    @initialize()
    def initialise(self) -> None:
        """Groups the subcommands."""

    @command(help="Importe des lignes de commande (CSV, Parquet, XLSX).")
    def importer(
        self,
        fichiers: Annotated[list[Path], typer.Argument(help="Fichiers au format « lignes_commande ».")],
        mois: Annotated[
            str | None,
            typer.Option("--mois", help="Mois que le fichier remplace : 2021-03, ou 2021-03,2021-04."),
        ] = None,
        correspondance: Annotated[
            str | None, typer.Option("--correspondance", help="Nom d'une correspondance de colonnes.")
        ] = None,
        ght: Annotated[str | None, typer.Option("--ght", help="Code du GHT qui dépose.")] = None,
        json: Json = False,
    ) -> None:
        from fanal.depenses.commandes import importer

        document = importer.run(
            fichiers, mois=mois, correspondance=correspondance, ght=ght, instant=timezone.now()
        )
        self._answer(document, json, importer.show)
        if document["ecartees"]:
            sys.exit(1)

    @command(help="Croise les dépenses : un ou plusieurs axes, une ou plusieurs mesures, des filtres.")
    def analyser(
        self,
        axes: Annotated[
            str, typer.Option("--axes", help="Axes séparés par des virgules : famille,mois,finess…")
        ],
        mesure: Annotated[
            list[str] | None,
            typer.Option("--mesure", help="montant_ht (par défaut), quantite, lignes… ; répétable."),
        ] = None,
        filtre: Annotated[
            list[str] | None,
            typer.Option("--filtre", help="famille=…, mois>=2021-01, libelle~gants… ; répétable."),
        ] = None,
        json: Json = False,
    ) -> None:
        from fanal.depenses.commandes import analyser

        document = analyser.run(axes, mesures=mesure or (), filtres=filtre or ())
        self._answer(document, json, analyser.show)

    @command(help="Tient les gains déclarés d'une année en face des lignes de commande.")
    def gains(
        self,
        annee: Annotated[int, typer.Option("--annee", help="Année du plan d'actions.")],
        ght: Annotated[str | None, typer.Option("--ght", help="Code d'un GHT ; sans lui, tous.")] = None,
        json: Json = False,
    ) -> None:
        from fanal.depenses.commandes import gains

        document = gains.run(annee, ght=ght, le=timezone.localdate())
        self._answer(document, json, gains.show)

    @command(help="Recalcule les fichiers des lignes de commande et les compare au registre.")
    def verifier(
        self,
        balayer: Annotated[
            bool,
            typer.Option("--balayer", help="Retire les fichiers de plus d'un jour que le registre ignore."),
        ] = False,
        json: Json = False,
    ) -> None:
        from fanal.depenses.commandes import verifier
        from fanal.exploitation.progression import progress

        with progress(Console(stderr=True)) as move:
            document = verifier.run(balayer=balayer, instant=timezone.now(), progresser=move)
        self._answer(document, json, verifier.show)
        if not document["sain"]:
            sys.exit(1)

    @command(help="Propose les produits d'un référentiel pour des libellés (deux CSV : code, libelle).")
    def rapprocher(
        self,
        libelles: Annotated[Path, typer.Argument(help="CSV des libellés ; leur code peut être vide.")],
        referentiel: Annotated[Path, typer.Option("--referentiel", help="CSV du référentiel.")],
        json: Json = False,
    ) -> None:
        from fanal.depenses.commandes import rapprocher

        self._answer(rapprocher.run(libelles, referentiel), json, rapprocher.show)

    @command(help="Réunit les petits fichiers de lignes ; les anciens restent pour relire le passé.")
    def compacter(self, json: Json = False) -> None:
        from fanal.depenses.commandes import compacter

        self._answer(compacter.run(instant=timezone.now()), json, compacter.show)

    @command(help="Complète le référentiel des produits, par un fichier ou par les bordereaux des marchés.")
    def referentiel(
        self,
        fichier: Annotated[
            Path | None, typer.Argument(help="Fichier au format « referentiel_produits ».")
        ] = None,
        bordereaux: Annotated[
            bool, typer.Option("--bordereaux", help="Reprend les produits codés des bordereaux.")
        ] = False,
        motif: Annotated[
            str, typer.Option("--motif", help="Pourquoi des produits déjà connus changent.")
        ] = "",
        json: Json = False,
    ) -> None:
        from fanal.depenses.commandes import referentiel

        document = referentiel.run(fichier, bordereaux=bordereaux, motif=motif, instant=timezone.now())
        self._answer(document, json, referentiel.show)
        if document["ecartees"]:
            sys.exit(1)

    def _answer(self, document: Any, as_json: bool, show: Callable[[Any], None]) -> None:
        if as_json:
            self.print_json(document)
        else:
            show(document)
