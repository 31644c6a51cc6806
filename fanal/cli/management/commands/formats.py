"""`fanal formats`: list the file formats, print one, write its empty workbook."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from fanal.cli.commande import Commande
from fanal.cli.rapport import known_format
from fanal.depots import formats
from fanal.depots.lecture import ecrire_modele
from fanal.refus import Inutilisable


class Command(Commande):
    help = "Liste les formats de fichiers ; imprime un schéma ou écrit un classeur vide."
    migre = False

    def handle(
        self,
        nom: Annotated[str | None, typer.Argument(help="Nom du format.")] = None,
        modele: Annotated[Path | None, typer.Option(help="Écrit ici un classeur vide à remplir.")] = None,
        regles: Annotated[bool, typer.Option("--regles", help="Liste les règles appliquées.")] = False,
        json: Annotated[bool, typer.Option("--json", help="Écrit un document JSON.")] = False,
    ) -> None:
        if nom is None:
            self._list(json)
            return
        format = formats.charger(known_format(nom))
        if modele is not None:
            if not modele.parent.is_dir():
                raise Inutilisable(
                    f"Le dossier « {modele.parent} » n'existe pas. Créez-le ou choisissez-en un autre."
                )
            ecrire_modele(format, modele)
            self.progression.print(f"Classeur vide écrit : {modele}")
        elif regles:
            self._rules(nom, json)
        else:
            self.print_json(format.document)

    def _list(self, json: bool) -> None:
        known = [{"nom": n, "titre": formats.charger(n).titre} for n in formats.noms()]
        if json:
            self.print_json(known)
            return
        table = Table("Format", "Titre")
        for row in known:
            table.add_row(row["nom"], row["titre"])
        Console().print(table)

    def _rules(self, nom: str, json: bool) -> None:
        rules = formats.regles(nom)
        if json:
            self.print_json(rules)
            return
        table = Table("Règle", "Gravité", "Ce qui est vérifié")
        for rule in rules:
            table.add_row(rule["code"], rule["gravite"], rule["titre"])
        Console().print(table)
