"""The lists of drugs funded on top: what they hold, and a file brought in, shown before it is recorded."""

import tempfile
from pathlib import Path

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from fanal.comptes.acces import compte, exiger, perimetre_de
from fanal.depots.originaux import local_copy
from fanal.interface.nombres import Absence
from fanal.interface.tableaux import Colonne, Tableau, rendre
from fanal.molecules.actions import listes as actions
from fanal.molecules.forms import FormulaireListe
from fanal.molecules.models import ImportListe, Liste
from fanal.molecules.queries.listes import inscriptions, par_liste, un_import
from fanal.molecules.views.commun import cadre
from fanal.refus import Interdit, Refus

# The lists are those of the nation: who examines or instructs keeps them, and the journal tells who did.
GARDIENS = ("omedit.avis", "candidature.instruire")
LECTEURS = ("candidature.voir", "instruction.voir")
TONS = {
    "refus": ("Écartée", "refus"),
    "controle": ("À vérifier", "attention"),
    "information": ("Information", "neutre"),
}


@require_GET
def listes(request: HttpRequest) -> HttpResponse:
    """Every row of the lists, those in force told from the others."""
    if not any(not perimetre_de(request, p).vide for p in LECTEURS):
        exiger(request, LECTEURS[0])
    le = timezone.localdate()
    en_vigueur = set(inscriptions(le).values_list("pk", flat=True))
    etats = {True: ("En vigueur", "decide"), False: ("Hors période", "neutre")}
    noms = {code: str(nom) for code, nom in Liste.choices}
    contexte = cadre(
        request,
        "Listes en sus",
        f"{len(en_vigueur)} inscriptions sont en vigueur au {le:%d/%m/%Y}."
        if en_vigueur
        else "Aucune liste n'est encore importée : rien ne peut être proposé comme déjà financé.",
        par_liste=par_liste(le),
        peut_importer=_garde(request),
        t=Tableau(
            "listes",
            [
                Colonne("libelle", "Médicament"),
                Colonne("ucd", "Code UCD"),
                Colonne("indication", "Indication", valeur=lambda i: i.indication or "toutes"),
                Colonne(
                    "liste", "Liste", "etat", etats={c: (n, "neutre") for c, n in noms.items()}, choix=True
                ),
                Colonne("debut", "Début", "date"),
                Colonne("fin", "Fin", "date", valeur=lambda i: i.fin or Absence.SANS_OBJET),
                Colonne(
                    "vigueur", "État", "etat", valeur=lambda i: i.pk in en_vigueur, etats=etats, choix=True
                ),
                Colonne("source", "Source"),
            ],
            list(inscriptions()),
            titre="Médicaments inscrits",
            vide="Aucun médicament inscrit.",
        ),
    )
    return rendre(request, "molecules/listes.html", contexte)


@require_http_methods(["GET", "POST"])
def importer(request: HttpRequest) -> HttpResponse:
    """Send a file; it is read and shown, nothing is recorded yet."""
    _exiger_garde(request)
    form = FormulaireListe(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            recu = _recevoir(request, form.cleaned_data["fichier"])
        except Refus as refus:
            form.add_error(None, refus.phrase)
        else:
            return redirect("molecules:importation", recu.pk)
    contexte = cadre(
        request,
        "Importer une liste en sus",
        "Le fichier est lu sans rien écrire ; vous voyez ce qu'il changerait, puis vous décidez.",
        form=form,
        fil=[("Listes en sus", reverse("molecules:listes"))],
    )
    return render(request, "molecules/importer.html", contexte, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def importation(request: HttpRequest, numero: int) -> HttpResponse:
    """What a file would change; the button records it."""
    _exiger_garde(request)
    recue = un_import(numero)
    if request.method == "POST":
        try:
            bilan = actions.confirmer(importation=recue, by=compte(request), instant=timezone.now())
        except Refus as refus:
            messages.error(request, refus.phrase)
        else:
            messages.success(request, bilan.phrase())
        return redirect("molecules:listes")
    contexte = cadre(
        request,
        recue.nom_fichier,
        f"Enregistré le {recue.importe_le:%d/%m/%Y}." if recue.importe_le else "",
        fil=[("Listes en sus", reverse("molecules:listes"))],
        importation=recue,
        bilan=recue.bilan,
        a_enregistrer=recue.bilan["nouvelles"] + recue.bilan["modifiees"],
    )
    if recue.importe_le is None:
        # Read again: the lists may have changed since the file came in.
        with local_copy(recue.original, recue.nom_fichier) as chemin:
            bilan = actions.apercevoir(chemin)
        contexte |= {
            "phrase": bilan.phrase(),
            "bilan": bilan.document(),
            "a_enregistrer": len(bilan.nouvelles) + len(bilan.modifiees),
            "remarques": _remarques(bilan),
            "changements": _changements(bilan),
        }
    return rendre(request, "molecules/importation.html", contexte)


def _recevoir(request: HttpRequest, fichier: UploadedFile) -> ImportListe:
    with tempfile.TemporaryDirectory(prefix="fanal-liste-") as folder:
        chemin = Path(folder) / f"liste{Path(fichier.name or '').suffix[:8]}"
        with chemin.open("wb") as copie:
            for morceau in fichier.chunks():
                copie.write(morceau)
        recu, _ = actions.recevoir(
            chemin=chemin, nom_fichier=fichier.name or "liste", by=compte(request), instant=timezone.now()
        )
    return recu


def _garde(request: HttpRequest) -> bool:
    return any(not perimetre_de(request, p).vide for p in GARDIENS)


def _exiger_garde(request: HttpRequest) -> None:
    if not _garde(request):
        raise Interdit(
            "Les listes en sus sont tenues par les OMEDIT et les ARS. Demandez à celui de votre région."
        )


def _changements(bilan: actions.BilanListe) -> Tableau:
    rows = [
        {"ligne": ligne, "sens": sens}
        for sens, lignes in (("nouvelle", bilan.nouvelles), ("modifiee", bilan.modifiees))
        for ligne in lignes
    ]
    return Tableau(
        "changements",
        [
            Colonne(
                "sens",
                "Effet",
                "etat",
                etats={"nouvelle": ("Nouvelle", "decide"), "modifiee": ("Modifiée", "attention")},
                choix=True,
            ),
            Colonne("liste", "Liste", valeur=lambda r: r["ligne"].get_liste_display(), choix=True),
            Colonne("libelle", "Médicament", valeur=lambda r: r["ligne"].libelle),
            Colonne("ucd", "Code UCD", valeur=lambda r: r["ligne"].ucd),
            Colonne("indication", "Indication", valeur=lambda r: r["ligne"].indication or "toutes"),
            Colonne("debut", "Début", "date", valeur=lambda r: r["ligne"].debut),
            Colonne("fin", "Fin", "date", valeur=lambda r: r["ligne"].fin or Absence.SANS_OBJET),
            Colonne("source", "Source", valeur=lambda r: r["ligne"].source),
        ],
        rows,
        titre="Ce que le fichier changerait",
        vide="Rien ne change.",
    )


def _remarques(bilan: actions.BilanListe) -> Tableau | None:
    if not bilan.anomalies:
        return None
    return Tableau(
        "remarques",
        [
            Colonne("ligne", "Ligne", "entier"),
            Colonne("gravite", "Effet", "etat", etats=TONS, choix=True),
            Colonne("phrase", "Remarque"),
        ],
        bilan.anomalies,
        titre="Remarques",
    )
