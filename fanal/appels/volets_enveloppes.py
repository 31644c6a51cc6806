"""The panel of a dossier's money: to who organises, the decision; to its applicant, what its letter says."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from fanal.appels.models import Appel
from fanal.appels.queries.enveloppes import RELIES, derniers_courriers
from fanal.appels.queries.portee import organise
from fanal.appels.rules.enveloppes import euros
from fanal.appels.types_campagne import DECIDER
from fanal.appels.views.enveloppes_commun import STATUTS
from fanal.campagnes.models import Dossier

TITRES = {code: mot for code, (mot, _) in STATUTS.items()}


def decision(request: HttpRequest, dossier: Dossier) -> dict[str, Any] | None:
    """The decisions on a dossier; None while the account may know of none."""
    if organise(request, dossier.campagne.appel, DECIDER):
        prises = [
            {
                "phrase": f"{a.enveloppe} : {euros(a.montant)} attribués sur {euros(a.demande)} demandés.",
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
    montant = f" : {euros(courrier.montant)}" if courrier.montant else ""
    return {
        "decisions": [
            {
                "phrase": f"{TITRES[courrier.statut]}{montant}.",
                "etat": STATUTS[courrier.statut],
                "motif": courrier.motif,
                "url_courrier": reverse("appels:courrier_recu", args=[dossier.pk, courrier.pk]),
                "envoye_le": courrier.envoye_le,
            }
        ]
    }


def repartit(request: HttpRequest, appel: Appel) -> bool:
    """Whether the account shares the envelopes of this call."""
    return organise(request, appel, DECIDER)
