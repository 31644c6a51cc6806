"""`fanal depenses referentiel`: fill the catalogue of products."""

from datetime import datetime
from pathlib import Path
from typing import Any

from fanal.refus import Inutilisable


def run(fichier: Path | None, *, bordereaux: bool, motif: str, instant: datetime) -> dict[str, Any]:
    """What a file, or price lists of contracts, added to the catalogue. Raises `Inutilisable`, `Refus`."""
    from fanal.depenses.actions.catalogue import importer_referentiel, reprendre_bordereaux

    if (fichier is None) is not bordereaux:
        raise Inutilisable("Donnez un fichier, ou l'option --bordereaux seule.")
    if fichier is None:
        return reprendre_bordereaux(by=None, instant=instant).en_json()
    return importer_referentiel(
        chemin=fichier, nom_fichier=fichier.name, motif=motif, by=None, instant=instant
    ).en_json()


def show(document: dict[str, Any]) -> None:
    """One sentence, then the remarks."""
    from rich.console import Console

    console = Console(highlight=False, markup=False)
    console.print(
        f"{document['ajoutes']} produits ajoutés, {document['modifies']} modifiés, {document['inchanges']} "
        f"déjà connus, {document['ecartees']} lignes écartées."
    )
    for anomaly in document["anomalies"]:
        console.print(f"- {anomaly['phrase']}")
