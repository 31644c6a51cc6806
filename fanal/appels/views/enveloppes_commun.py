"""What the pages of envelopes share: finding an envelope, words and tones, columns."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from fanal.appels.models import Appel, Attribution, Courrier, Enveloppe, Simulation
from fanal.appels.queries.appels import regles_de
from fanal.appels.queries.portee import appels_visibles, un_appel
from fanal.appels.rules.decisions import sans_argent
from fanal.appels.types_campagne import DECIDER
from fanal.appels.views.commun import contexte_appel, fil_appel
from fanal.comptes.acces import INVISIBLE, exiger
from fanal.refus import Introuvable
from fanal.territoires.noeuds import Noeud

# Decisions, letters and what becomes final: the same pages for places and for money.
TOUS_GENRES = tuple(Enveloppe.Genre.values)
STATUTS = {
    "provisoire": ("Provisoire", "decide"),
    "definitive": ("Définitive", "decide"),
    "complementaire": ("Liste complémentaire", "attente"),
    "refusee": ("Non retenue", "refus"),
    "abandonnee": ("Abandonnée", "neutre"),
}


def appel_reparti(request: HttpRequest, code: str) -> Appel:
    """A call whose envelopes the account shares. Raises Introuvable or Interdit."""
    return un_appel(request, code, DECIDER)


def une_enveloppe(
    request: HttpRequest, numero: int, genres: Collection[str] = (Enveloppe.Genre.ARGENT,)
) -> Enveloppe:
    """An envelope of a call that the account organises, of money unless *genres* says otherwise.

    Raises Introuvable or Interdit.
    """
    lue = Enveloppe.objects.filter(
        pk=numero, genre__in=genres, appel__in=appels_visibles(request).values("pk")
    )
    enveloppe = lue.select_related("appel__campagne", "appel__region").first()
    if enveloppe is None:
        raise Introuvable(INVISIBLE)
    exiger(request, DECIDER, Noeud.de(enveloppe.appel))
    return enveloppe


def une_simulation(request: HttpRequest, numero: int) -> Simulation:
    """A simulation of such an envelope. Raises Introuvable or Interdit."""
    simulation = Simulation.objects.select_related("auteur", "retenue_par").filter(pk=numero).first()
    if simulation is None:
        raise Introuvable(INVISIBLE)
    simulation.enveloppe = une_enveloppe(request, simulation.enveloppe_id)
    return simulation


def une_attribution(request: HttpRequest, numero: int) -> Attribution:
    """A decision on such an envelope. Raises Introuvable or Interdit."""
    from fanal.appels.queries.enveloppes import RELIES

    attribution = Attribution.objects.select_related(*RELIES).filter(pk=numero).first()
    if attribution is None:
        raise Introuvable(INVISIBLE)
    attribution.enveloppe = une_enveloppe(request, attribution.enveloppe_id, TOUS_GENRES)
    return attribution


def un_courrier(request: HttpRequest, numero: int) -> Courrier:
    """A letter that the account's organiser printed. Raises Introuvable or Interdit."""
    courrier = Courrier.objects.select_related("attribution", "original").filter(pk=numero).first()
    if courrier is None:
        raise Introuvable(INVISIBLE)
    courrier.attribution = une_attribution(request, courrier.attribution_id)
    return courrier


def contexte_enveloppes(request: HttpRequest, appel: Appel) -> dict[str, Any]:
    """What the pages of envelopes show above: the call, its tabs, that of envelopes marked."""
    contexte = contexte_appel(request, appel)
    ici = url_enveloppes(appel)
    contexte["onglets"] = [replace(o, courant=o.url == ici) for o in contexte["onglets"]]
    return contexte


def url_enveloppes(appel: Appel) -> str:
    """The desk where a call is decided: its envelopes, or its decisions when it has no money."""
    nom = "appels:decisions" if sans_argent(regles_de(appel)) else "appels:enveloppes"
    return reverse(nom, args=[appel.campagne.code])


def url_enveloppe(enveloppe: Enveloppe) -> str:
    if enveloppe.genre == Enveloppe.Genre.PLACES:
        return reverse("appels:decisions", args=[enveloppe.appel.campagne.code])
    return reverse("appels:enveloppe", args=[enveloppe.pk])


def fil_enveloppes(appel: Appel) -> list[tuple[str, str]]:
    titre = "Décisions" if sans_argent(regles_de(appel)) else "Enveloppes"
    return [*fil_appel(appel), (titre, url_enveloppes(appel))]


def fil_enveloppe(enveloppe: Enveloppe) -> list[tuple[str, str]]:
    if enveloppe.genre == Enveloppe.Genre.PLACES:
        return fil_enveloppes(enveloppe.appel)
    return [*fil_enveloppes(enveloppe.appel), (str(enveloppe), url_enveloppe(enveloppe))]


def page_formulaire(
    request: HttpRequest,
    appel: Appel,
    form: Any,
    *,
    titre: str,
    phrase: str,
    bouton: str,
    retour: str,
    fil: Any,
) -> HttpResponse:
    """The page of a form, with the status that its faults ask for."""
    contexte = contexte_enveloppes(request, appel) | {
        "titre": titre,
        "phrase": phrase,
        "fil": fil,
        "form": form,
        "bouton": bouton,
        "possible": True,
        "retour": retour,
    }
    return render(request, "appels/formulaire.html", contexte, status=422 if form.errors else 200)
