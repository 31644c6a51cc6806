"""The panel of prices on the page of a contract."""

from datetime import date
from typing import Any

from fanal.comptes.perimetre import Perimetre
from fanal.marches.models import Marche
from fanal.marches.queries.portee import marches_visibles
from fanal.prix.queries.prix import clauses, definition, lignes_actuelles, version_courante
from fanal.prix.queries.revisions import revisions_du_marche


def contexte(marche: Marche, perimetre: Perimetre, today: date) -> dict[str, Any] | None:
    """What the panel shows: list, clause, next revision. None where unit prices are not the account's."""
    if not marches_visibles(perimetre).filter(pk=marche.pk).exists():
        return None
    lines = lignes_actuelles(marche, today)
    return {
        "marche": marche,
        "version": version_courante(marche),
        "nombre": len(lines),
        "echues": sum(line.echue for line in lines),
        "clauses": [definition(clause) for clause in clauses(marche)],
        "dues": revisions_du_marche(marche, today),
    }
