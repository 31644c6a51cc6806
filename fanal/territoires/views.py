"""The territory as pages: public facts that any account may read, changes for those who administer."""

import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from fanal.comptes.acces import exiger, perimetre_de
from fanal.comptes.models import Utilisateur
from fanal.interface.tableaux import Absence, Colonne, Tableau, rendre
from fanal.refus import Refus
from fanal.territoires import queries
from fanal.territoires.actions import ajouter_appartenance, importer, terminer_appartenance
from fanal.territoires.actions.bilan import Bilan
from fanal.territoires.forms import FormulaireAppartenance, FormulaireFin, FormulaireImport
from fanal.territoires.models import Appartenance
from fanal.territoires.noeuds import NATIONAL, Noeud

GERER = "territoires.gerer"
RACINE = ("Territoires", "/territoires/")


def sent(request: HttpRequest) -> tuple[Any, Any]:
    """The data and files of a form that was sent, even empty; nothing when the page is only asked for."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def day_asked(request: HttpRequest) -> date:
    """The day in the address (`le=2021-12-31`), today without it or when it is not one."""
    try:
        return date.fromisoformat(request.GET.get("le", ""))
    except ValueError:
        return timezone.localdate()


def _at(day: date) -> str:
    """The end of an address that keeps the day looked at."""
    return "" if day == timezone.localdate() else f"?le={day.isoformat()}"


@require_GET
def arbre(request: HttpRequest) -> HttpResponse:
    """Régions, their GHT and their establishments on a day."""
    day = day_asked(request)
    regions = queries.arbre(day)
    ghts, members = sum(len(r.ghts) for r in regions), sum(r.membres for r in regions)
    context = {
        "titre": "Territoires",
        "phrase": f"Au {day:%d/%m/%Y}, {ghts} GHT réunissent {members} établissements dans {len(regions)} "
        "régions.",
        "regions": regions,
        "le": day,
        "suite": _at(day),
        "peut_importer": perimetre_de(request, GERER).contient(NATIONAL),
    }
    return render(request, "territoires/arbre.html", context)


@require_GET
def region(request: HttpRequest, code: str) -> HttpResponse:
    """One région: its GHT, with their support and how many establishments they have on a day."""
    day, found = day_asked(request), queries.region(code)
    branch = next(b for b in queries.arbre(day) if b.region == found)
    rows = [
        {
            "code": g.ght.code,
            "nom": g.ght.nom,
            "support": str(g.support) if g.support else "",
            "membres": g.membres,
            "autres": g.autres,
            "classe": g.ght.classe or Absence.NON_RENSEIGNE,
        }
        for g in branch.ghts
    ]
    columns = [
        Colonne(
            "code", "GHT", "lien", lien=lambda r: reverse("territoires:ght", args=[r["code"]]) + _at(day)
        ),
        Colonne("nom", "Nom"),
        Colonne("support", "Établissement support"),
        Colonne("membres", "Établissements membres", "entier", total="somme"),
        Colonne("autres", "Associés et partenaires", "entier", total="somme"),
        Colonne("classe", "Classe", "entier", aide="Typologie logistique, de 1 à 4."),
    ]
    context = {
        "titre": found.nom,
        "phrase": f"Au {day:%d/%m/%Y}, la région compte {len(rows)} GHT et {branch.membres} établissements "
        "membres.",
        "fil": [RACINE],
        "region": found,
        "le": day,
        "departements": found.departements.all(),
        "t": Tableau(
            "ghts", columns, rows, titre=f"GHT de la région {found.nom}", tri="code", vide="Aucun GHT."
        ),
    }
    return rendre(request, "territoires/region.html", context)


@require_GET
def ght(request: HttpRequest, code: str) -> HttpResponse:
    """One GHT: who belongs to it on a day, with roles and dates, and who did before."""
    day, found = day_asked(request), queries.ght(code)
    every = list(queries.appartenances_du_ght(found))
    holding = set(queries.appartenances_du_ght(found, day).values_list("pk", flat=True))
    held = sum(a.pk in holding and a.role in queries.MEMBRES for a in every)
    context = {
        "titre": f"{found.code} {found.nom}",
        "phrase": f"Au {day:%d/%m/%Y}, ce GHT réunit {held} établissement{'s' if held > 1 else ''} "
        "(support et parties).",
        "fil": [RACINE, (found.region.nom, reverse("territoires:region", args=[found.region.sigle]))],
        "ght": found,
        "le": day,
        "t": Tableau(
            "membres", _member_columns(day, holding), every, titre=f"Établissements de {found.code}"
        ),
        "appartenances": [a for a in every if a.pk in holding],
        "peut_gerer": perimetre_de(request, GERER).contient(Noeud("ght", found)),
    }
    return rendre(request, "territoires/ght.html", context)


def _member_columns(day: date, holding: set[int]) -> list[Colonne]:
    return [
        Colonne(
            "finess", "FINESS", "lien", valeur=lambda a: a.etablissement.finess, lien=_etablissement_address
        ),
        Colonne("nom", "Établissement", valeur=lambda a: a.etablissement.nom),
        Colonne("role", "Rôle", valeur=lambda a: a.get_role_display(), choix=True),
        Colonne("debut", "Depuis", "date", valeur=lambda a: a.debut or "sans limite"),
        Colonne("fin", "Jusqu'au", "date", valeur=lambda a: a.fin or "sans limite"),
        Colonne(
            "etat",
            f"Au {day:%d/%m/%Y}",
            "etat",
            valeur=lambda a: a.pk in holding,
            etats={True: ("Membre", "decide"), False: ("Pas à cette date", "neutre")},
        ),
    ]


def _etablissement_address(row: Appartenance) -> str:
    return reverse("territoires:etablissement", args=[row.etablissement.finess])


@require_GET
def etablissement(request: HttpRequest, finess: str) -> HttpResponse:
    """One establishment and the GHT it belongs or belonged to."""
    found = queries.etablissement(finess)
    rows = list(found.appartenances.select_related("ght__region").order_by("debut"))
    now = queries.ght_de(found.finess, timezone.localdate())
    columns = [
        Colonne(
            "ght",
            "GHT",
            "lien",
            valeur=lambda a: str(a.ght),
            lien=lambda a: reverse("territoires:ght", args=[a.ght.code]),
        ),
        Colonne("role", "Rôle", valeur=lambda a: a.get_role_display()),
        Colonne("debut", "Depuis", "date", valeur=lambda a: a.debut or "sans limite"),
        Colonne("fin", "Jusqu'au", "date", valeur=lambda a: a.fin or "sans limite"),
    ]
    context = {
        "titre": found.nom,
        "phrase": f"Cet établissement appartient au GHT {now}."
        if now
        else "Cet établissement n'appartient à aucun GHT.",
        "fil": [RACINE, (str(now), reverse("territoires:ght", args=[now.code]))] if now else [RACINE],
        "etablissement": found,
        "t": Tableau("ghts", columns, rows, titre="Appartenances à un GHT", vide="Aucun GHT."),
    }
    return rendre(request, "territoires/etablissement.html", context)


@require_http_methods(["GET", "POST"])
def importation(request: HttpRequest) -> HttpResponse:
    """Import a published list; what was read, changed and left out is shown at once."""
    exiger(request, GERER, NATIONAL)
    form, bilan = FormulaireImport(*sent(request)), None
    if request.method == "POST" and form.is_valid():
        try:
            bilan = _import_upload(request.user, form.cleaned_data["fichier"], form.cleaned_data["format"])  # type: ignore[arg-type]  # signed in
        except Refus as refus:
            form.add_error("fichier", refus.phrase)
    columns = [
        Colonne("ligne", "Ligne", "entier"),
        Colonne("colonne", "Colonne", choix=True),
        Colonne("valeur", "Valeur"),
        Colonne("gravite", "Gravité", choix=True),
        Colonne("phrase", "Remarque"),
    ]
    context = {
        "titre": "Importer les territoires",
        "phrase": bilan.phrase() if bilan else "Les listes publiées des GHT et de leurs établissements.",
        "fil": [RACINE],
        "form": form,
        "bilan": bilan,
        "t": Tableau(
            "remarques", columns, bilan.anomalies if bilan else [], titre="Remarques", exportable=False
        ),
    }
    return render(request, "territoires/importer.html", context, status=400 if form.errors else 200)


def _import_upload(user: Utilisateur, upload: UploadedFile, format: str) -> Bilan:
    # The reader opens a path; the name is kept, because it says what the file is.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / Path(upload.name or "liste").name
        with path.open("wb") as copy:
            for chunk in upload.chunks():
                copy.write(chunk)
        return importer(chemin=path, format=format, by=user, instant=timezone.now())


@require_http_methods(["GET", "POST"])
def ajouter(request: HttpRequest, code: str) -> HttpResponse:
    """Make an establishment belong to a GHT between two days."""
    found = queries.ght(code)
    exiger(request, GERER, Noeud("ght", found))
    form = FormulaireAppartenance(*sent(request))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            created = ajouter_appartenance(
                ght=found,
                etablissement=data["finess"],
                role=data["role"],
                debut=data["debut"],
                fin=data["fin"],
                motif=data["motif"],
                by=request.user,  # type: ignore[arg-type]  # signed in
                instant=timezone.now(),
            )
        except Refus as refus:
            form.add_error(None, refus.phrase)
        else:
            messages.success(request, f"{created.etablissement} est rattaché à {found.code}.")
            return redirect("territoires:ght", found.code)
    return _form_page(request, form, f"Rattacher un établissement à {found.code}", "Rattacher", found.code)


@require_http_methods(["GET", "POST"])
def terminer(request: HttpRequest, pk: int) -> HttpResponse:
    """End a membership on its last day."""
    row: Appartenance = get_object_or_404(Appartenance.objects.select_related("ght", "etablissement"), pk=pk)
    exiger(request, GERER, Noeud("ght", row.ght))
    form = FormulaireFin(*sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            terminer_appartenance(
                appartenance=row,
                fin=form.cleaned_data["fin"],
                motif=form.cleaned_data["motif"],
                by=request.user,  # type: ignore[arg-type]  # signed in
                instant=timezone.now(),
            )
        except Refus as refus:
            form.add_error(None, refus.phrase)
        else:
            messages.success(request, f"{row.etablissement} quitte {row.ght.code}.")
            return redirect("territoires:ght", row.ght.code)
    return _form_page(
        request, form, f"Mettre fin à l'appartenance de {row.etablissement}", "Mettre fin", row.ght.code
    )


def _form_page(request: HttpRequest, form: Any, titre: str, verbe: str, code: str) -> HttpResponse:
    back = reverse("territoires:ght", args=[code])
    context = {"titre": titre, "form": form, "verbe": verbe, "retour": back, "fil": [RACINE, (code, back)]}
    return render(request, "territoires/formulaire.html", context, status=400 if form.errors else 200)
