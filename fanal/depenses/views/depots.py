"""Deposits of order lines: their list, a new one, and the report of each, which follows the work."""

import tempfile
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fanal.comptes.acces import compte, exiger, perimetre_de
from fanal.depenses.actions import depots as actions
from fanal.depenses.forms_depots import DepotForm, cle_noeud
from fanal.depenses.models import DepotLignes
from fanal.depenses.queries import depots as queries
from fanal.depenses.queries.travail import au_travail
from fanal.depenses.rules import depots as rules
from fanal.depenses.views import depots_rapport as rapport
from fanal.depots.models import Correspondance
from fanal.interface.nombres import ecrire_montant, ecrire_nombre
from fanal.interface.tableaux import Colonne, Tableau, rendre
from fanal.refus import Introuvable, Refus
from fanal.territoires.noeuds import Noeud

Etat = DepotLignes.Etat


@require_GET
def liste(request: HttpRequest) -> HttpResponse:
    """The deposits of the territories that the account reads."""
    rows = queries.depots(request)
    done = rows.filter(etat=Etat.TERMINE).order_by("-numero").first()
    context = {
        "titre": "Dépôts de lignes de commande",
        "phrase": _phrase(rows.count(), done),
        "tableau_depots": _tableau(rows),
        "peut_importer": not perimetre_de(request, queries.IMPORTER).vide,
    }
    return rendre(request, "depenses/depots/liste.html", context)


def _phrase(nombre: int, last: DepotLignes | None) -> str:
    if not nombre:
        return "Aucune ligne de commande n'a été déposée."
    counted = "Un dépôt" if nombre == 1 else f"{ecrire_nombre(nombre)} dépôts"
    if last is None:
        return f"{counted}, dont aucun n'est terminé."
    return (
        f"{counted}. Le dernier terminé a apporté {ecrire_nombre(last.acceptees)} lignes pour "
        f"{ecrire_montant(last.montant_accepte_ht, 0)} HT."
    )


def _tableau(rows: Any) -> Tableau:
    return Tableau(
        "depots",
        [
            Colonne(
                "fichier",
                "Fichier",
                "lien",
                champ="depot__nom_fichier",
                lien=lambda d: reverse("depenses:depot", args=[d.pk]),
            ),
            Colonne("recu_le", "Reçu le", "date", champ="depot__recu_le"),
            Colonne("pour", "Pour", valeur=lambda d: rapport.nom_noeud(d), triable=False),
            Colonne("etat", "État", "etat", valeur=rapport.cle_etat, etats=rapport.ETATS, triable=False),
            Colonne("numero", "Version", "entier"),
            Colonne("lues", "Lues", "entier", total="somme"),
            Colonne("acceptees", "Acceptées", "entier", total="somme"),
            Colonne("ecartees", "Écartées", "entier", total="somme"),
            Colonne("montant_accepte_ht", "Accepté HT", "montant", total="somme"),
            Colonne("montant_ecarte_ht", "Écarté HT", "montant", total="somme"),
            Colonne("deja_connues", "Déjà connues", "entier", visible=False),
            Colonne("corrigees", "Corrigées", "entier", visible=False),
            Colonne("remplacees", "Remplacées", "entier", visible=False),
        ],
        rows,
        titre="Dépôts",
        tri="-recu_le",
        vide="Aucun dépôt.",
    )


@require_http_methods(["GET", "POST"])
def nouveau(request: HttpRequest) -> HttpResponse:
    """Choose the file, the node, and a mapping if one is kept."""
    held = exiger(request, queries.IMPORTER)
    nodes = queries.noeuds_possibles(held)
    kept = queries.correspondances(nodes)
    corrected = _corrige(request)
    form = DepotForm(request.POST or None, request.FILES or None, noeuds=nodes, gardees=kept)
    if corrected is not None and not form.is_bound:
        form.initial = {
            "noeud": cle_noeud(Noeud.de(corrected)),
            "correspondance": str(corrected.depot.correspondance_id or ""),
        }
    if request.method == "POST" and form.is_valid():
        try:
            received = _recevoir(request, form.cleaned_data, nodes, kept, corrected)
        except Refus as refus:
            form.add_error(None, refus.phrase)
        else:
            return redirect("depenses:depot_apercu", received.pk)
    context = {
        "titre": "Déposer des lignes de commande" if corrected is None else "Déposer les lignes corrigées",
        "phrase": "Votre fichier est d'abord montré tel qu'il est lu ; rien n'est écrit avant votre accord.",
        "fil": [("Dépôts", reverse("depenses:depots"))],
        "form": form,
        "corrige": corrected,
    }
    return render(request, "depenses/depots/nouveau.html", context, status=422 if form.errors else 200)


def _corrige(request: HttpRequest) -> DepotLignes | None:
    asked = request.GET.get("corrige", "")
    return queries.depot_a_moi(request, int(asked)) if asked.isdecimal() and len(asked) < 10 else None


def _recevoir(
    request: HttpRequest,
    data: dict[str, Any],
    nodes: list[Noeud],
    kept: list[Correspondance],
    corrected: DepotLignes | None,
) -> DepotLignes:
    file: UploadedFile = data["fichier"]
    with tempfile.TemporaryDirectory(prefix="fanal-depot-") as folder:
        chemin = Path(folder) / "fichier"
        with chemin.open("wb") as copy:
            for chunk in file.chunks():
                copy.write(chunk)
        return actions.recevoir(
            chemin=chemin,
            nom_fichier=file.name or "fichier",
            noeud=next(n for n in nodes if cle_noeud(n) == data["noeud"]),
            canal="page",
            by=compte(request),
            instant=timezone.now(),
            correspondance=next((c for c in kept if str(c.pk) == data["correspondance"]), None),
            corrige=corrected,
        )


@require_GET
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Where a deposit is: its progress, then its report."""
    deposit = queries.un_depot(request, pk)
    can = queries.acces(request, deposit)
    if deposit.etape == rules.A_CONFIRMER and can.importer:
        return redirect("depenses:depot_apercu", pk)
    running = deposit.etat in (Etat.ATTENTE, Etat.EN_COURS) and deposit.etape != rules.A_CONFIRMER
    stopped = running and not au_travail(deposit.pk)
    context = rapport.contexte(deposit, can, running and not stopped, stopped)
    if getattr(request, "htmx", False) and "tableau" not in request.headers.get("HX-Target", ""):
        if not context["rafraichir"]:
            return HttpResponse(headers={"HX-Refresh": "true"})
        return render(request, "depenses/depots/_avancement.html", context)
    return rendre(request, "depenses/depots/depot.html", context)


@require_POST
def abandonner(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave a file before its import."""
    deposit = queries.depot_a_moi(request, pk)
    actions.abandonner(depot=deposit, by=compte(request), instant=timezone.now())
    messages.success(request, "Le dépôt est abandonné. Aucune ligne n'a été enregistrée.")
    return redirect("depenses:depots")


@require_POST
def relancer(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on with an import that stopped."""
    deposit = queries.depot_a_moi(request, pk)
    actions.relancer(depot=deposit, by=compte(request), instant=timezone.now())
    return redirect("depenses:depot", pk)


@require_GET
def original(request: HttpRequest, pk: int) -> FileResponse:
    """The file as it was received."""
    deposit = queries.depot_aux_lignes(request, pk)
    try:
        content = deposit.depot.original.fichier.open("rb")
    except (FileNotFoundError, ValueError) as error:
        raise Introuvable("Ce fichier n'est plus dans le stockage. Prévenez qui exploite Fanal.") from error
    return FileResponse(content, as_attachment=True, filename=deposit.depot.nom_fichier)
