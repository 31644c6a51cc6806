"""`fanal depenses verifier`: the lake recomputed from its files."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any


def run(*, balayer: bool, instant: datetime, progresser: Callable[[str, int, int], None]) -> dict[str, Any]:
    """What was looked at and the faults found; `sain` says that there is none."""
    from fanal.depenses.actions.entretien import verifier

    seen = verifier(instant=instant, balayer=balayer, progresser=progresser)
    return {"sain": not seen.fautes, **asdict(seen), "montant_ht": f"{seen.montant_ht:.2f}"}


def show(document: dict[str, Any]) -> None:
    """One sentence when all is well, else each fault; then what the register does not name."""
    from rich.console import Console

    from fanal.interface.nombres import ecrire_nombre

    console = Console(highlight=False, markup=False)
    if not document["fichiers"]:
        console.print("Le lac est vide : aucune ligne de commande n'a été importée.")
    elif document["sain"]:
        console.print(
            f"Le lac est sain : {_compte(document['fichiers'], 'fichier')} et "
            f"{_compte(document['depots'], 'dépôt')} vérifiés, "
            f"{_compte(document['lignes'], 'ligne')} en vigueur pour "
            f"{ecrire_nombre(document['montant_ht'], 2)} € HT."
        )
    else:
        console.print(f"Le lac n'est pas sain : {_compte(len(document['fautes']), 'faute')}.")
        for fault in document["fautes"]:
            console.print(f"- {fault}")
    if document["orphelins"]:
        console.print(
            f"{_compte(len(document['orphelins']), 'fichier')} que le registre ne nomme pas, laissés par un "
            "dépôt interrompu ; l'option --balayer retire ceux de plus d'un jour."
        )
    if document["balayes"]:
        console.print(f"{_compte(len(document['balayes']), 'fichier')} sans dépôt, retirés.")


def _compte(nombre: int, nom: str) -> str:
    from fanal.interface.nombres import ecrire_nombre

    return f"{ecrire_nombre(nombre)} {nom}{'s' if nombre > 1 else ''}"
