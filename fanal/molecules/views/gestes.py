"""What a person does about a request: answer a proposal, propose a priority, decide."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from fanal.appels.types_campagne import DECIDER
from fanal.comptes.acces import compte
from fanal.molecules.actions import examen
from fanal.molecules.actions.rapprochements import OMEDIT, repondre
from fanal.molecules.forms import FormulaireMontant, FormulaireProposition, FormulaireReponse
from fanal.molecules.models import DemandeMolecule
from fanal.molecules.queries.demandes import demande_de, rapprochement_de, suites
from fanal.molecules.queries.listes import motifs_de_refus
from fanal.molecules.views.commun import cadre
from fanal.molecules.views.demandes import phrase_de
from fanal.parametres import valeur
from fanal.refus import Refus

DEUX = ["GET", "POST"]


@require_http_methods(DEUX)
def rapprochement(request: HttpRequest, numero: int) -> HttpResponse:
    """Confirm a proposal or set it aside, with a reason."""
    propose = rapprochement_de(request, numero, OMEDIT)
    form = FormulaireReponse(_donnees(request), initial={"motif": propose.motif})

    def run() -> str:
        repondre(
            rapprochement=propose,
            confirme=form.cleaned_data["sens"] == "confirmer",
            motif=form.cleaned_data["motif"],
            **_qui(request),
        )
        return "Votre réponse est enregistrée ; elle ne décide pas du dossier."

    titre = propose.get_nature_display()
    return _page(request, propose.demande, form, titre, "Enregistrer", run, propose.phrase)


@require_http_methods(DEUX)
def proposition(request: HttpRequest, numero: int) -> HttpResponse:
    """What the OMEDIT proposes to the ARS."""
    demande = demande_de(request, numero, OMEDIT)
    avant = suites([demande])[demande.pk].proposition
    le = timezone.localdate()
    form = FormulaireProposition(
        _donnees(request),
        motifs=motifs_de_refus(le),
        maximum=valeur("molecules.priorites.maximum", le=le),
        initial={
            "priorite": avant.priorite if avant else None,
            "montant": avant.montant if avant else demande.cout_annuel,
            "motif_refus": avant.motif_refus if avant else "",
            "motif": avant.motif if avant else "",
        },
    )

    def run() -> str:
        examen.proposer(demande=demande, **form.cleaned_data, **_qui(request))
        return "La proposition est enregistrée ; l'ARS la voit."

    return _page(request, demande, form, "Proposer une priorité", "Proposer", run)


@require_http_methods(DEUX)
def decision(request: HttpRequest, numero: int) -> HttpResponse:
    """What the ARS decides on a request that no envelope shares."""
    demande = demande_de(request, numero, DECIDER)
    proposee = suites([demande])[demande.pk].proposition
    form = FormulaireMontant(
        _donnees(request),
        motifs=motifs_de_refus(timezone.localdate()),
        initial={
            "montant": proposee.montant if proposee else demande.cout_annuel,
            "motif_refus": proposee.motif_refus if proposee else "",
        },
    )

    def run() -> str:
        examen.decider(demande=demande, **form.cleaned_data, **_qui(request))
        return "La décision est enregistrée."

    return _page(request, demande, form, "Décider de la prise en charge", "Décider", run)


def _donnees(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _qui(request: HttpRequest) -> dict[str, Any]:
    return {"by": compte(request), "instant": timezone.now()}


def _page(
    request: HttpRequest,
    demande: DemandeMolecule,
    form: forms.Form,
    titre: str,
    verbe: str,
    run: Callable[[], str],
    phrase: str = "",
) -> HttpResponse:
    """Show the form, or run the act of a valid one; a refusal is shown above what was typed."""
    if request.method == "POST" and form.is_valid():
        try:
            messages.success(request, run())
        except Refus as refus:
            form.add_error(None, refus.phrase)
        else:
            return redirect("molecules:demande", demande.pk)
    contexte = cadre(
        request,
        titre,
        phrase or phrase_de(demande),
        form=form,
        verbe=verbe,
        choix_du_sens=isinstance(form, FormulaireReponse),
        fil=[
            ("Demandes", reverse("molecules:demandes")),
            (demande.libelle, reverse("molecules:demande", args=[demande.pk])),
        ],
    )
    return render(request, "molecules/geste.html", contexte, status=400 if form.errors else 200)
