"""The page of a contract."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from fanal.comptes.acces import perimetre_de
from fanal.interface.tableaux import rendre
from fanal.marches import volets
from fanal.marches.compute.echeances import ETATS_TEMPS
from fanal.marches.queries.etat import vie
from fanal.marches.queries.portee import un_marche


@require_GET
def marche(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the contract stands and what its reader can do."""
    vu = un_marche(pk, perimetre_de(request, "marche.voir"))
    today = timezone.localdate()
    contexte = {
        "titre": vu.objet,
        "marche": vu,
        "vie": vie(vu, today),
        "etats_temps": ETATS_TEMPS,
        "volets": volets.remplir(vu, partial(perimetre_de, request), today),
    }
    return rendre(request, "marches/marche.html", contexte)
