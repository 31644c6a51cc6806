"""Pages of the mappings kept for a node, and the empty workbooks."""

import io
import tempfile
from pathlib import Path

from django.contrib import messages
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from fanal.comptes.acces import INVISIBLE, compte, exiger, perimetre_de
from fanal.depots import formats, lecture
from fanal.depots.correspondances import remove_mapping, rename_mapping
from fanal.depots.models import Correspondance
from fanal.interface.tableaux import rendre
from fanal.refus import Interdit, Introuvable, Refus
from fanal.territoires.noeuds import Noeud

# Whoever deposits for a node keeps its mappings.
DEPOSER = ("dossier.deposer", "operateur.declarer", "campagne.gerer")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
def correspondances(request: HttpRequest) -> HttpResponse:
    """The mappings of the nodes that the account deposits for."""
    visibles = Q(pk__in=[])
    for permission in DEPOSER:
        if not perimetre_de(request, permission).vide:
            visibles |= perimetre_de(request, permission).dossiers_q()
    if visibles == Q(pk__in=[]):
        exiger(request, DEPOSER[0])
    gardees = Correspondance.objects.filter(visibles).select_related(
        "auteur", "region", "ght", "etablissement", "operateur"
    )
    nombre = len(gardees)
    contexte = {
        "titre": "Correspondances de colonnes",
        "phrase": _phrase(nombre),
        "fil": [("Déposer", reverse("depots_envois:nouveau"))],
        "gardees": [
            (c, formats.charger(c.format).titre, len(_lues(c))) for c in gardees.order_by("format", "nom")
        ],
    }
    return rendre(request, "depots/correspondances.html", contexte)


def _phrase(nombre: int) -> str:
    if not nombre:
        return "Aucune correspondance n'est enregistrée."
    gardees = (
        "1 correspondance est enregistrée" if nombre == 1 else f"{nombre} correspondances sont enregistrées"
    )
    return f"{gardees} : vos fichiers sont lus tels que vous les tenez, sans changer leurs titres."


def _lues(correspondance: Correspondance) -> list[str]:
    return [champ for champ in correspondance.colonnes.values() if champ]


@require_POST
def renommer(request: HttpRequest, numero: int) -> HttpResponse:
    """Give a mapping another name."""
    gardee = _la_mienne(request, numero)
    nom = request.POST.get("nom", "")
    try:
        rename_mapping(correspondance=gardee, nom=nom, by=compte(request), instant=timezone.now())
    except Refus as refus:
        messages.error(request, refus.phrase)
    else:
        messages.success(request, f"La correspondance s'appelle maintenant « {gardee.nom} ».")
    return redirect("depots:correspondances")


@require_POST
def supprimer(request: HttpRequest, numero: int) -> HttpResponse:
    """Remove a mapping."""
    gardee = _la_mienne(request, numero)
    nom = gardee.nom
    remove_mapping(correspondance=gardee, by=compte(request), instant=timezone.now())
    messages.success(
        request,
        f"La correspondance « {nom} » est supprimée. Les versions qu'elle a permis de lire n'ont pas changé.",
    )
    return redirect("depots:correspondances")


def _la_mienne(request: HttpRequest, numero: int) -> Correspondance:
    gardee = Correspondance.objects.filter(pk=numero).first()
    if gardee is None:
        raise Introuvable(INVISIBLE)
    noeud = Noeud.de(gardee)
    refus: Interdit | None = None
    for permission in DEPOSER:
        try:
            exiger(request, permission, noeud)
        except Interdit as error:
            refus = refus or error
        else:
            return gardee
    raise refus or Introuvable(INVISIBLE)


@require_GET
def modele(request: HttpRequest, nom: str) -> FileResponse:
    """The empty workbook of a format."""
    if nom not in formats.noms():
        raise Http404("Ce format n'existe pas.")
    with tempfile.TemporaryDirectory(prefix="fanal-modele-") as folder:
        chemin = Path(folder) / "modele.xlsx"
        lecture.ecrire_modele(formats.charger(nom), chemin)
        contenu = chemin.read_bytes()
    return attachment(contenu, f"modele-{nom}.xlsx", XLSX)


def attachment(contenu: bytes, nom: str, genre: str) -> FileResponse:
    """Bytes as a file to save."""
    return FileResponse(io.BytesIO(contenu), as_attachment=True, filename=nom, content_type=genre)
