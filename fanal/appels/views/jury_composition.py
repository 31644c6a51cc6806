"""Who sits, and what they declared: the organiser's page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from fanal.appels.actions import jury_composition as actions
from fanal.appels.actions import jury_interets
from fanal.appels.forms_jury import MotifForm, NommerForm
from fanal.appels.models import Appel, Interet, MembreJury
from fanal.appels.queries.jury import membres_de
from fanal.appels.queries.jury_comptes import nommables
from fanal.appels.views.jury_commun import (
    appel_du_jury,
    contexte_conduite,
    fil_conduite,
    page_acte,
    refuser,
)
from fanal.appels.views.jury_espace import objet_de
from fanal.campagnes.rules import pluriel
from fanal.comptes.acces import INVISIBLE, compte
from fanal.interface.actes import dire
from fanal.refus import Introuvable, Refus

PAGE = "appels/jury/composition.html"


@require_http_methods(["GET", "POST"])
def composition(request: HttpRequest, code: str) -> HttpResponse:
    """The members, their declarations, the register of interests; naming somebody."""
    appel = appel_du_jury(request, code)
    comptes = nommables(appel, timezone.localdate())
    form = NommerForm(request.POST if request.method == "POST" else None, comptes=comptes)

    def agir(d: dict[str, Any]) -> HttpResponse:
        membre = actions.nommer(
            appel=appel,
            utilisateur=d["utilisateur"],
            president=d["president"],
            by=compte(request),
            instant=timezone.now(),
        )
        dire(request, f"{membre.utilisateur} siège dans le jury, et doit déclarer ses intérêts.")
        return redirect("appels:jury_composition", code)

    membres = list(membres_de(appel))
    interets = Interet.objects.filter(membre__appel=appel)
    interets = interets.select_related("membre__utilisateur", "dossier", "ght", "etablissement")
    siegent = [m for m in membres if m.retire_le is None]
    contexte = contexte_conduite(request, appel, "jury_composition") | {
        "titre": "Membres et intérêts",
        "phrase": _phrase(siegent, interets.filter(leve_le=None).count()),
        "membres": membres,
        "comptes": comptes,
        "interets": [(i, objet_de(i)) for i in interets.order_by("membre", "declare_le")],
    }
    return page_acte(request, form, agir, contexte, PAGE)


def _phrase(siegent: list[MembreJury], interets: int) -> str:
    if not siegent:
        return "Le jury n'a encore aucun membre."
    muets = sum(m.declaration_le is None for m in siegent)
    dit = f"{pluriel(len(siegent), 'membre siège', 'membres siègent')}"
    dit += f", {pluriel(interets, 'intérêt est déclaré', 'intérêts sont déclarés')}"
    if muets:
        dit += f" ; {pluriel(muets, 'membre n’a', 'membres n’ont')} pas encore déclaré"
    return f"{dit}."


def _membre(request: HttpRequest, numero: int) -> tuple[Appel, MembreJury]:
    membre = MembreJury.objects.filter(pk=numero).select_related("appel__campagne", "utilisateur").first()
    if membre is None:
        raise Introuvable(INVISIBLE)
    return appel_du_jury(request, membre.appel.campagne.code), membre


@require_POST
def presider(request: HttpRequest, numero: int) -> HttpResponse:
    """Make a member the president."""
    appel, membre = _membre(request, numero)
    try:
        actions.presider(membre=membre, by=compte(request), instant=timezone.now())
    except Refus as refus:
        refuser(request, refus)
    else:
        dire(request, f"{membre.utilisateur} préside le jury.")
    return redirect("appels:jury_composition", appel.campagne.code)


@require_http_methods(["GET", "POST"])
def retirer(request: HttpRequest, numero: int) -> HttpResponse:
    """A member leaves the jury."""
    appel, membre = _membre(request, numero)

    def agir(d: dict[str, Any]) -> HttpResponse:
        actions.retirer(membre=membre, motif=d["motif"], by=compte(request), instant=timezone.now())
        dire(
            request, f"{membre.utilisateur} ne siège plus. Ses lectures en attente sont confiées à d'autres."
        )
        return redirect("appels:jury_composition", appel.campagne.code)

    contexte = {
        "titre": f"Retirer {membre.utilisateur} du jury",
        "phrase": "Ses lectures rendues gardent leur note ; les autres sont confiées à d'autres membres.",
        "fil": fil_conduite(appel),
        "bouton": "Retirer du jury",
        "danger": True,
        "retour": reverse("appels:jury_composition", args=[appel.campagne.code]),
    }
    return page_acte(request, MotifForm(request.POST or None), agir, contexte)


@require_http_methods(["GET", "POST"])
def lever(request: HttpRequest, numero: int) -> HttpResponse:
    """The organiser lifts a declared interest, with a reason."""
    interet = Interet.objects.filter(pk=numero).select_related("membre__appel__campagne").first()
    if interet is None:
        raise Introuvable(INVISIBLE)
    appel = appel_du_jury(request, interet.membre.appel.campagne.code)

    def agir(d: dict[str, Any]) -> HttpResponse:
        jury_interets.lever(interet=interet, motif=d["motif"], by=compte(request), instant=timezone.now())
        dire(request, "L'intérêt est levé. Les lectures retirées ne reviennent pas d'elles-mêmes.")
        return redirect("appels:jury_composition", appel.campagne.code)

    contexte = {
        "titre": "Lever un intérêt déclaré",
        "phrase": f"{interet.membre.utilisateur}, {objet_de(interet)} : les dossiers concernés pourront de "
        "nouveau lui être confiés.",
        "fil": fil_conduite(appel),
        "bouton": "Lever l'intérêt",
        "danger": True,
        "retour": reverse("appels:jury_composition", args=[appel.campagne.code]),
    }
    return page_acte(request, MotifForm(request.POST or None), agir, contexte)
