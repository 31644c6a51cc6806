"""« Déposer » : a file is sent, kept, read in the background; its progress shows until the report is
there.
"""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fanal.campagnes.actions import envois
from fanal.campagnes.forms import EnvoiForm
from fanal.campagnes.models import Campagne, Envoi
from fanal.campagnes.queries.depots_possibles import (
    DepotPossible,
    campagnes_ouvertes_a,
    depots_possibles,
    trouver,
)
from fanal.campagnes.rules.envois import INTERRUPTION, en_panne
from fanal.campagnes.views.commun import envoi_de, fil_campagne, titre_format, url_version
from fanal.comptes.acces import compte, exiger, perimetre_de
from fanal.depots.models import Correspondance
from fanal.refus import Introuvable, Refus

Etat = Envoi.Etat
ETAPES = (
    (Etat.RECU, "Fichier reçu"),
    (Etat.LECTURE, "Lecture"),
    (Etat.CONTROLE, "Contrôles et enregistrement"),
    (Etat.TERMINE, "Rapport"),
)
PHRASES = {
    Etat.RECU: "Votre fichier est reçu et conservé. Sa lecture va commencer.",
    Etat.LECTURE: "Votre fichier est en cours de lecture.",
    Etat.CONTROLE: "Les lignes sont lues ; elles sont contrôlées et enregistrées.",
}


@require_http_methods(["GET", "POST"])
def nouveau(request: HttpRequest) -> HttpResponse:
    """Choose what is deposited, for whom, and send the file."""
    possibles = depots_possibles(lambda permission: perimetre_de(request, permission))
    if not possibles:
        exiger(request, "dossier.deposer")
    campagnes = campagnes_ouvertes_a({p.format for p in possibles})
    gardees = _gardees(possibles)
    choix: dict[str, Any] = {"campagnes": campagnes, "possibles": possibles, "gardees": gardees}
    if request.method == "POST":
        form = EnvoiForm(request.POST, request.FILES, **choix)
        if form.is_valid():
            try:
                envoi = _envoyer(request, form.cleaned_data, possibles, campagnes, gardees)
            except Refus as refus:
                form.add_error(None, refus.phrase)
            else:
                return redirect("depots_envois:envoi", envoi.pk)
    else:
        form = EnvoiForm(initial=_initial(request, campagnes, possibles), **choix)
    contexte = {
        "titre": "Déposer un fichier",
        "phrase": "Votre fichier est conservé tel quel, vérifié ligne à ligne, et vous est rendu annoté.",
        "form": form,
        "campagnes": campagnes,
        "modeles": {p.format: titre_format(p.format) for p in possibles},
        "recents": _recents(possibles),
    }
    return render(request, "campagnes/depot.html", contexte, status=422 if form.errors else 200)


def _initial(
    request: HttpRequest, campagnes: list[Campagne], possibles: list[DepotPossible]
) -> dict[str, Any]:
    """What the address asks for, else the campaign that closes next and the node's last mapping."""
    maintenant = timezone.now()
    ouvertes = [c for c in campagnes if c.ouverture <= maintenant <= c.correction_jusqu_au]
    prochaine = min(ouvertes, key=lambda c: c.cloture, default=campagnes[0] if campagnes else None)
    code = request.GET.get("depot", "")
    choisi = next((p for p in possibles if p.code == code), possibles[0] if possibles else None)
    derniere = _filtre([choisi]) if choisi else Q(pk__in=[])
    envoi = Envoi.objects.filter(derniere, etat=Etat.TERMINE).order_by("-envoye_le").first()
    return {
        "campagne": request.GET.get("campagne") or (prochaine.code if prochaine else ""),
        "depot": choisi.code if choisi else "",
        "correspondance": str(envoi.correspondance_id) if envoi and envoi.correspondance_id else "",
    }


def _filtre(possibles: list[DepotPossible]) -> Q:
    filtre = Q(pk__in=[])
    for p in possibles:
        filtre |= Q(format=p.format, **p.noeud.champs())
    return filtre


def _gardees(possibles: list[DepotPossible]) -> list[Correspondance]:
    """The mappings of these nodes, and those kept for the nation."""
    communes = Q(niveau="national", format__in={p.format for p in possibles})
    # Past some nodes the list is of no use to anybody, and the query would be too long.
    siennes = _filtre(possibles[:50])
    relies = ("region", "ght", "etablissement", "operateur")
    return list(Correspondance.objects.filter(siennes | communes).select_related(*relies).order_by("nom"))


def _recents(possibles: list[DepotPossible]) -> list[Envoi]:
    relies = ("campagne", "version", "region", "ght", "etablissement", "operateur")
    return list(Envoi.objects.filter(_filtre(possibles[:50])).select_related(*relies)[:5])


def _envoyer(
    request: HttpRequest,
    donnees: dict[str, Any],
    possibles: list[DepotPossible],
    campagnes: list[Campagne],
    gardees: list[Correspondance],
) -> Envoi:
    choisi = trouver(possibles, donnees["depot"])
    campagne = next(c for c in campagnes if c.code == donnees["campagne"])
    fichier: UploadedFile = donnees["fichier"]
    with tempfile.TemporaryDirectory(prefix="fanal-envoi-") as folder:
        chemin = Path(folder) / "fichier"
        with chemin.open("wb") as copy:
            for chunk in fichier.chunks():
                copy.write(chunk)
        return envois.envoyer(
            chemin=chemin,
            nom_fichier=fichier.name or "fichier",
            format=choisi.format,
            campagne=campagne,
            noeud=choisi.noeud,
            by=compte(request),
            instant=timezone.now(),
            correspondance=_correspondance(gardees, donnees["correspondance"], choisi.format),
            motif=donnees["motif"],
        )


def _correspondance(gardees: list[Correspondance], numero: str, format: str) -> Correspondance | None:
    if not numero:
        return None
    gardee = next((c for c in gardees if str(c.pk) == numero), None)
    if gardee is None or gardee.format != format:
        raise Introuvable(
            "Cette correspondance a été faite pour un autre fichier. Choisissez « Ceux du format » ou une "
            "autre."
        )
    return gardee


@dataclass(frozen=True)
class Marche:
    """One step of the way of a file: `etat` is fait, encours or reste."""

    titre: str
    etat: str


def _marches(envoi: Envoi) -> list[Marche]:
    codes = [code for code, _ in ETAPES]
    rang = codes.index(Etat(envoi.etat)) if envoi.etat in codes else 1
    return [
        Marche(titre, "fait" if i < rang else "encours" if i == rang else "reste")
        for i, (_, titre) in enumerate(ETAPES)
    ]


@require_GET
def envoi(request: HttpRequest, numero: int) -> HttpResponse:
    """Where the file is: the progress refreshes itself, then gives way to the report."""
    recu = envoi_de(request, numero)
    if recu.etat == Etat.TERMINE and recu.version is not None:
        if recu.deja_depose:
            messages.info(request, "Ce fichier est déjà votre version actuelle : rien n'a changé.")
        url = url_version(recu.version)
        if getattr(request, "htmx", False):
            return HttpResponse(headers={"HX-Redirect": url})
        return redirect(url)
    panne = en_panne(recu.etat, recu.lecture_le, timezone.now())
    refuse = recu.etat == Etat.REFUSE
    contexte = {
        "titre": recu.nom_fichier,
        "phrase": _phrase(recu, panne),
        "fil": fil_campagne(recu.campagne),
        "envoi": recu,
        "panne": panne,
        "refuse": refuse,
        "marches": _marches(recu),
        "fait": [m.etat for m in _marches(recu)].count("fait"),
        "rafraichir": "" if panne or refuse else reverse("depots_envois:envoi", args=[recu.pk]),
        "recommencer": f"{reverse('depots_envois:nouveau')}?campagne={recu.campagne.code}",
        "nom_format": titre_format(recu.format),
    }
    if getattr(request, "htmx", False):
        if panne or refuse:
            return HttpResponse(headers={"HX-Refresh": "true"})
        return render(request, "campagnes/envoi_avancement.html", contexte)
    return render(request, "campagnes/envoi.html", contexte)


def _phrase(recu: Envoi, panne: bool) -> str:
    if recu.etat == Etat.REFUSE:
        return recu.phrase
    return INTERRUPTION if panne else PHRASES[Etat(recu.etat)]


@require_POST
def reprendre(request: HttpRequest, numero: int) -> HttpResponse:
    """Start again a reading that stopped on the way."""
    recu = envoi_de(request, numero)
    envois.reprendre(envoi=recu, by=compte(request), instant=timezone.now())
    return redirect("depots_envois:envoi", numero)
