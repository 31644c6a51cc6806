"""`fanal marches importer`: the file, the account of what was read, one sentence when it cannot be read."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from fanal.depots.queries import mapping
from fanal.marches.actions.importation import importer
from fanal.marches.lecture.lecteurs import FORMATS, TABLEAUX
from fanal.refus import Introuvable, Inutilisable
from fanal.territoires.models import Ght, Niveau
from fanal.territoires.noeuds import NATIONAL, Noeud

LIGNES_MONTREES = 200


def run(
    fichier: Path, *, format: str, ght: str | None, correspondance: str | None, instant: datetime
) -> dict[str, Any]:
    """Import the file and return the document of the contract. Raises `Inutilisable`, `Introuvable`."""
    if format not in FORMATS:
        noms = ", ".join(f"« {f} »" for f in (*FORMATS, "cpv"))
        raise Inutilisable(f"Le format « {format} » n'est pas connu. Formats d'import : {noms}.")
    noeud = _noeud(ght)
    if correspondance and format not in TABLEAUX:
        raise Inutilisable(
            "Une correspondance de colonnes ne sert qu'aux tableaux. Retirez --correspondance."
        )
    connue = mapping(nom=correspondance, format=format, noeud=noeud or NATIONAL) if correspondance else None
    colonnes = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*colonnes, console=Console(stderr=True), transient=True) as barre:
        tache = barre.add_task("Lecture")
        bilan = importer(
            chemin=fichier,
            format=format,
            noeud=noeud,
            by=None,
            instant=instant,
            correspondance=connue,
            progresser=lambda lues: barre.update(tache, description=f"{lues} marchés lus"),
        )
    return bilan.document()


def _noeud(code: str | None) -> Noeud | None:
    if not code:
        return None
    ght = Ght.objects.filter(code__iexact=code.strip()).first()
    if ght is None:
        raise Introuvable(
            f"Le GHT « {code} » n'est pas connu. Vérifiez son code (par exemple BFC-03), ou importez la liste "
            "des GHT."
        )
    return Noeud(Niveau.GHT, ght)


def show(document: dict[str, Any]) -> None:
    """Print the counts in sentences, then the remarks that are not mere information."""
    ecrire = sys.stdout.write
    ecrire(
        f"{document['lues']} marchés lus : {document['acceptees']} acceptés, "
        f"{document['ecartees']} laissés de côté.\n"
    )
    ecrire(
        f"{document['nouvelles']} nouveaux, {document['modifiees']} mis à jour, "
        f"{document['deja_connues']} déjà connus.\n"
    )
    if document["sans_echeance"]:
        ecrire(f"Échéance inconnue : {document['sans_echeance']} marchés, à compléter.\n")
    if document["concessions"]:
        ecrire(f"{document['concessions']} concessions laissées à part : ce ne sont pas des marchés.\n")
    utiles = [a for a in document["anomalies"] if a["gravite"] != "information"]
    if not utiles:
        return
    table = Table("Marché ou ligne", "Colonne", "Gravité", "Remarque")
    for a in utiles[:LIGNES_MONTREES]:
        table.add_row(str(a["ligne"] or ""), a["colonne"] or "", a["gravite"], a["phrase"])
    Console().print(table)
    if len(utiles) > LIGNES_MONTREES:
        ecrire(f"… et {len(utiles) - LIGNES_MONTREES} autres remarques : « --json » les donne toutes.\n")
