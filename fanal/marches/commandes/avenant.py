"""`fanal marches avenant`: may this modification be signed, and what headroom is left."""

import sys
from datetime import date
from typing import Any

from fanal.cli.nombres import read_amount
from fanal.marches.queries.droit import limites_modification
from fanal.marches.rules.modifications import evaluer


def run(*, initial: str, motif: str, nature: str, deja: str, montant: str, le: date) -> dict[str, Any]:
    """The verdict as a document: `admis`, `phrase`, `marge` (text, None without a limit), `source`.

    Raises Inutilisable for an amount, a ground or a nature that cannot be used.
    """
    verdict = evaluer(
        initial=read_amount(initial, "--initial"),
        motif=motif.strip().upper(),
        nature=nature.strip().lower(),
        deja=read_amount(deja, "--deja"),
        montant=read_amount(montant, "--montant"),
        limites=limites_modification(le),
    )
    return {
        "admis": verdict.admis,
        "phrase": verdict.phrase,
        "marge": None if verdict.marge is None else f"{verdict.marge:.2f}",
        "source": verdict.source,
    }


def show(document: dict[str, Any]) -> None:
    """Print the sentence and its source."""
    sys.stdout.write(f"{document['phrase']} ({document['source']})\n")
