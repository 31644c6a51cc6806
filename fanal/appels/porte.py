"""The door of the pages of filling in: how an account reaches a dossier of a call to write or print it."""

from django.http import HttpRequest
from django.urls import reverse

from fanal.appels.queries.portee import candidature_de
from fanal.appels.types_campagne import adresse
from fanal.campagnes.models import Dossier
from fanal.questionnaires.acces import Porte
from fanal.questionnaires.models import VersionFormulaire


def ouvrir(request: HttpRequest, numero: int, permission: str) -> Dossier:
    """The dossier, as the desks of calls let the account reach it. Raises Introuvable, Interdit."""
    return candidature_de(request, numero, permission)


def formulaire(dossier: Dossier) -> VersionFormulaire | None:
    """The version of the form that the call asks now."""
    appel = getattr(dossier.campagne, "appel", None)
    return appel.formulaire if appel else None


def depot(dossier: Dossier) -> str:
    """The page where the dossier is handed in."""
    return reverse("appels:deposer", args=[dossier.pk])


PORTE = Porte(ouvrir=ouvrir, formulaire=formulaire, adresse=adresse, depot=depot)
