"""`fanal marches importer`: the file, the account of what was read, one sentence when it cannot be read."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from fanal.depots.queries import as_reading_mapping, mapping
from fanal.marches.actions.cpv import importer_cpv
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
    if format == "cpv":
        connue = mapping(nom=correspondance, format=format, noeud=NATIONAL) if correspondance else None
        lue = as_reading_mapping(connue) if connue else None
        return importer_cpv(chemin=fichier, by=None, instant=instant, correspondance=lue)
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
            f"Le GHT « {code} » n'est pas connu. Vérifiez son code (par exemple BFC-03), ou importez la "
            "liste des GHT."
        )
    return Noeud(Niveau.GHT, ght)


def show(document: dict[str, Any]) -> None:
    """Print the counts in sentences, then the remarks that are not mere information."""
    ecrire = sys.stdout.write
    mot = "codes" if document["format"] == "cpv" else "marchés"
    ecrire(
        f"Lus : {document['lues']} {mot}. Acceptés : {document['acceptees']}. "
        f"Laissés de côté : {document['ecartees']}.\n"
        f"Nouveaux : {document['nouvelles']}. Mis à jour : {document['modifiees']}. "
        f"Déjà connus : {document['deja_connues']}.\n"
    )
    if document.get("sans_echeance"):
        ecrire(f"Échéance inconnue : {document['sans_echeance']} marchés, à compléter.\n")
    if document.get("concessions"):
        ecrire(f"Concessions laissées à part, ce ne sont pas des marchés : {document['concessions']}.\n")
    if document.get("marches_remis_en_cause"):
        nombre = document["marches_remis_en_cause"]
        ecrire(f"Marchés dont le code CPV n'existe pas, à corriger : {nombre}.\n")
    utiles = [a for a in document["anomalies"] if a["gravite"] != "information"]
    if not utiles:
        return
    table = Table("Marché ou ligne", "Colonne", "Gravité", "Remarque")
    for a in utiles[:LIGNES_MONTREES]:
        table.add_row(str(a["ligne"] or ""), a["colonne"] or "", a["gravite"], a["phrase"])
    Console().print(table)
    if len(utiles) > LIGNES_MONTREES:
        ecrire(f"… et {len(utiles) - LIGNES_MONTREES} autres remarques : « --json » les donne toutes.\n")
