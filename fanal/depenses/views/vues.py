"""Saved views: kept, opened, renamed, removed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from fanal.comptes.acces import compte, exiger
from fanal.depenses.actions.vues import enregistrer_vue, renommer_vue, supprimer_vue
from fanal.depenses.models import VueEnregistree
from fanal.depenses.queries.vues import VOIR, une_vue, vues_de
from fanal.interface import ici
from fanal.interface.tableaux import rendre
from fanal.refus import Refus

PAGE = "explorer"


@require_GET
def liste(request: HttpRequest) -> HttpResponse:
    """The views that the account may open; its own can be renamed and removed."""
    exiger(request, VOIR)
    user = compte(request)
    rows = vues_de(user, timezone.localdate(), PAGE)
    mine = [v for v in rows if v.auteur_id == user.pk]
    context = {
        "titre": "Vues enregistrées",
        "phrase": _phrase(len(mine), len(rows) - len(mine)),
        "miennes": mine,
        "partagees": [v for v in rows if v.auteur_id != user.pk],
        "fil": [("Explorer", reverse("depenses:explorer"))],
    }
    return rendre(request, "depenses/explorer/vues.html", context)


def _phrase(own: int, shared: int) -> str:
    if not own and not shared:
        return (
            "Aucune vue enregistrée. Depuis l'explorateur, donnez un nom à celle que vous voulez retrouver."
        )
    mine = f"{own} vue{'s' if own > 1 else ''} de vous" if own else "Aucune vue de vous"
    return f"{mine}, {shared or 'aucune'} partagée{'s' if shared > 1 else ''} avec vous."


@require_GET
def ouvrir(request: HttpRequest, numero: int) -> HttpResponse:
    """The explorer as the view kept it."""
    view = _one(request, numero)
    return redirect(f"{reverse('depenses:explorer')}?{view.requete}")


@require_POST
def enregistrer(request: HttpRequest) -> HttpResponse:
    """Keep the view shown, for oneself or for the territory of the top bar."""
    exiger(request, VOIR)
    now, query = timezone.now(), request.POST.get("requete", "")
    try:
        kept = enregistrer_vue(
            nom=request.POST.get("nom", ""),
            page=PAGE,
            requete=query,
            noeud=ici.ici(request, timezone.localdate()).noeud,
            partagee=request.POST.get("partagee") == "oui",
            by=compte(request),
            instant=now,
        )
    except Refus as refusal:
        messages.error(request, refusal.phrase)
    else:
        whom = f"partagée avec {kept.noeud or 'tous les comptes'}" if kept.partagee else "gardée pour vous"
        messages.success(request, f"La vue « {kept.nom} » est {whom}.")
    return redirect(f"{reverse('depenses:explorer')}?{query.removeprefix('?')}")


@require_POST
def renommer(request: HttpRequest, numero: int) -> HttpResponse:
    """Give a view of one's own another name."""
    view = _one(request, numero)
    try:
        renommer_vue(vue=view, nom=request.POST.get("nom", ""), by=compte(request), instant=timezone.now())
    except Refus as refusal:
        messages.error(request, refusal.phrase)
    else:
        messages.success(request, f"La vue s'appelle maintenant « {view.nom} ».")
    return redirect("depenses:vues")


@require_POST
def supprimer(request: HttpRequest, numero: int) -> HttpResponse:
    """Remove a view of one's own."""
    view = _one(request, numero)
    name = view.nom
    try:
        supprimer_vue(vue=view, by=compte(request), instant=timezone.now())
    except Refus as refusal:
        messages.error(request, refusal.phrase)
    else:
        messages.success(request, f"La vue « {name} » est supprimée. Les lignes n'ont pas changé.")
    return redirect("depenses:vues")


def _one(request: HttpRequest, numero: int) -> VueEnregistree:
    exiger(request, VOIR)
    return une_vue(compte(request), timezone.localdate(), numero)
