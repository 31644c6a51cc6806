"""A refusal becomes a page that says it, never a stack trace."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from fanal.exploitation.etat_base import etat_de_la_base
from fanal.memoire import lecture
from fanal.refus import Refus

TITRES = {
    403: "Cette action ne vous est pas ouverte",
    404: "Cette page n'existe pas, ou pas pour votre compte",
    409: "Ce n'est pas possible pour l'instant",
    422: "La demande n'est pas utilisable",
}


class LectureUnique:
    """A request that only reads looks its account's roles and perimeters up once, however often it asks, and
    only if the base has changed since another did."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        with lecture(etat_de_la_base):
            return self.get_response(request)


class PagesDeRefus:
    """Turn a `Refus` raised by a view into its status and its sentence: a page, or a message for htmx."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The answer to a refusal; anything else takes its usual way."""
        if not isinstance(exception, Refus):
            return None
        statut = exception.statut_http
        if getattr(request, "htmx", False):
            contexte = {"phrase": exception.phrase}
            reponse = render(request, "interface/coque/refus.html", contexte, status=statut)
            reponse["HX-Retarget"], reponse["HX-Reswap"] = "#messages", "innerHTML"
            return reponse
        contexte = {"titre": TITRES.get(statut, TITRES[409]), "phrase": exception.phrase}
        return render(request, "interface/erreur.html", contexte, status=statut)
