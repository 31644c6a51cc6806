"""Taking over the answers of a former dossier: which one, what comes, what does not."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from fanal.comptes.acces import compte
from fanal.questionnaires.acces import SAISIR
from fanal.questionnaires.actions.brouillons import reprendre_reponses
from fanal.questionnaires.compute.sections import section_de, section_du_chemin
from fanal.questionnaires.queries.reprises import reprise, reprises_possibles
from fanal.questionnaires.queries.saisie import identifiant
from fanal.questionnaires.views.commun import nom_adresse, place_de


@require_GET
def reprises(request: HttpRequest, numero: int) -> HttpResponse:
    """The former dossiers of the same node."""
    place = place_de(request, numero, SAISIR)
    trouvees = reprises_possibles(place.brouillon)
    contexte = {
        "titre": "Reprendre des réponses",
        "phrase": "Choisissez un dossier : ce qui serait repris est montré d'abord."
        if trouvees
        else "Aucun dossier précédent du même déclarant n'a de réponse à reprendre.",
        "fil": place.fil((place.formulaire.titre, place.adresse())),
        "place": place,
        "reprises": trouvees,
    }
    return render(request, "questionnaires/reprises.html", contexte)


@require_http_methods(["GET", "POST"])
def reprendre(request: HttpRequest, numero: int, reponse: int) -> HttpResponse:
    """What would be taken over; posted, takes it over."""
    place = place_de(request, numero, SAISIR)
    choisie = reprise(place.brouillon, reponse)
    if request.method == "POST":
        nombre = reprendre_reponses(
            brouillon=place.brouillon, reponse=choisie.reponse, by=compte(request), instant=place.instant
        )
        messages.success(
            request,
            f"{nombre} question{'s' if nombre > 1 else ''} reprise{'s' if nombre > 1 else ''}. Relisez-les.",
        )
        return redirect(place.adresse())
    n = len(choisie.remplies)
    contexte = {
        "titre": "Ce qui serait repris",
        "phrase": f"{n or 'Aucune'} réponse{'s' if n > 1 else ''} {'seraient' if n > 1 else 'serait'} "
        f"reprise{'s' if n > 1 else ''} ; ce que vous avez déjà écrit ne change pas.",
        "fil": place.fil(
            (place.formulaire.titre, place.adresse()),
            ("Reprendre des réponses", reverse("questionnaires:reprises", args=[numero])),
        ),
        "place": place,
        "reprise": choisie,
    }
    return render(request, "questionnaires/reprise.html", contexte)


@require_GET
def vers(request: HttpRequest, numero: int) -> HttpResponse:
    """To the question at `chemin`, in its section; to the overview when the form does not ask it."""
    place = place_de(request, numero)
    chemin = request.GET.get("chemin", "")[:300]
    nom = section_du_chemin(place.formulaire, chemin)
    if section_de(place.formulaire, nom) is None:
        return redirect(place.adresse())
    return HttpResponseRedirect(f"{place.adresse('section', nom_adresse(nom))}#{identifiant(chemin)}")
