"""A page that acts: a form shown, posted, refused with its sentence or done."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from fanal.refus import Refus


def page_acte(
    request: HttpRequest,
    form: forms.Form,
    agir: Callable[[dict[str, Any]], HttpResponse],
    contexte: dict[str, Any],
    modele: str,
) -> HttpResponse:
    """A form that acts: shown, then posted; a refusal is shown above the form, which keeps what was typed.

    *agir* gets the cleaned data and answers; what it refuses changes nothing.
    """
    if request.method == "POST" and form.is_valid():
        try:
            return agir(form.cleaned_data)
        except Refus as refus:
            if refus.statut_http in {403, 404}:
                raise
            form.add_error(None, refus.phrase)
    statut = 422 if form.is_bound and form.errors else 200
    return render(request, modele, {"form": form, **contexte}, status=statut)


def dire(request: HttpRequest, phrase: str) -> None:
    """A sentence on the next page."""
    messages.success(request, phrase)
