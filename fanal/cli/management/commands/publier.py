"""`fanal publier`: freeze and publish the results of a campaign."""

from typing import Annotated

import typer
from django.utils import timezone

from fanal.campagnes import registre
from fanal.campagnes.actions import publications
from fanal.campagnes.models import Campagne
from fanal.campagnes.rules import check_periode
from fanal.cli.commande import Commande
from fanal.refus import Introuvable


class Command(Commande):
    help = "Publie les résultats d'une campagne : un instantané figé, avec son empreinte."

    def handle(
        self,
        type_campagne: Annotated[str, typer.Argument(help="Type de campagne, par exemple performance.")],
        annee: Annotated[int, typer.Option(help="Année de la campagne.", min=2000, max=2100)],
        periode: Annotated[str, typer.Option(help="mi-annee ou fin-annee.")] = "fin-annee",
        motif: Annotated[str, typer.Option(help="Motif, obligatoire pour une nouvelle publication.")] = "",
        json: Annotated[bool, typer.Option("--json", help="Écrit un document JSON.")] = False,
    ) -> None:
        genre = registre.obtenir(type_campagne)
        check_periode(genre.titre, genre.periodes, periode)
        campagne = Campagne.objects.filter(type_campagne=type_campagne, annee=annee, periode=periode).first()
        if campagne is None:
            raise Introuvable(f"Aucune campagne « {genre.titre} » n'existe pour {annee} ({periode}).")
        publication = publications.publier(campagne=campagne, by=None, instant=timezone.now(), motif=motif)
        document = {
            "campagne": campagne.code,
            "publication": publication.numero,
            "empreinte": publication.empreinte,
            "publiee_le": publication.publiee_le.isoformat(),
        }
        if json:
            self.print_json(document)
        else:
            self.progression.print(
                f"{campagne.titre}, publication {publication.numero} : empreinte {publication.empreinte}"
            )
