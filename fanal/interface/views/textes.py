"""Pages of text: help, legal notice, accessibility statement."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from fanal.interface.aide import PAGES


def aide(request: HttpRequest, page: str = "") -> HttpResponse:
    """The list of the help pages, or one of them."""
    if not page:
        contexte = {"titre": "Aide", "phrase": "Comment faire, page par page.", "pages": PAGES.values()}
        return render(request, "interface/aide/liste.html", contexte)
    if page not in PAGES:
        raise Http404("Cette page d'aide n'existe pas.")
    contexte = {
        "titre": PAGES[page].titre,
        "fil": [("Aide", reverse("interface:aide"))],
        "phrase": PAGES[page].phrase,
        "pages": PAGES.values(),
        "page": page,
    }
    return render(request, f"interface/aide/{page}.html", contexte)


@login_not_required
def mentions_legales(request: HttpRequest) -> HttpResponse:
    """Who publishes and hosts this instance; set by the operator through the environment."""
    contexte = {"titre": "Mentions légales", "mentions": settings.MENTIONS}
    return render(request, "interface/mentions_legales.html", contexte)


@login_not_required
def accessibilite(request: HttpRequest) -> HttpResponse:
    """The accessibility statement."""
    contexte = {"titre": "Accessibilité", "mentions": settings.MENTIONS}
    return render(request, "interface/accessibilite.html", contexte)
