"""A line of the queue opened in place."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from fanal.achats.forms_instruction import GESTES
from fanal.achats.queries.actions import find_action
from fanal.achats.queries.detail import DECISIONS
from fanal.achats.queries.examen import examine_line
from fanal.comptes.acces import exiger, perimetre_de
from fanal.interface.nombres import Absence
from fanal.territoires.noeuds import Noeud


@require_GET
def examen(request: HttpRequest, pk: int) -> HttpResponse:
    """Why the line stands where it stands, declared beside computed, and the decisions that may be taken."""
    action = find_action(pk)
    dossier = action.version.dossier
    noeud = Noeud.de(dossier)
    exiger(request, "controle.voir", noeud)
    decide = perimetre_de(request, "ligne.decider").contient(noeud)
    user: Any = request.user
    found = examine_line(action, by=user, instant=timezone.now(), gestes=GESTES if decide else {})
    contexte = {
        "titre": action.intitule,
        "phrase": f"{action.identifiant}, {noeud.code}.",
        "fil": [("Instruction", reverse("achats:controle"))],
        "examen": found,
        "absent": Absence.NON_RENSEIGNE,
        "action": action,
        "dossier": dossier,
        "decision": DECISIONS[found.fiche.decision.sens if found.fiche.decision else "attente"],
        "gestes": [
            (g, f"{GESTES[g.code]}…", f"{reverse('achats:decision')}?portee=cochees&ligne={pk}&sens={g.code}")
            for g in found.gestes
        ],
    }
    return render(request, "achats/examen.html", contexte)
