"""One decision on an envelope: its page, and the acts that change it, each with its reason."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from fanal.appels import forms_enveloppes as forms
from fanal.appels.actions import attributions as actes
from fanal.appels.actions.courriers import dit_la_decision, options_en_mots
from fanal.appels.models import Attribution, Courrier, Enveloppe
from fanal.appels.queries.appels import regles_de
from fanal.appels.queries.enveloppes import (
    solde,
)
from fanal.appels.rules.enveloppes import euros
from fanal.appels.views.commun import nom_dossier, url_dossier
from fanal.appels.views.enveloppes_commun import (
    STATUTS,
    contexte_enveloppes,
    fil_enveloppe,
    page_formulaire,
    une_attribution,
    url_enveloppe,
)
from fanal.comptes.acces import compte
from fanal.interface.tableaux import rendre
from fanal.refus import Introuvable, Refus


def page_acte(
    request: HttpRequest,
    lue: Enveloppe,
    form: Any,
    act: Callable[[dict[str, Any]], str],
    *,
    titre: str,
    phrase: str,
    bouton: str,
    retour: str = "",
) -> HttpResponse:
    """The page of an act that asks for a reason; a refusal keeps what was typed."""
    if request.method == "POST" and form.is_valid():
        try:
            dit = act(form.cleaned_data)
        except Refus as refus:
            form.add_error(None, refus.phrase)
        else:
            messages.success(request, dit)
            return redirect(retour or url_enveloppe(lue))
    return page_formulaire(
        request,
        lue.appel,
        form,
        titre=titre,
        phrase=phrase,
        bouton=bouton,
        retour=retour or url_enveloppe(lue),
        fil=fil_enveloppe(lue),
    )


ACTES_ATTRIBUTION = {
    "attribuer": ("Attribuer ou changer le montant", "Enregistrer"),
    "refuser": ("Ne pas retenir", "Ne pas retenir"),
    "lister": ("Mettre en liste complémentaire", "Mettre en liste"),
    "abandonner": ("Constater un abandon", "Constater l'abandon"),
    "motiver": ("Écrire le motif du courrier", "Enregistrer le motif"),
}


@require_http_methods(["GET", "POST"])
def acte_attribution(request: HttpRequest, numero: int, acte: str) -> HttpResponse:
    """One act on one decision: another amount, a refusal, the waiting list, an abandonment, its reason."""
    attribution = une_attribution(request, numero)
    if acte not in ACTES_ATTRIBUTION or (acte == "attribuer" and attribution.sans_argent):
        raise Introuvable("Cette page n'existe pas.")
    titre, bouton = ACTES_ATTRIBUTION[acte]
    donnees = request.POST if request.method == "POST" else None
    form: Any = forms.MotifForm(donnees, initial={"motif": attribution.motif if acte == "motiver" else ""})
    if acte == "attribuer":
        form = forms.AttribuerForm(donnees, initial={"montant": attribution.montant or attribution.maximum})

    def act(lus: dict[str, Any]) -> str:
        qui: dict[str, Any] = {"by": compte(request), "instant": timezone.now(), "motif": lus["motif"]}
        cible: dict[str, Any] = {"enveloppe": attribution.enveloppe, "dossier": attribution.dossier}
        match acte:
            case "attribuer":
                actes.attribuer(montant=lus["montant"], **cible, **qui)
            case "refuser":
                actes.refuser(**cible, **qui)
            case "lister":
                actes.mettre_en_liste(**cible, **qui)
            case "abandonner":
                actes.abandonner(attribution=attribution, **qui)
            case _:
                actes.motiver(attribution=attribution, **qui)
        return f"{nom_dossier(attribution.dossier)} : c'est enregistré."

    return page_acte(
        request,
        attribution.enveloppe,
        form,
        act,
        titre=titre,
        phrase=_situation(attribution),
        bouton=bouton,
        retour=reverse("appels:attribution", args=[attribution.pk]),
    )


def _situation(lue: Attribution) -> str:
    dit = f"{nom_dossier(lue.dossier)} : {lue.get_statut_display().lower()}"
    if lue.sans_argent:
        return f"{dit}."
    return (
        f"{dit}, {euros(lue.montant)} sur {euros(lue.maximum)} au plus. "
        f"Solde de l'enveloppe : {euros(solde(lue.enveloppe).reste)}."
    )


PERMIS = {
    "provisoire": ("attribuer", "refuser", "lister", "abandonner", "motiver"),
    "complementaire": ("attribuer", "refuser", "abandonner", "motiver"),
    "refusee": ("attribuer", "lister", "motiver"),
    "definitive": ("abandonner",),
    "abandonnee": (),
}


def actes_permis(lue: Attribution) -> list[str]:
    """The acts that a decision allows; without money there is no amount to grant."""
    return [a for a in PERMIS[lue.statut] if a != "attribuer" or not lue.sans_argent]


@require_GET
def attribution(request: HttpRequest, numero: int) -> HttpResponse:
    """One decision: its amount, its reason, who took it, its letters, what can be done."""
    lue = une_attribution(request, numero)
    contexte = contexte_enveloppes(request, lue.enveloppe.appel) | {
        "titre": nom_dossier(lue.dossier),
        "phrase": _phrase(lue),
        "options": options_en_mots(regles_de(lue.enveloppe.appel), lue.options),
        "fil": fil_enveloppe(lue.enveloppe),
        "attribution": lue,
        "etat": STATUTS[lue.statut],
        "courriers": _courriers(lue),
        "url_dossier": url_dossier(lue.dossier),
        "actes": [
            (ACTES_ATTRIBUTION[a][0], reverse("appels:acte_attribution", args=[lue.pk, a]))
            for a in actes_permis(lue)
        ],
    }
    return rendre(request, "appels/enveloppes/attribution.html", contexte)


def _phrase(lue: Attribution) -> str:
    dit = str(lue.get_statut_display())
    return (
        f"{dit}." if lue.sans_argent else f"{dit} : {euros(lue.montant)} sur {euros(lue.demande)} demandés."
    )


def _courriers(lue: Attribution) -> list[tuple[Courrier, bool]]:
    """The letters of a decision, latest first, and whether each still says it."""
    lus = lue.courriers.select_related("auteur", "original").order_by("-etabli_le", "-pk")
    return [(c, dit_la_decision(c, lue)) for c in lus]
