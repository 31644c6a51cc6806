"""What a person does about a supplier: report, close, mark, pay on another account, merge, separate."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from fanal.comptes.acces import compte, exiger
from fanal.comptes.perimetre import Perimetre
from fanal.fournisseurs.actions.rapprochements import fusionner, separer
from fanal.fournisseurs.actions.suivi import (
    clore_incident,
    criteres,
    enregistrer_compte,
    evaluer,
    signaler_incident,
)
from fanal.fournisseurs.compute.noms import normaliser_nom
from fanal.fournisseurs.forms import (
    FormulaireCompte,
    FormulaireEvaluation,
    FormulaireFusion,
    FormulaireIncident,
    FormulaireMotif,
)
from fanal.fournisseurs.models import Fournisseur
from fanal.fournisseurs.queries.fournisseurs import un_fournisseur, un_incident
from fanal.fournisseurs.rules.identites import controler
from fanal.fournisseurs.views.fiche import EVALUER
from fanal.fournisseurs.views.liste import GERER
from fanal.refus import Refus
from fanal.territoires.models import Etablissement, Ght
from fanal.territoires.noeuds import Noeud


def donnees(request: HttpRequest) -> Any:
    """The data of a form that was sent, even empty; nothing when the page is only asked for."""
    return request.POST if request.method == "POST" else None


@require_http_methods(["GET", "POST"])
def incident(request: HttpRequest, pk: int) -> HttpResponse:
    """Report an incident seen by an establishment of the account."""
    held = exiger(request, EVALUER)
    found = un_fournisseur(pk)
    places = Etablissement.objects.filter(held.etablissements_q()).order_by("nom")
    form = FormulaireIncident(
        donnees(request), etablissements=[(e.pk, str(e)) for e in places], initial={"survenu_le": _today()}
    )

    def run() -> str:
        data = form.cleaned_data
        place = places.get(pk=data.pop("etablissement"))
        exiger(request, EVALUER, Noeud("etablissement", place))
        signaler_incident(fournisseur=found, etablissement=place, **data, **_qui(request))
        return "L'incident est enregistré."

    return _page(request, found, form, "Signaler un incident", "Signaler", run)


@require_http_methods(["GET", "POST"])
def clore(request: HttpRequest, pk: int) -> HttpResponse:
    """Close an incident."""
    row = un_incident(pk, exiger(request, EVALUER))
    form = FormulaireMotif(donnees(request))

    def run() -> str:
        clore_incident(incident=row, motif=form.cleaned_data["motif"], **_qui(request))
        return "L'incident est clos."

    return _page(
        request, un_fournisseur(row.fournisseur_id), form, "Clore l'incident", "Clore", run, str(row)
    )


@require_http_methods(["GET", "POST"])
def evaluation(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the marks of a GHT for a period."""
    held = exiger(request, EVALUER)
    found = un_fournisseur(pk)
    today = _today()
    form = FormulaireEvaluation(
        donnees(request),
        ghts=_ghts(held),
        criteres=criteres(today),
        initial={"du": today.replace(month=1, day=1), "au": today},
    )

    def run() -> str:
        data = form.cleaned_data
        ght = Ght.objects.get(pk=data["ght"])
        exiger(request, EVALUER, Noeud("ght", ght))
        evaluer(
            fournisseur=found,
            ght=ght,
            du=data["du"],
            au=data["au"],
            notes=form.notes(),
            commentaire=data["commentaire"],
            **_qui(request),
        )
        return "L'évaluation est enregistrée."

    return _page(
        request,
        found,
        form,
        "Évaluer le fournisseur",
        "Enregistrer l'évaluation",
        run,
        "Laissez vide un critère que vous ne pouvez pas juger. Un mois sans commande n'est pas noté.",
    )


@require_http_methods(["GET", "POST"])
def compte_bancaire(request: HttpRequest, pk: int) -> HttpResponse:
    """Pay the supplier on another account from a day on."""
    held = exiger(request, GERER)
    found = un_fournisseur(pk)
    form = FormulaireCompte(donnees(request), ghts=_ghts(held), initial={"depuis": _today()})

    def run() -> str:
        data = form.cleaned_data
        ght = Ght.objects.get(pk=data["ght"])
        exiger(request, GERER, Noeud("ght", ght))
        enregistrer_compte(
            fournisseur=found, ght=ght, iban=data["iban"], depuis=data["depuis"], **_qui(request)
        )
        return "Le compte est enregistré ; l'ancien est conservé avec ses dates."

    return _page(request, found, form, "Remplacer le compte bancaire", "Enregistrer le compte", run)


@require_http_methods(["GET", "POST"])
def rapprocher(request: HttpRequest, pk: int) -> HttpResponse:
    """Merge another supplier into this one, whatever their names."""
    exiger(request, GERER)
    found = un_fournisseur(pk)
    form = FormulaireFusion(donnees(request))

    def run() -> str:
        other = _designer(form.cleaned_data["autre"])
        fusionner(garde=found, double=other, motif=form.cleaned_data["motif"], **_qui(request))
        return f"{other} est rapproché de {found}."

    return _page(
        request,
        found,
        form,
        "Rapprocher un autre fournisseur",
        "Rapprocher",
        run,
        "Les marchés des deux se lisent ensemble. Vous pourrez les séparer.",
    )


@require_http_methods(["GET", "POST"])
def separation(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo the merging of this supplier into another."""
    exiger(request, GERER)
    found = un_fournisseur(pk)
    form = FormulaireMotif(donnees(request))
    form.fields["motif"].required = True

    def run() -> str:
        separer(fournisseur=found, motif=form.cleaned_data["motif"], **_qui(request))
        return f"{found} est de nouveau un fournisseur distinct."

    return _page(request, found, form, f"Séparer {found}", "Séparer", run)


def _designer(texte: str) -> Fournisseur:
    """The supplier that an identifier or an exact name designates. Raises Refus."""
    number = controler("SIRET", texte).identifiant
    known = Fournisseur.objects.filter(identifiant=number) if number else Fournisseur.objects.none()
    rows = list(known[:2]) or list(Fournisseur.objects.filter(nom_normalise=normaliser_nom(texte))[:2])
    if len(rows) == 1:
        return rows[0]
    if rows:
        raise Refus(f"Plusieurs fournisseurs s'appellent « {texte} ». Donnez l'identifiant de celui-ci.")
    raise Refus(f"Aucun fournisseur ne correspond à « {texte} ». Donnez son SIRET ou son nom exact.")


def _ghts(held: Perimetre) -> list[tuple[int, str]]:
    return [(g.pk, str(g)) for g in Ght.objects.filter(held.ghts_q())]


def _qui(request: HttpRequest) -> dict[str, Any]:
    return {"by": compte(request), "instant": timezone.now()}


def _today() -> Any:
    return timezone.localdate()


def _page(
    request: HttpRequest,
    found: Fournisseur,
    form: forms.Form,
    titre: str,
    verbe: str,
    run: Callable[[], str],
    phrase: str = "",
) -> HttpResponse:
    """Show the form, or run the action of a valid one; a refusal is shown above what was typed."""
    if request.method == "POST" and form.is_valid():
        try:
            messages.success(request, run())
        except Refus as refus:
            form.add_error(None, refus.phrase)
        else:
            return redirect("fournisseurs:fiche", found.fusionne_dans_id or found.pk)
    context = {
        "titre": titre,
        "phrase": phrase,
        "form": form,
        "verbe": verbe,
        "fil": [
            ("Fournisseurs", reverse("fournisseurs:fournisseurs")),
            (found.nom, reverse("fournisseurs:fiche", args=[found.pk])),
        ],
    }
    return render(request, "fournisseurs/geste.html", context, status=400 if form.errors else 200)
