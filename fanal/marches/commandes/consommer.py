"""`fanal marches consommer`: a file of consumption, counted once."""

from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from fanal.cli.rapport import existing_file, print_report
from fanal.depots.models import Depot
from fanal.marches.actions.consommation_fichier import recevoir_fichier
from fanal.territoires import queries as territoires


def run(fichier: Path, *, ght: str, cle: str | None, instant: datetime) -> dict[str, Any]:
    """The document: `lues`, `acceptees`, `deja_connues`, `ecartees`, `depassees`, `hors_marche`, `anomalies`.

    Raises `Introuvable` for an unknown GHT, `Inutilisable` for a file that cannot be read, `Refus` when the
    key was used for another content.
    """
    chemin = existing_file(fichier)
    done, key = recevoir_fichier(
        chemin=chemin,
        nom_fichier=chemin.name,
        ght=territoires.ght(ght),
        cle=cle,
        canal=Depot.Canal.CLI,
        by=None,
        instant=instant,
    )
    return done.en_json(key)


def show(document: dict[str, Any]) -> None:
    """Print the document for a person."""
    print_report(document)
    said = f"{document['depassees']} au-delà d'un maximum, {document['hors_marche']} hors marché"
    if document["deja_recu"]:
        said = f"envoi déjà reçu sous la clé « {document['cle']} », rien n'a changé"
    elif document["deja_connues"]:
        said = f"{document['deja_connues']} déjà connues, {said}"
    Console(highlight=False).print(f"{said[0].upper()}{said[1:]}.", markup=False)
