"""The panel of prices on the page of a contract."""

from datetime import date
from typing import Any

from fanal.comptes.perimetre import Perimetre
from fanal.marches.models import Marche
from fanal.marches.queries.portee import marches_visibles
from fanal.prix.models import LigneBpu
from fanal.prix.queries.prix import clauses, definition, fin_du_marche, version_courante
from fanal.prix.queries.revisions import revisions_du_marche


def contexte(marche: Marche, perimetre: Perimetre, today: date) -> dict[str, Any] | None:
    """What the panel shows: list, clause, next revision. None where unit prices are not the account's."""
    if not marches_visibles(perimetre).filter(pk=marche.pk).exists():
        return None
    version, end = version_courante(marche), fin_du_marche(marche, today)
    lines = version.lignes.all() if version else LigneBpu.objects.none()
    expired = lines if end and end < today else lines.filter(au__lt=today)
    return {
        "marche": marche,
        "version": version,
        "nombre": lines.count(),
        "echues": expired.count(),
        "clauses": [definition(clause) for clause in clauses(marche)],
        "dues": revisions_du_marche(marche, today),
    }
