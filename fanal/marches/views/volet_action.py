"""On the page of an action of the purchase plan: the contracts that serve it."""

from datetime import date
from typing import Any

from fanal.achats.models import Action
from fanal.comptes.perimetre import Perimetre
from fanal.marches.queries.liens import marches_lies
from fanal.marches.queries.situation import situations
from fanal.marches.views.phrases import phrase


def contexte_action(action: Action, perimetre: Perimetre, today: date) -> dict[str, Any] | None:
    """Each contract with the sentence of its page; None when no contract is linked."""
    linked = marches_lies(action, perimetre)
    if not linked:
        return None
    facts = situations(linked, today)
    return {"marches": [(m, phrase(facts[m.pk])) for m in linked]}
