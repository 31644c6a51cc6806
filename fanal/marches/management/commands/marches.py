"""`fanal marches`: import, publish, and ask the law about a procedure, a modification or a price."""

import sys
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from django.utils import timezone
from django_typer.management import command, initialize

from fanal.cli.commande import Commande
from fanal.refus import Inutilisable

Json = Annotated[bool, typer.Option("--json", help="Écrit un document JSON.")]


class Command(Commande):
    help = "Importe, publie et interroge les marchés."

    @initialize()
    def initialise(self) -> None:
        """Groups the subcommands."""

    @command(help="Importe des marchés : données essentielles (DECP) ou classeur Fanal.")
    def importer(
        self,
        fichier: Annotated[Path, typer.Argument(help="Fichier à importer.")],
        format: Annotated[
            str, typer.Option("--format", help="decp, decp-xml, decp-tabulaire, marches ou cpv.")
        ],
        ght: Annotated[str | None, typer.Option("--ght", help="Code du GHT qui gère ces marchés.")] = None,
        correspondance: Annotated[
            str | None, typer.Option("--correspondance", help="Nom d'une correspondance de colonnes.")
        ] = None,
        json: Json = False,
    ) -> None:
        from fanal.marches.commandes import importer

        document = importer.run(
            fichier, format=format, ght=ght, correspondance=correspondance, instant=timezone.now()
        )
        self._answer(document, json, importer.show)
        if document["ecartees"]:
            sys.exit(1)

    @command(help="Exporte les marchés complets ; liste ceux qui ne le sont pas.")
    def exporter(
        self,
        format: Annotated[str, typer.Option("--format", help="decp, decp-xml ou ocds.")],
        sortie: Annotated[Path, typer.Option("--sortie", help="Fichier à écrire.")],
        acheteur: Annotated[str | None, typer.Option("--acheteur", help="SIRET de l'acheteur.")] = None,
        publication: Annotated[
            str | None,
            typer.Option(
                "--publication", help="Date de publication (AAAA-MM-JJ) de ce qui n'a jamais été publié."
            ),
        ] = None,
        json: Json = False,
    ) -> None:
        from fanal.marches.commandes import exporter

        document = exporter.run(
            format=format,
            sortie=sortie,
            acheteur=acheteur,
            instant=timezone.now(),
            publication=read_date(publication) if publication else None,
        )
        self._answer(document, json, exporter.show)
        if document["incomplets"]:
            sys.exit(1)

    @command(help="Reçoit des consommations : ce qui a été commandé sur les marchés.")
    def consommer(
        self,
        fichier: Annotated[Path, typer.Argument(help="Fichier au format « consommations ».")],
        ght: Annotated[str, typer.Option("--ght", help="Code du GHT qui a consommé.")],
        cle: Annotated[
            str | None, typer.Option("--cle", help="Clé de l'envoi ; sans elle, l'empreinte du fichier.")
        ] = None,
        json: Json = False,
    ) -> None:
        from fanal.marches.commandes import consommer

        document = consommer.run(fichier, ght=ght, cle=cle, instant=timezone.now())
        self._answer(document, json, consommer.show)
        if document["ecartees"]:
            sys.exit(1)

    @command(help="Importe le fichier « produits en marché » d'un opérateur.")
    def produits(
        self,
        fichier: Annotated[Path, typer.Argument(help="Fichier au format « produits_en_marche ».")],
        operateur: Annotated[str, typer.Option("--operateur", help="Code de l'opérateur d'achat.")],
        ght: Annotated[str, typer.Option("--ght", help="Code du GHT qui adhère à ces marchés.")],
        date_: Annotated[
            str | None, typer.Option("--date", help="Jour où ces prix s'appliquent ; aujourd'hui sans elle.")
        ] = None,
        json: Json = False,
    ) -> None:
        from fanal.prix.commandes import produits

        document = produits.run(
            fichier,
            operateur=operateur,
            ght=ght,
            le=read_date(date_) if date_ else None,
            instant=timezone.now(),
        )
        self._answer(document, json, produits.show)
        if document["ecartees"]:
            sys.exit(1)

    @command(help="Dit les procédures possibles à une date de lancement.")
    def procedure(
        self,
        nature: Annotated[str, typer.Option("--nature", help="fournitures, services ou travaux.")],
        montant: Annotated[str, typer.Option("--montant", help="Valeur estimée HT du besoin du GHT.")],
        date_: Annotated[str, typer.Option("--date", help="Date de lancement, AAAA-MM-JJ.")],
        json: Json = False,
    ) -> None:
        from fanal.procedures.commandes import procedure

        document = procedure.run(nature=nature, montant=montant, lancement=read_date(date_))
        self._answer(document, json, procedure.show)

    @command(help="Dit si une modification est permise, et la marge qui reste.")
    def avenant(
        self,
        initial: Annotated[str, typer.Option("--initial", help="Montant initial HT.")],
        motif: Annotated[str, typer.Option("--motif", help="Article, par exemple R2194-8.")],
        nature: Annotated[str, typer.Option("--nature", help="fournitures, services ou travaux.")],
        deja: Annotated[str, typer.Option("--deja", help="Somme des modifications antérieures, même motif.")],
        montant: Annotated[str, typer.Option("--montant", help="Montant de la modification HT.")],
        date_: Annotated[str, typer.Option("--date", help="Date, AAAA-MM-JJ.")],
        json: Json = False,
    ) -> None:
        from fanal.marches.commandes import avenant

        document = avenant.run(
            initial=initial, motif=motif, nature=nature, deja=deja, montant=montant, le=read_date(date_)
        )
        self._answer(document, json, avenant.show)
        if not document["admis"]:
            sys.exit(1)

    @command(help="Révise des prix selon une clause écrite en YAML.")
    def reviser(
        self,
        clause: Annotated[Path, typer.Argument(help="Clause de révision (YAML).")],
        json: Json = False,
    ) -> None:
        from fanal.prix.commandes import reviser

        self._answer(reviser.run(clause), json, reviser.show)

    def _answer(self, document: dict[str, Any], json: bool, show: Any) -> None:
        if json:
            self.print_json(document)
        else:
            show(document)


def read_date(text: str) -> date:
    """A date of the command line. Raises `Inutilisable` with a sentence."""
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a calendar day has no time zone
    except ValueError:
        raise Inutilisable(
            f"« {text} » n'est pas une date. Écrivez-la AAAA-MM-JJ, par exemple 2026-05-02."
        ) from None
