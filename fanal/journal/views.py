"""Reading the journal."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from fanal.comptes.acces import exiger
from fanal.journal.forms import FiltreJournal
from fanal.journal.portee import entrees_visibles
from fanal.journal.presentation import present

PAGE = 50


@require_GET
def liste(request: HttpRequest) -> HttpResponse:
    """Who did what, when and why, on the territory where the account may read the journal."""
    visible = entrees_visibles(exiger(request, "journal.voir"))
    form = FiltreJournal(request.GET or None, entrees=visible)
    kept = form.keep(visible) if form.is_bound else visible
    page = Paginator(kept, PAGE).get_page(request.GET.get("page"))
    parameters = request.GET.copy()
    parameters.pop("page", None)
    count = page.paginator.count
    context = {
        "titre": "Journal",
        "phrase": f"{count} entrée{'s' if count > 1 else ''} : qui a fait quoi, quand et pourquoi.",
        "form": form,
        "page": page,
        "lignes": present(page.object_list),
        "adresse": parameters.urlencode(),
    }
    return render(request, "journal/liste.html", context)
