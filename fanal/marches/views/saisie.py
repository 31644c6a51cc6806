"""Typing a contract in, correcting it before its notification, and undoing a link to the purchase plan."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from fanal.comptes.acces import compte, exiger, perimetre_de
from fanal.marches.actions import liens, saisie
from fanal.marches.forms_vie import MarcheForm, lire_titulaires
from fanal.marches.models import Marche
from fanal.marches.queries.situation import est_accord_cadre
from fanal.marches.rules.cycle import check_corriger
from fanal.marches.views.documents import GERER, gerant
from fanal.refus import Refus
from fanal.territoires import queries as territoires
from fanal.territoires.models import Etablissement, Ght, OperateurAchat

MODELE = "marches/formulaire.html"


@require_http_methods(["GET", "POST"])
def nouveau(request: HttpRequest) -> HttpResponse:
    """A contract typed in, in preparation."""
    exiger(request, GERER)
    posted = request.method == "POST"
    form = MarcheForm(
        request.POST if posted else None, initial={"verrou": 0}, choix=_choix(request, nouveau=True)
    )
    if posted and form.is_valid():
        try:
            ght, buyer = _acheteur(request, form.cleaned_data["acheteur"])
            created = saisie.creer(
                ght=ght,
                acheteur=buyer,
                termes=form.termes(),
                autres=form.cleaned_data,
                titulaires=lire_titulaires(form.cleaned_data["titulaires"]),
                operateur=OperateurAchat.objects.filter(code=form.cleaned_data["operateur"] or "-").first(),
                by=compte(request),
                instant=timezone.now(),
            )
        except Refus as refus:
            form.add_error(None, refus.phrase)
        else:
            messages.success(request, "Le marché est créé, en préparation. Attribuez-le, puis notifiez-le.")
            return redirect("marches:marche", pk=created.pk)
    contexte = {
        "titre": "Nouveau marché",
        "phrase": "Saisissez ce que vous savez : une case vide est une valeur inconnue, jamais zéro.",
        "fil": [("Marchés", reverse("marches:portefeuille"))],
        "form": form,
        "bouton": "Créer le marché",
        "large": True,
    }
    return render(request, MODELE, contexte, status=409 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def corriger(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct the terms of a contract not yet notified."""
    c = gerant(request, pk)
    reason = ""
    try:
        check_corriger(c.situation)
    except Refus as refus:
        reason = refus.phrase
    posted = request.method == "POST"
    form = MarcheForm(
        request.POST if posted else None,
        initial=_initial(c.marche),
        choix=_choix(request, nouveau=False),
    )
    del form.fields["acheteur"], form.fields["operateur"]
    if posted and form.is_valid():
        try:
            saisie.corriger(
                marche=c.marche,
                termes=form.termes(),
                autres=form.cleaned_data,
                titulaires=lire_titulaires(form.cleaned_data["titulaires"]),
                by=compte(request),
                instant=c.instant,
                verrou=form.cleaned_data["verrou"],
            )
        except Refus as refus:
            form.add_error(None, refus.phrase)
        else:
            messages.success(request, "Le marché est corrigé.")
            return redirect("marches:marche", pk=pk)
    contexte = {
        "titre": "Corriger le marché",
        "phrase": reason or "Avant la notification, tout se corrige. Après, les termes changent par avenant.",
        "fil": [
            ("Marchés", reverse("marches:portefeuille")),
            (c.marche.identifiant, reverse("marches:marche", args=[pk])),
        ],
        "marche": c.marche,
        "form": form,
        "raison": reason,
        "bouton": "Corriger",
        "large": True,
    }
    return render(request, MODELE, contexte, status=409 if form.errors else 200)


@require_POST
def delier(request: HttpRequest, pk: int, lien: int) -> HttpResponse:
    """Remove the link to an action of the plan."""
    c = gerant(request, pk)
    liens.delier(marche=c.marche, lien=lien, by=compte(request), instant=c.instant)
    messages.success(request, "Le lien est retiré.")
    return redirect(f"{reverse('marches:marche', args=[pk])}#paat")


def _choix(request: HttpRequest, *, nouveau: bool) -> dict[str, list[tuple[str, str]]]:
    if not nouveau:
        return {}
    operators = OperateurAchat.objects.order_by("nom").values_list("code", "nom")
    return {
        "acheteur": [(f"{ght.code}:{e.finess}", f"{e.nom} ({ght.code})") for ght, e in _acheteurs(request)],
        "operateur": [("", "Aucun"), *operators],
    }


def _acheteurs(request: HttpRequest) -> list[tuple[Ght, Etablissement]]:
    """Who may sign: the members of the GHT that the account manages, the support first (R6132-16 CSP)."""
    held = perimetre_de(request, GERER)
    today = timezone.localdate()
    found = []
    for ght in Ght.objects.filter(held.ghts_q()).order_by("code"):
        members = territoires.appartenances_du_ght(ght, today).filter(role__in=("support", "partie"))
        found += [(ght, m.etablissement) for m in members.select_related("etablissement")]
    return found


def _acheteur(request: HttpRequest, choisi: str) -> tuple[Ght, Etablissement]:
    for ght, place in _acheteurs(request):
        if f"{ght.code}:{place.finess}" == choisi:
            return ght, place
    raise Refus("Choisissez l'établissement acheteur dans la liste.")


def _initial(marche: Marche) -> dict[str, Any]:
    names = [n for n in MarcheForm.base_fields if hasattr(marche, n) and n != "titulaires"]
    holders = [t.fournisseur for t in marche.titulaires.select_related("fournisseur")]
    return {
        **{n: getattr(marche, n) for n in names},
        "accord_cadre": est_accord_cadre(marche),
        "titulaires": "\n".join(f"{h.identifiant} {h.nom}".strip() for h in holders),
    }
