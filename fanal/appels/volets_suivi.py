"""The panel of the follow-up on the page of a dossier: where the project stands, and the way to its page."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from fanal.appels.models import Appel
from fanal.appels.queries.portee import organise
from fanal.appels.queries.suivi import accord_du_dossier, projet
from fanal.campagnes.models import Dossier
from fanal.refus import Introuvable


def suivi(request: HttpRequest, dossier: Dossier) -> dict[str, Any] | None:
    """What the follow-up says of a dossier; None until it is granted, and its applicant told."""
    # The page draws: what it loads waits until somebody looks.
    from fanal.appels.views.projet import ETATS_PROJET, phrase

    try:
        accord = accord_du_dossier(request, dossier.pk)
    except Introuvable:
        return None
    p = projet(accord, timezone.localdate())
    return {"p": p, "phrase": phrase(p), "etat_projet": ETATS_PROJET[p.etat]}


def a_des_resultats(request: HttpRequest, appel: Appel) -> bool:
    """Whether the tab of results has something: published, or seen by who organises."""
    return organise(request, appel, "enveloppe.gerer") or appel.campagne.publications.exists()


def a_des_projets(request: HttpRequest, appel: Appel) -> bool:
    """Whether the tab of the follow-up has something."""
    return appel.campagne.dossiers.filter(attributions__statut__in=["definitive", "abandonnee"]).exists()
