"""`fanal deposer`: deposit a file for a node of the territory, in the campaign of a year."""

from pathlib import Path
from typing import Annotated

import typer
from django.utils import timezone

from fanal.campagnes import registre
from fanal.campagnes.actions.depot import deposer_dans_annee
from fanal.cli.commande import Commande
from fanal.cli.rapport import anomalies_of, existing_file, known_format, print_report, report
from fanal.depots.queries import mapping
from fanal.refus import Inutilisable
from fanal.territoires import queries as territoires
from fanal.territoires.models import Niveau
from fanal.territoires.noeuds import NATIONAL, Noeud


def node(*, ght: str | None, operateur: str | None, region: str | None) -> Noeud:
    """The node that the options name; the nation when none is given."""
    given = [o for o in (ght, operateur, region) if o]
    if len(given) > 1:
        raise Inutilisable("Indiquez un seul déclarant : --ght, --operateur ou --region.")
    if ght:
        return Noeud(Niveau.GHT, territoires.ght(ght))
    if operateur:
        return Noeud(Niveau.OPERATEUR, territoires.operateur(operateur))
    if region:
        return Noeud(Niveau.REGION, territoires.region(region))
    return NATIONAL


class Command(Commande):
    help = "Dépose un fichier dans la campagne de l'année."

    def handle(
        self,
        fichier: Annotated[Path, typer.Argument(help="Fichier à déposer.")],
        format: Annotated[str, typer.Option(help="Nom du format.")],
        annee: Annotated[int, typer.Option(help="Année de la campagne.", min=2000, max=2100)],
        ght: Annotated[str | None, typer.Option(help="Code du GHT déclarant.")] = None,
        operateur: Annotated[str | None, typer.Option(help="Code de l'opérateur déclarant.")] = None,
        region: Annotated[str | None, typer.Option(help="Région déclarante.")] = None,
        periode: Annotated[str, typer.Option(help="mi-annee ou fin-annee.")] = "fin-annee",
        correspondance: Annotated[str | None, typer.Option(help="Nom d'une correspondance.")] = None,
        motif: Annotated[str, typer.Option(help="Motif d'une nouvelle version.")] = "",
        json: Annotated[bool, typer.Option("--json", help="Écrit un document JSON.")] = False,
    ) -> None:
        existing_file(fichier)
        type_campagne = registre.type_du_format(known_format(format))
        if type_campagne is None:
            raise Inutilisable(f"Le format « {format} » ne se dépose pas dans une campagne.")
        noeud = node(ght=ght, operateur=operateur, region=region)
        resultat = deposer_dans_annee(
            type_campagne=type_campagne.code,
            annee=annee,
            periode=periode,
            chemin=fichier,
            nom_fichier=fichier.name,
            format=format,
            noeud=noeud,
            by=None,
            instant=timezone.now(),
            canal="cli",
            correspondance=mapping(nom=correspondance, format=format, noeud=noeud)
            if correspondance
            else None,
            motif=motif,
        )
        document = report(resultat.lecture, anomalies_of(resultat.lecture, noeud=noeud, annee=annee)) | {
            "dossier": resultat.dossier.pk,
            "version": resultat.version.numero,
            "deja_depose": resultat.deja_depose,
        }
        if json:
            self.print_json(document)
        else:
            print_report(document)
            done = "déjà déposé, rien n'a changé" if resultat.deja_depose else "enregistré"
            self.progression.print(
                f"Dossier {resultat.dossier.pk}, version {resultat.version.numero} : {done}."
            )
        if resultat.lecture.ecartees:
            raise typer.Exit(1)
