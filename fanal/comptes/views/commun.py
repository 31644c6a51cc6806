"""What the pages of accounts share."""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from fanal.comptes.acces import INVISIBLE, exiger
from fanal.comptes.models import Affectation, Utilisateur
from fanal.comptes.queries import LIENS, comptes_geres
from fanal.refus import Introuvable, Refus

GERER = "comptes.gerer"
RACINE = ("Comptes", "/comptes/")


def managed_account(request: HttpRequest, pk: int, le: Any) -> Utilisateur:
    """The account, for those who administer one of its roles; it does not exist for the others."""
    exiger(request, GERER)
    found = comptes_geres(request.user, le).filter(pk=pk).first()  # type: ignore[arg-type]  # signed in
    if found is None:
        raise Introuvable(INVISIBLE)
    return found


def affectation_of(pk: int) -> Affectation:
    """The role with this number and its node."""
    rows = Affectation.objects.select_related("utilisateur", "supplee__utilisateur", *LIENS)
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Introuvable(INVISIBLE)
    return found


def form_page(
    request: HttpRequest,
    form: forms.Form,
    *,
    titre: str,
    verbe: str,
    retour: str,
    act: Callable[[dict[str, Any]], str],
    phrase: str = "",
    fil: Sequence[tuple[str, str]] = (RACINE,),
    danger: bool = False,
) -> HttpResponseBase:
    """A page with one form. *act* receives the clean data and returns the sentence that says it is done.

    What it refuses is shown on the form, with everything that was typed.
    """
    if request.method == "POST" and form.is_valid():
        try:
            done = act(form.cleaned_data)
        except Refus as refus:
            form.add_error(None, refus.phrase)
        else:
            messages.success(request, done)
            return redirect(retour)
    context = {
        "titre": titre,
        "phrase": phrase,
        "fil": list(fil),
        "form": form,
        "verbe": verbe,
        "retour": retour,
        "danger": danger,
    }
    return render(request, "comptes/formulaire.html", context, status=400 if form.errors else 200)


def sent(request: HttpRequest) -> Any:
    """The data of a form that was sent, even empty; None when the page is only asked for."""
    return request.POST if request.method == "POST" else None


def done(request: HttpRequest, act: Callable[[], object], phrase: str, retour: str) -> HttpResponse:
    """Do what a button asks, and come back with the sentence, or with the refusal."""
    try:
        act()
    except Refus as refus:
        messages.error(request, refus.phrase)
    else:
        messages.success(request, phrase)
    return redirect(retour)
