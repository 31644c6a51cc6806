"""The panel of a dossier's money: to who organises, the decision; to its applicant, what its letter says."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from fanal.appels.actions.courriers import options_en_mots
from fanal.appels.models import Appel, Attribution
from fanal.appels.queries.appels import regles_de
from fanal.appels.queries.enveloppes import RELIES, derniers_courriers
from fanal.appels.queries.portee import organise
from fanal.appels.rules.decisions import sans_argent
from fanal.appels.rules.enveloppes import euros
from fanal.appels.types_campagne import DECIDER
from fanal.appels.views.enveloppes_commun import STATUTS
from fanal.campagnes.models import Dossier


def decision(request: HttpRequest, dossier: Dossier) -> dict[str, Any] | None:
    """The decisions on a dossier; None while the account may know of none."""
    if organise(request, dossier.campagne.appel, DECIDER):
        prises = [
            {
                "phrase": _phrase(a),
                "etat": STATUTS[a.statut],
                "motif": a.motif,
                "url_decision": reverse("appels:attribution", args=[a.pk]),
            }
            for a in dossier.attributions.select_related(*RELIES)
        ]
        return {"decisions": prises} if prises else None
    courrier = derniers_courriers([dossier]).get(dossier.pk)
    if courrier is None:
        return None
    montant = f"Montant accordé : {euros(courrier.montant)}. " if courrier.montant else ""
    options = options_en_mots(regles_de(dossier.campagne.appel), courrier.options)
    return {
        "decisions": [
            {
                "phrase": f"{montant}{options}".strip(),
                "etat": STATUTS[courrier.statut],
                "motif": courrier.motif,
                "url_courrier": reverse("appels:courrier_recu", args=[dossier.pk, courrier.pk]),
                "envoye_le": courrier.envoye_le,
            }
        ]
    }


def _phrase(a: Attribution) -> str:
    if a.sans_argent:
        return options_en_mots(regles_de(a.enveloppe.appel), a.options) or "Décision sans montant."
    return f"{a.enveloppe} : {euros(a.montant)} attribués sur {euros(a.demande)} demandés."


def repartit(request: HttpRequest, appel: Appel) -> bool:
    """Whether the account shares the envelopes of this call, which has money to share."""
    return not sans_argent(regles_de(appel)) and organise(request, appel, DECIDER)


def decide(request: HttpRequest, appel: Appel) -> bool:
    """Whether the account decides on this call, which has no money to share."""
    return sans_argent(regles_de(appel)) and organise(request, appel, DECIDER)
