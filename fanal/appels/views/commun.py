"""What the pages of calls share: the shell for who is signed in or not, the path back, finding a call."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from fanal.appels import onglets
from fanal.appels.models import Appel
from fanal.appels.queries.appels import appels_publics
from fanal.appels.queries.portee import appels_visibles
from fanal.campagnes.models import Dossier
from fanal.comptes.acces import INVISIBLE
from fanal.refus import Introuvable

CONNECTE, PUBLIQUE = "interface/coque.html", "interface/publique.html"


def coquille(request: HttpRequest) -> str:
    """The shell that a page open to all stands in: that of the account, or the public one."""
    return CONNECTE if request.user.is_authenticated else PUBLIQUE


def appel_lisible(request: HttpRequest, code: str) -> Appel:
    """A call that the visitor may read: a public one, or one that its account sees. Raises Introuvable."""
    appel = appels_publics(timezone.now()).filter(campagne__code=code).first()
    if appel is None and request.user.is_authenticated:
        appel = appels_visibles(request).filter(campagne__code=code).distinct().first()
    if appel is None:
        raise Introuvable(INVISIBLE)
    return appel


def appels_lisibles(request: HttpRequest, instant: datetime) -> list[Appel]:
    """Every call that the visitor may read, the nearest closing first."""
    lus = {a.pk: a for a in appels_publics(instant).prefetch_related("enveloppes")}
    if request.user.is_authenticated:
        lus |= {a.pk: a for a in appels_visibles(request).prefetch_related("enveloppes").distinct()}
    return sorted(lus.values(), key=lambda a: (a.campagne.cloture, a.campagne.titre))


def fil_appels() -> list[tuple[str, str]]:
    return [("Appels", reverse("appels:liste"))]


def fil_appel(appel: Appel) -> list[tuple[str, str]]:
    """The path back from the pages of a call."""
    return [*fil_appels(), (appel.campagne.titre, url_appel(appel))]


def fil_dossier(dossier: Dossier) -> list[tuple[str, str]]:
    """The path back from the pages of a dossier."""
    return [*fil_appel(dossier.campagne.appel), (nom_dossier(dossier), url_dossier(dossier))]


def url_appel(appel: Appel) -> str:
    return reverse("appels:appel", args=[appel.campagne.code])


def url_dossier(dossier: Dossier) -> str:
    return reverse("appels:dossier", args=[dossier.pk])


def nom_dossier(dossier: Dossier) -> str:
    """How a page names a dossier: whose it is, and which when there are several."""
    return f"{dossier.nom_noeud} ({dossier.reference})" if dossier.reference else dossier.nom_noeud


def contexte_appel(request: HttpRequest, appel: Appel) -> dict[str, Any]:
    """What every page of a call shows above: the call and its tabs."""
    return {"appel": appel, "onglets": onglets.liens(request, appel), "coquille": coquille(request)}
