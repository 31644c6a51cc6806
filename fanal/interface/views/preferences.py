"""What the top bar remembers: territory, year, light or dark."""

from urllib.parse import parse_qsl, urlencode, urlsplit

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from fanal.interface import choix
from fanal.interface.context import THEMES
from fanal.interface.ici import noeud_de, parametre, visible
from fanal.refus import Introuvable

UN_AN = 365 * 24 * 3600


@require_GET
def territoire(request: HttpRequest) -> HttpResponse:
    """The list of the nodes one may stand on: a fragment for the top bar, a page without JavaScript."""
    contexte = {
        "titre": "Choisir un territoire",
        "branches": choix.branches(request, timezone.localdate()),
        "suivant": _suivant(request.GET.get("suivant", ""), request),
    }
    htmx = getattr(request, "htmx", False)
    modele = "interface/coque/choix_territoire.html" if htmx else "interface/territoire.html"
    return render(request, modele, contexte)


@require_GET
def choisir(request: HttpRequest) -> HttpResponse:
    """Keep the territory or the year for the session and come back to the page with it in the address."""
    remplacees = {}
    if demande := request.GET.get("territoire", ""):
        try:
            noeud = noeud_de(demande)
        except Introuvable as refus:
            raise Http404(refus.phrase) from refus
        if not visible(request, noeud, timezone.localdate()):
            raise Http404("Ce territoire n'est pas visible avec votre compte.")
        remplacees["territoire"] = request.session["territoire"] = parametre(noeud)
    annee = request.GET.get("annee", "")
    if annee.isdecimal() and 2000 <= int(annee) <= 2100:
        remplacees["annee"] = annee
        request.session["annee"] = int(annee)
    suivant = _suivant(request.GET.get("suivant", ""), request)
    morceaux = urlsplit(suivant)
    gardees = {cle: valeur for cle, valeur in parse_qsl(morceaux.query) if not cle.endswith(".page")}
    return HttpResponseRedirect(f"{morceaux.path}?{urlencode({**gardees, **remplacees})}")


@require_POST
@login_not_required
def apparence(request: HttpRequest) -> HttpResponse:
    """Keep light, dark or the computer's own preference in a cookie."""
    reponse = HttpResponseRedirect(_suivant(request.POST.get("suivant", ""), request))
    theme = request.POST.get("theme", "")
    if theme in THEMES:
        reponse.set_cookie(
            "theme", theme, max_age=UN_AN, samesite="Lax", httponly=True, secure=request.is_secure()
        )
    return reponse


def _suivant(adresse: str, request: HttpRequest) -> str:
    if adresse.startswith("/") and url_has_allowed_host_and_scheme(adresse, {request.get_host()}):
        return adresse
    return reverse("interface:accueil")
