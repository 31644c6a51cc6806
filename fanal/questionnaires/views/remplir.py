"""The overview of a dossier being written: sections, who is on them, what remains."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from fanal.comptes.acces import compte
from fanal.comptes.models import Utilisateur
from fanal.questionnaires.acces import SAISIR, dossier_de, porte_de
from fanal.questionnaires.actions.brouillons import changer_de_version, ouvrir_brouillon
from fanal.questionnaires.actions.sections import confier_section, reprendre_section, terminer_section
from fanal.questionnaires.compute.sections import preambule
from fanal.questionnaires.models import VersionFormulaire
from fanal.questionnaires.queries import avancement
from fanal.questionnaires.queries.equipe import comptes_possibles
from fanal.questionnaires.queries.formulaires import differences
from fanal.questionnaires.queries.reprises import reprises_possibles
from fanal.questionnaires.views.commun import VOIR, Place, brouillon_de, place_de, raison_de
from fanal.refus import Inutilisable, Refus


@require_GET
def remplir(request: HttpRequest, numero: int) -> HttpResponse:
    """The sections of the dossier with their progress, what remains to do, the other ways to fill it in."""
    dossier = dossier_de(request, numero, VOIR)
    if brouillon_de(dossier) is None:
        raison = raison_de(request, dossier)
        contexte = {
            "titre": "Remplir le dossier",
            "phrase": raison or "Rien n'est encore écrit dans ce dossier.",
            "fil": [(dossier.campagne.titre, porte_de(dossier).adresse(dossier))],
            "dossier": dossier,
            "raison": raison,
        }
        return render(request, "questionnaires/commencer.html", contexte)
    place = place_de(request, numero)
    lignes = avancement.avancement(place.brouillon, place.formulaire, place.verdict)
    neuve = _nouvelle_version(place)
    restes = avancement.restes(place.formulaire, place.brouillon.reponses, place.verdict)
    contexte = {
        "titre": place.formulaire.titre,
        "phrase": avancement.phrase(lignes, place.verdict),
        "fil": place.fil(),
        "place": place,
        "lignes": lignes,
        "a_corriger": [r for r in restes if not r.manque],
        "manquent": [r for r in restes if r.manque],
        "comptes": comptes_possibles(place.dossier, place.instant),
        "notes": [n.libelle for n in preambule(place.formulaire) if n.nom in place.verdict.visibles],
        "reprises": len(reprises_possibles(place.brouillon)) if place.modifiable else 0,
        "neuve": neuve,
        "changements": differences(place.brouillon.formulaire, neuve) if neuve else [],
        "depot": place.porte.depot(place.dossier),
    }
    return render(request, "questionnaires/remplir.html", contexte)


def _nouvelle_version(place: Place) -> VersionFormulaire | None:
    """The version of the form that the campaign asks now, when the draft follows another."""
    voulue = place.porte.formulaire(place.dossier)
    autre = voulue is not None and voulue.pk != place.brouillon.formulaire_id
    return voulue if autre and place.modifiable else None


@require_POST
def commencer(request: HttpRequest, numero: int) -> HttpResponse:
    """Open the draft, with the form that the campaign asks."""
    dossier = dossier_de(request, numero, SAISIR)
    voulue = porte_de(dossier).formulaire(dossier)
    if voulue is None:
        raise Refus("Cet appel n'a pas encore de formulaire. Son organisateur doit l'ajouter.")
    ouvrir_brouillon(dossier=dossier, formulaire=voulue, by=compte(request), instant=timezone.now())
    return redirect("questionnaires:remplir", numero)


@require_POST
def suivre_version(request: HttpRequest, numero: int) -> HttpResponse:
    """Bring the draft under the version of the form that the campaign asks now."""
    place = place_de(request, numero, SAISIR)
    voulue = place.porte.formulaire(place.dossier)
    if voulue is not None:
        changer_de_version(
            brouillon=place.brouillon, formulaire=voulue, by=compte(request), instant=place.instant
        )
        messages.success(request, "Le dossier suit maintenant la nouvelle version du formulaire.")
    return redirect("questionnaires:remplir", numero)


@require_POST
def confier(request: HttpRequest, numero: int) -> HttpResponse:
    """Entrust a section to an account, or take it back."""
    place = place_de(request, numero, SAISIR)
    section, choisi = request.POST.get("section", ""), request.POST.get("compte", "")
    a = (
        Utilisateur.objects.filter(pk=int(choisi)).first()
        if choisi.isdecimal() and len(choisi) < 10
        else None
    )
    if a is None:
        raise Inutilisable("Choisissez le compte à qui confier la section.")
    agir = reprendre_section if "reprendre" in request.POST else confier_section
    agir(brouillon=place.brouillon, section=section, a=a, by=compte(request), instant=place.instant)
    fait = "n'est plus confiée" if "reprendre" in request.POST else "est confiée"
    messages.success(request, f"La section {fait} à {a}.")
    return redirect("questionnaires:remplir", numero)


@require_POST
def terminer(request: HttpRequest, numero: int) -> HttpResponse:
    """Say that one has finished a section, or takes it up again."""
    place = place_de(request, numero, SAISIR)
    finie = "rouvrir" not in request.POST
    terminer_section(
        brouillon=place.brouillon,
        section=request.POST.get("section", ""),
        by=compte(request),
        instant=place.instant,
        terminee=finie,
    )
    messages.success(request, "La section est terminée." if finie else "La section est rouverte.")
    return redirect("questionnaires:remplir", numero)
