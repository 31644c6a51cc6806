"""« Importer des marchés »: a file is sent, read, shown with what it would do, then recorded."""

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

from fanal.comptes.acces import compte, exiger, perimetre_de
from fanal.depots.models import Correspondance
from fanal.interface.nombres import ecrire_nombre
from fanal.interface.tableaux import Colonne, Tableau, rendre
from fanal.marches.actions import importations as actions
from fanal.marches.forms_importation import ImportForm, cle_noeud
from fanal.marches.lecture.lecteurs import FORMATS, TABLEAUX
from fanal.marches.lecture.phrases import REGLES
from fanal.marches.models import AnomalieMarche, Importation
from fanal.marches.queries.importations import (
    correspondances,
    importations,
    noeuds_possibles,
    une_importation,
)
from fanal.marches.rules.importation import INTERRUPTION, en_panne
from fanal.refus import Introuvable, Refus
from fanal.territoires.noeuds import Noeud

GERER = "marche.gerer"
Etat = Importation.Etat
TONS = {
    Etat.RECUE: "attente",
    Etat.LECTURE: "attente",
    Etat.A_CONFIRMER: "attention",
    Etat.ENREGISTREMENT: "attente",
    Etat.FAITE: "decide",
    Etat.REFUSEE: "refus",
    Etat.INTERROMPUE: "attention",
    Etat.ABANDONNEE: "neutre",
}
ETAPES = (
    (Etat.RECUE, "Fichier reçu"),
    (Etat.LECTURE, "Lecture"),
    (Etat.A_CONFIRMER, "Votre accord"),
    (Etat.ENREGISTREMENT, "Enregistrement"),
    (Etat.FAITE, "Rapport"),
)
GRAVITES = {
    "refus": ("Laissés de côté", "refus"),
    "controle": ("À compléter", "attention"),
    "information": ("Information", "neutre"),
}


@require_http_methods(["GET", "POST"])
def importer(request: HttpRequest) -> HttpResponse:
    """Choose the format, the node and the file."""
    held = exiger(request, GERER)
    noeuds = noeuds_possibles(held)
    gardees = correspondances(noeuds)
    choix: dict[str, Any] = {"noeuds": noeuds, "gardees": gardees}
    form = ImportForm(request.POST or None, request.FILES or None, **choix)
    if request.method == "POST" and form.is_valid():
        try:
            recue = _recevoir(request, form.cleaned_data, noeuds, gardees)
        except Refus as refus:
            form.add_error(None, refus.phrase)
        else:
            return redirect("marches:importation", recue.pk)
    contexte = {
        "titre": "Importer des marchés",
        "phrase": "Votre fichier est lu sans rien écrire ; vous voyez ce qu'il ferait, puis vous décidez.",
        "fil": [("Portefeuille", reverse("marches:portefeuille"))],
        "form": form,
        "recentes": [(i, TONS[Etat(i.etat)]) for i in importations(held)[:8]],
    }
    return render(request, "marches/importer.html", contexte, status=422 if form.errors else 200)


def _recevoir(
    request: HttpRequest, donnees: dict[str, Any], noeuds: list[Noeud], gardees: list[Correspondance]
) -> Importation:
    fichier: UploadedFile = donnees["fichier"]
    noeud = next(n for n in noeuds if cle_noeud(n) == donnees["noeud"])
    gardee = next((c for c in gardees if str(c.pk) == donnees["correspondance"]), None)
    if gardee is not None and gardee.format != donnees["format"]:
        raise Introuvable("Cette correspondance a été faite pour un autre format. Choisissez-en une autre.")
    with tempfile.TemporaryDirectory(prefix="fanal-import-") as folder:
        chemin = Path(folder) / "fichier"
        with chemin.open("wb") as copie:
            for morceau in fichier.chunks():
                copie.write(morceau)
        return actions.recevoir(
            chemin=chemin,
            nom_fichier=fichier.name or "fichier",
            format=donnees["format"],
            noeud=noeud,
            by=compte(request),
            instant=timezone.now(),
            correspondance=gardee,
        )


@require_GET
def importation(request: HttpRequest, numero: int) -> HttpResponse:
    """Where the file is: progress, then what it would do, then the report."""
    vue = une_importation(numero, exiger(request, GERER))
    panne = en_panne(vue.etat, vue.demarree_le, timezone.now())
    en_cours = vue.etat in (Etat.RECUE, Etat.LECTURE, Etat.ENREGISTREMENT) and not panne
    contexte = {
        "titre": vue.nom_fichier,
        "phrase": phrase(vue, panne),
        "fil": [
            ("Portefeuille", reverse("marches:portefeuille")),
            ("Importer", reverse("marches:importer")),
        ],
        "importation": vue,
        "nom_format": FORMATS.get(vue.format, vue.format),
        "panne": panne,
        "refusee": vue.etat == Etat.REFUSEE,
        "est_tableau": vue.format in TABLEAUX,
        "etapes": etapes(vue),
        "rafraichir": reverse("marches:importation", args=[vue.pk]) if en_cours else "",
    }
    if getattr(request, "htmx", False):
        if not en_cours:
            return HttpResponse(headers={"HX-Refresh": "true"})
        return render(request, "marches/_importation_avancement.html", contexte)
    if vue.etat in (Etat.A_CONFIRMER, Etat.FAITE):
        contexte |= {
            "regles": tableau_regles(vue),
            "ecartees": tableau_ecartees(vue) if vue.ecartees else None,
            "anomalies": tableau_anomalies(vue) if vue.etat == Etat.FAITE else None,
            "a_enregistrer": vue.bilan["nouvelles"] + vue.bilan["modifiees"],
        }
    return rendre(request, "marches/importation.html", contexte)


def phrase(vue: Importation, panne: bool) -> str:
    """Where things stand, in one sentence."""
    if vue.etat == Etat.REFUSEE:
        return vue.phrase
    if panne:
        return INTERRUPTION
    lus = ecrire_nombre(vue.avancement)
    if vue.etat == Etat.RECUE:
        return "Votre fichier est reçu et conservé. Sa lecture va commencer."
    if vue.etat == Etat.LECTURE:
        return (
            f"Votre fichier est en cours de lecture : {lus} marchés lus."
            if vue.avancement
            else ("Votre fichier est en cours de lecture.")
        )
    if vue.etat == Etat.ENREGISTREMENT:
        total = vue.bilan.get("acceptees", 0)
        return f"{ecrire_nombre(total)} marchés sont en cours d'enregistrement, tous ensemble ou aucun."
    if vue.etat == Etat.ABANDONNEE:
        return "Cet import a été abandonné. Rien n'a été enregistré."
    return compte_rendu(vue)


def compte_rendu(vue: Importation) -> str:
    """What the file holds, and what recording it does or did."""
    b = vue.bilan
    debut = (
        f"{_marches(b['lues'])} : {ecrire_nombre(b['acceptees'])} acceptés, "
        f"{ecrire_nombre(b['ecartees'])} laissés de côté"
    )
    detail = (
        f"{ecrire_nombre(b['nouvelles'])} nouveaux, {ecrire_nombre(b['modifiees'])} à mettre à jour, "
        f"{ecrire_nombre(b['deja_connues'])} déjà connus"
    )
    if vue.etat == Etat.FAITE:
        detail = detail.replace("à mettre à jour", "mis à jour")
    return f"{debut} ; {detail}."


def _marches(nombre: int) -> str:
    return "1 marché lu" if nombre == 1 else f"{ecrire_nombre(nombre)} marchés lus"


def etapes(vue: Importation) -> list[tuple[str, str]]:
    """(title, fait | encours | reste) of each step."""
    codes = [code for code, _ in ETAPES]
    rang = codes.index(Etat(vue.etat)) if vue.etat in codes else 1
    if vue.etat == Etat.FAITE:
        rang = len(codes)
    return [
        (titre, "fait" if i < rang else "encours" if i == rang else "reste")
        for i, (_, titre) in enumerate(ETAPES)
    ]


def tableau_regles(vue: Importation) -> Tableau:
    """How many times each rule was met."""
    ordre = list(GRAVITES)
    lignes = [
        {"regle": REGLES[code][1], "gravite": REGLES[code][0], "nombre": nombre}
        for code, nombre in vue.bilan["par_regle"].items()
        if code in REGLES
    ]
    lignes.sort(key=lambda r: (ordre.index(r["gravite"]), -r["nombre"]))
    return Tableau(
        "regles",
        [
            Colonne("regle", "Ce qui est vérifié"),
            Colonne("gravite", "Suite", "etat", etats=GRAVITES),
            Colonne("nombre", "Remarques", "entier"),
        ],
        lignes,
        titre="Remarques par règle",
        vide="Aucune remarque : tout a été compris.",
        recherche=False,
    )


def tableau_ecartees(vue: Importation) -> Tableau:
    """The contracts set aside, and why."""
    return Tableau(
        "ecartees",
        [
            Colonne("ligne", "Ligne ou rang", "entier"),
            Colonne("colonne", "Donnée"),
            Colonne("phrase", "Pourquoi"),
        ],
        vue.ecartees,
        titre="Marchés laissés de côté",
        tri="ligne",
    )


def tableau_anomalies(vue: Importation) -> Tableau:
    """The remarks still to settle on the contracts of this file."""
    rows = AnomalieMarche.objects.filter(marche__depot=vue.depot_id, levee_le=None).select_related("marche")
    return Tableau(
        "anomalies",
        [
            Colonne("ligne", "Ligne ou rang", "entier", champ="marche__ligne"),
            Colonne(
                "identifiant",
                "Marché",
                "lien",
                champ="marche__identifiant",
                lien=lambda a: reverse("marches:completer", args=[a.marche_id]),
            ),
            Colonne("colonne", "Donnée"),
            Colonne("phrase", "Remarque"),
        ],
        rows,
        titre="Marchés à compléter",
        tri="ligne",
        vide="Aucune remarque à régler.",
    )


@require_POST
def enregistrer(request: HttpRequest, numero: int) -> HttpResponse:
    """Agree to the import."""
    vue = une_importation(numero, exiger(request, GERER))
    actions.enregistrer(importation=vue, by=compte(request), instant=timezone.now())
    return redirect("marches:importation", numero)


@require_POST
def abandonner(request: HttpRequest, numero: int) -> HttpResponse:
    """Leave the file."""
    vue = une_importation(numero, exiger(request, GERER))
    actions.abandonner(importation=vue, by=compte(request), instant=timezone.now())
    messages.success(request, "L'import est abandonné. Rien n'a été enregistré.")
    return redirect("marches:importer")


@require_POST
def relancer(request: HttpRequest, numero: int) -> HttpResponse:
    """Start again work that stopped."""
    vue = une_importation(numero, perimetre_de(request, GERER))
    actions.relancer(importation=vue, by=compte(request), instant=timezone.now())
    return redirect("marches:importation", numero)
