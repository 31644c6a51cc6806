"""`fanal marches produits`: an operator's file « produits en marché » for a GHT."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.utils import timezone
from rich.console import Console

from fanal.cli.rapport import existing_file, print_report
from fanal.prix.actions.produits import importer_produits
from fanal.territoires import queries as territoires


def run(fichier: Path, *, operateur: str, ght: str, le: date | None, instant: datetime) -> dict[str, Any]:
    """The document: `lues`, `acceptees`, `ecartees`, `marches_crees`, `bordereaux`, `anomalies`.

    Raises `Introuvable` for an unknown GHT or operator, `Inutilisable` for a file that cannot be read.
    """
    chemin = existing_file(fichier)
    done = importer_produits(
        chemin=chemin,
        nom_fichier=chemin.name,
        ght=territoires.ght(ght),
        operateur=territoires.operateur(operateur),
        applicable_le=le or timezone.localdate(instant),
        by=None,
        instant=instant,
    )
    return done.en_json()


def show(document: dict[str, Any]) -> None:
    """Print the document for a person."""
    print_report(document)
    Console(highlight=False).print(
        f"Marchés créés : {document['marches_crees']}. Bordereaux enregistrés : {document['bordereaux']}, "
        f"inchangés : {document['inchanges']}.",
        markup=False,
    )
