"""The tab of the context, on SESAME calls only."""

from django.http import HttpRequest

from fanal.appels.models import Appel
from fanal.appels.onglets import Onglet
from fanal.sesame.queries.constats import GENRE


def est_sesame(request: HttpRequest, appel: Appel) -> bool:
    """Whether the call is a SESAME one."""
    return appel.genre == GENRE


ONGLET = Onglet("sesame", "Contexte", 5, "sesame:contexte_appel", "appel.voir", est_sesame)
