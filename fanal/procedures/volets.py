"""The panels that procedures hang on other domains' pages: a contract's, an action's."""

from datetime import date
from typing import Any

from fanal.achats.models import Action
from fanal.comptes.perimetre import Perimetre
from fanal.marches.models import Marche
from fanal.procedures.queries.actions_paat import procedures_de_l_action
from fanal.procedures.queries.portee import procedures_visibles
from fanal.procedures.views.commun import ETATS


def du_marche(marche: Marche, perimetre: Perimetre, today: date) -> dict[str, Any] | None:
    """The procedure that a contract came from, those that renew it, and whether one may be created."""
    visibles = procedures_visibles(perimetre)
    venue = visibles.filter(lots__marches=marche).first()
    suivantes = list(visibles.filter(remplace=marche).order_by("-created_at"))
    if venue is None and not suivantes and marche.ght_id is None and marche.etablissement_id is None:
        return None
    return {
        "marche": marche,
        "venue": venue,
        "suivantes": [(p, *ETATS[p.etat]) for p in suivantes],
        "peut_creer": not any(p.etat not in {"infructueuse", "sans_suite"} for p in suivantes),
    }


def de_l_action(action: Action, perimetre: Perimetre, today: date) -> dict[str, Any] | None:
    """The procedures that carry out an action of the plan."""
    connues = procedures_de_l_action(action)
    if not connues:
        return None
    vues = procedures_visibles(perimetre).filter(pk__in=[p.pk for p in connues])
    visibles = set(vues.order_by().values_list("pk", flat=True))
    liees = [p for p in connues if p.pk in visibles]
    return {"procedures": [(p, *ETATS[p.etat]) for p in liees]} if liees else None
