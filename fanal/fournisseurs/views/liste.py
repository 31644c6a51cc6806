"""The list of suppliers, the states imported, the pairs to settle."""

import tempfile
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fanal.campagnes.rules import pluriel
from fanal.comptes.acces import compte, exiger, perimetre_de
from fanal.fournisseurs.actions.etats import BilanEtats, importer_etats
from fanal.fournisseurs.actions.rapprochements import distinguer, fusionner, rechercher_rapprochements
from fanal.fournisseurs.forms import FormulaireEtats
from fanal.fournisseurs.models import Rapprochement
from fanal.fournisseurs.queries.fournisseurs import propositions, revision, tableau_fournisseurs
from fanal.interface.tableaux import Colonne, Tableau, rendre
from fanal.refus import Introuvable, Refus

VOIR, GERER = "marche.voir", "fournisseur.gerer"
DES_MARCHES = (
    "fournisseur dans les marchés que vous voyez",
    "fournisseurs dans les marchés que vous voyez",
)
ETATS = {
    "inconnu": ("État inconnu", "neutre"),
    "actif": ("Actif", "decide"),
    "ferme": ("Fermé", "attention"),
}
VERIFICATIONS = {
    "exact": ("Identifiant exact", "decide"),
    "faux": ("Identifiant à vérifier", "attention"),
    "absent": ("Sans identifiant", "attention"),
}


@require_GET
def fournisseurs(request: HttpRequest) -> HttpResponse:
    """The suppliers of the contracts that the account sees; all of them on demand."""
    today = timezone.localdate()
    held = exiger(request, VOIR)
    everyone = request.GET.get("tous") == "oui"
    rows = tableau_fournisseurs(held, today, tous=everyone)
    doubtful = int((rows["verification"] != "exact").sum())
    closed = int((rows["etat"] == "ferme").sum())
    who = ("fournisseur enregistré", "fournisseurs enregistrés") if everyone else DES_MARCHES
    text = (
        f"{pluriel(rows.height, *who)} : "
        f"{pluriel(doubtful, 'a un identifiant', 'ont un identifiant')} absent ou à vérifier, "
        f"{pluriel(closed, 'est fermé', 'sont fermés')}."
    )
    context = {
        "titre": "Fournisseurs",
        "phrase": text if rows.height else "Aucun fournisseur : ils arrivent avec les marchés.",
        "tous": everyone,
        "a_rapprocher": len(propositions()),
        "incidents": int(rows["incidents"].sum()),
        "doubtful": doubtful,
        "closed": closed,
        "nombre": rows.height,
        "peut_gerer": not perimetre_de(request, GERER).vide,
        "t": _tableau(rows, everyone),
    }
    return rendre(request, "fournisseurs/liste.html", context, etat=(revision(), held, today, everyone))


def _tableau(rows: Any, everyone: bool) -> Tableau:
    return Tableau(
        nom="fournisseurs",
        titre="Tous les fournisseurs" if everyone else "Fournisseurs de vos marchés",
        lignes=rows,
        vide="Aucun fournisseur.",
        colonnes=[
            Colonne(
                "nom", "Fournisseur", "lien", lien=lambda r: reverse("fournisseurs:fiche", args=[r["pk"]])
            ),
            Colonne("identifiant", "Identifiant"),
            Colonne("siren", "SIREN", visible=False),
            Colonne("type", "Type", choix=True, visible=False),
            Colonne("verification", "Vérification", "etat", etats=VERIFICATIONS, choix=True),
            Colonne("etat", "État", "etat", etats=ETATS, choix=True),
            Colonne("fusionnes", "Rapprochés", "entier", visible=False),
            Colonne("marches", "Marchés", "entier"),
            Colonne("en_cours", "En cours", "entier"),
            Colonne("montant", "Montant HT", "montant_rond", total="somme"),
            Colonne("incidents", "Incidents ouverts", "entier"),
        ],
    )


@require_http_methods(["GET", "POST"])
def etats(request: HttpRequest) -> HttpResponse:
    """Import the states of SIRET; what was read and changed is shown at once."""
    exiger(request, GERER)
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form, bilan = FormulaireEtats(*sent), None
    if request.method == "POST" and form.is_valid():
        try:
            bilan = _importer(request, form.cleaned_data["fichier"])
        except Refus as refus:
            form.add_error("fichier", refus.phrase)
    columns = [
        Colonne("ligne", "Ligne", "entier"),
        Colonne("colonne", "Colonne"),
        Colonne("valeur", "Valeur"),
        Colonne("phrase", "Remarque"),
    ]
    context = {
        "titre": "État des fournisseurs",
        "phrase": bilan.phrase()
        if bilan
        else "Dites quels établissements sont actifs ou fermés : un état avertit et ne bloque rien.",
        "fil": [("Fournisseurs", reverse("fournisseurs:fournisseurs"))],
        "form": form,
        "bilan": bilan,
        "verbe": "Importer les états",
        "fichier": True,
        "t": Tableau(
            "remarques", columns, bilan.anomalies if bilan else [], titre="Remarques", exportable=False
        ),
    }
    return render(request, "fournisseurs/etats.html", context, status=400 if form.errors else 200)


def _importer(request: HttpRequest, upload: UploadedFile) -> BilanEtats:
    # The reader opens a path; the name is kept, because it says what the file is.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / Path(upload.name or "etats").name
        with path.open("wb") as copy:
            for chunk in upload.chunks():
                copy.write(chunk)
        return importer_etats(chemin=path, by=compte(request), instant=timezone.now())


@require_http_methods(["GET", "POST"])
def rapprochements(request: HttpRequest) -> HttpResponse:
    """The pairs that look alike, to settle one by one; a POST looks for new ones."""
    exiger(request, GERER)
    if request.method == "POST":
        found = rechercher_rapprochements(by=compte(request), instant=timezone.now())
        messages.success(
            request,
            f"{pluriel(found, 'nouvelle proposition', 'nouvelles propositions')} de rapprochement."
            if found
            else "Aucune nouvelle proposition.",
        )
        return redirect("fournisseurs:rapprochements")
    pairs = propositions()
    count = len(pairs)
    context = {
        "titre": "Rapprocher les fournisseurs",
        "phrase": f"{pluriel(count, 'paire se ressemble', 'paires se ressemblent')} : rien ne change sans "
        f"votre accord."
        if count
        else "Aucune paire n'attend votre décision.",
        "fil": [("Fournisseurs", reverse("fournisseurs:fournisseurs"))],
        "paires": pairs[:50],
        "reste": max(0, count - 50),
    }
    return render(request, "fournisseurs/rapprochements.html", context)


@require_POST
def decider(request: HttpRequest, pk: int) -> HttpResponse:
    """Settle one pair: both are one, or they are different."""
    exiger(request, GERER)
    pair = Rapprochement.objects.select_related("garde", "double").filter(pk=pk).first()
    if pair is None:
        raise Introuvable("Cette proposition n'existe plus. Revenez à la liste des rapprochements.")
    motif = request.POST.get("motif", "")[:500]
    keys: dict[str, Any] = {"motif": motif, "by": compte(request), "instant": timezone.now()}
    try:
        if request.POST.get("sens") == "fusionner":
            fusionner(garde=pair.garde, double=pair.double, **keys)
            messages.success(request, f"{pair.double} est rapproché de {pair.garde}.")
        elif request.POST.get("sens") == "distinguer":
            distinguer(rapprochement=pair, **keys)
            messages.success(request, f"{pair.garde} et {pair.double} restent distincts.")
        else:
            messages.error(request, "Choisissez « Rapprocher » ou « Laisser distincts ».")
    except Refus as refus:
        messages.error(request, refus.phrase)
    return redirect("fournisseurs:rapprochements")
