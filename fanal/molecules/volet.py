"""The panel of a request on the page of its dossier."""

from typing import Any

from django.http import HttpRequest

from fanal.appels.models import Appel
from fanal.appels.volets import Volet
from fanal.campagnes.models import Dossier
from fanal.molecules.queries.demandes import GENRE, demande_du_dossier
from fanal.molecules.views.demandes import contexte_demande


def contexte(request: HttpRequest, dossier: Dossier) -> dict[str, Any] | None:
    """What the panel shows; None before the first deposit."""
    demande = demande_du_dossier(dossier)
    return None if demande is None else contexte_demande(request, demande)


def est_des_molecules(request: HttpRequest, appel: Appel) -> bool:
    """Whether a call is one of expensive medicines: it then has a tab for its requests."""
    return appel.genre == GENRE


VOLET = Volet("molecule", "Médicament demandé", 15, contexte, "molecules/volet.html")
