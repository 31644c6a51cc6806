"""What the pages of procedures share: finding what the account may see, posting an act, the path back."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from fanal.comptes.acces import perimetre_de
from fanal.comptes.rules import check_permission
from fanal.interface import actes
from fanal.procedures.actions.commun import lot_de
from fanal.procedures.models import Lot, Procedure
from fanal.procedures.queries.portee import une_procedure
from fanal.territoires.noeuds import Noeud

VOIR, GERER, REPONDRE, PRIX = "marche.voir", "procedure.gerer", "besoin.saisir", "prix.voir"
FORMULAIRE = "procedures/formulaire.html"
ETATS = {
    "planifiee": ("Planifiée", "neutre"),
    "recensement": ("Recensement des besoins", "attente"),
    "redaction": ("Rédaction", "attente"),
    "lancee": ("Consultation lancée", "information"),
    "analyse": ("Analyse des offres", "information"),
    "attribuee": ("Attribuée", "decide"),
    "terminee": ("Terminée", "decide"),
    "infructueuse": ("Infructueuse", "refus"),
    "sans_suite": ("Sans suite", "refus"),
}


def procedure_vue(request: HttpRequest, pk: int) -> Procedure:
    """The procedure, for an account that sees it. Raises Introuvable elsewhere."""
    return une_procedure(pk, perimetre_de(request, VOIR))


def procedure_geree(request: HttpRequest, pk: int) -> Procedure:
    """The procedure, for an account that may act on it: 404 unseen, 403 seen but not its business."""
    procedure = procedure_vue(request, pk)
    check_permission(perimetre_de(request, GERER), Noeud("ght", procedure.ght), GERER)
    return procedure


def peut_gerer(request: HttpRequest, procedure: Procedure) -> bool:
    """Whether the account runs the procedures of the GHT."""
    return perimetre_de(request, GERER).contient(Noeud("ght", procedure.ght))


def voit_offres(request: HttpRequest, procedure: Procedure) -> bool:
    """Whether the account sees offers: business secrets of the GHT and of its tenderers (L2132-1 CCP)."""
    return perimetre_de(request, PRIX).contient(Noeud("ght", procedure.ght))


def lot_analyse(request: HttpRequest, pk: int, numero: int, permission: str = PRIX) -> tuple[Procedure, Lot]:
    """A lot whose offers the account may see, or act on with `procedure.gerer`."""
    procedure = procedure_geree(request, pk) if permission == GERER else procedure_vue(request, pk)
    check_permission(perimetre_de(request, PRIX), Noeud("ght", procedure.ght), PRIX)
    lot = lot_de(procedure, numero)
    lot.procedure = procedure
    return procedure, lot


def verrou_de(request: HttpRequest) -> int | None:
    """The lock that the posted page was read with."""
    texte = request.POST.get("verrou", "")
    return int(texte) if texte.isdecimal() and len(texte) < 10 else None


def fil(procedure: Procedure | None = None) -> list[tuple[str, str]]:
    """The path back."""
    chemin = [("Procédures", reverse("procedures:liste"))]
    if procedure is not None:
        chemin.append((procedure.numero, reverse("procedures:procedure", args=[procedure.pk])))
    return chemin


def vers(procedure: Procedure, ancre: str = "") -> HttpResponse:
    """Back to the page of the procedure."""
    return redirect(reverse("procedures:procedure", args=[procedure.pk]) + ancre)


def page_acte(
    request: HttpRequest,
    form: forms.Form,
    agir: Callable[[dict[str, Any]], HttpResponse],
    contexte: dict[str, Any],
    modele: str = FORMULAIRE,
) -> HttpResponse:
    """`interface.actes.page_acte` on the plain form of these pages."""
    return actes.page_acte(request, form, agir, contexte, modele)
