from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render


def guide(request: HttpRequest) -> HttpResponse:
    """Each component on sample data; in the demonstration only."""
    if settings.MODE != "demonstration":
        raise Http404("Cette page n'existe que dans la démonstration.")
    return render(request, "interface/guide.html", {"titre": "Guide de style"})


def detail(request: HttpRequest, code: str) -> HttpResponse:
    """A row opened in place, for the style guide."""
    raise Http404
