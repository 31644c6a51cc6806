"""« Désigner les colonnes » of a table of contracts: mapped once, on the file itself, kept under a name."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from fanal.campagnes.queries.colonnes import champs_proposes, lire_choix
from fanal.comptes.acces import compte, exiger
from fanal.depots import formats, lecture
from fanal.depots.correspondances import Disposition, keep_mapping
from fanal.depots.models import Correspondance
from fanal.depots.originaux import local_copy
from fanal.depots.queries import as_reading_mapping
from fanal.marches.actions.importations import relire
from fanal.marches.forms_importation import ColonnesForm
from fanal.marches.lecture.lecteurs import FORMATS, TABLEAUX
from fanal.marches.models import Importation
from fanal.marches.queries.importations import une_importation
from fanal.refus import Inutilisable, Refus
from fanal.territoires.noeuds import Noeud


@require_http_methods(["GET", "POST"])
def colonnes(request: HttpRequest, numero: int) -> HttpResponse:
    """The columns of the file, each with the field it holds; then the file is read again."""
    importation = une_importation(numero, exiger(request, "marche.gerer"))
    if importation.format not in TABLEAUX:
        raise Inutilisable("Ce fichier n'est pas un tableau : il n'a pas de colonnes à désigner.")
    vue = _apercu(importation)
    gardee = importation.correspondance if _la_sienne(importation) else None
    form = ColonnesForm(request.POST or None, initial=_initial(importation, gardee))
    erreur = ""
    if request.method == "POST" and form.is_valid():
        try:
            suivante = _garder(request, importation, vue, form.cleaned_data, gardee)
        except Refus as refus:
            erreur = refus.phrase
        else:
            messages.success(request, "La correspondance est enregistrée. Le fichier est lu de nouveau.")
            return redirect("marches:importation", suivante.pk)
    contexte = _contexte(request, importation, vue) | {"form": form, "erreur": erreur}
    statut = 422 if erreur or form.errors else 200
    return render(request, "marches/import_colonnes.html", contexte, status=statut)


def _la_sienne(importation: Importation) -> bool:
    gardee = importation.correspondance
    return gardee is not None and Noeud.de(gardee) == Noeud.de(importation)


def _apercu(importation: Importation) -> lecture.Apercu:
    gardee = importation.correspondance
    connue = as_reading_mapping(gardee) if gardee else None
    try:
        with local_copy(importation.original, importation.nom_fichier) as chemin:
            return lecture.apercu(chemin, formats.charger(importation.format), correspondance=connue)
    except lecture.FichierIllisible as error:
        raise Inutilisable(error.phrase) from error


def _initial(importation: Importation, gardee: Correspondance | None) -> dict[str, Any]:
    if gardee is not None:
        return {"nom": gardee.nom, "ordre_dates": gardee.formats.get("dates", "jma")}
    return {"nom": f"Marchés {Noeud.de(importation).code}".strip(), "ordre_dates": "jma"}


def _garder(
    request: HttpRequest,
    importation: Importation,
    vue: lecture.Apercu,
    donnees: dict[str, Any],
    gardee: Correspondance | None,
) -> Importation:
    disposition = Disposition(
        colonnes=lire_choix([c.titre for c in vue.colonnes], request.POST),
        ordre_dates=donnees["ordre_dates"],
        codes=gardee.codes if gardee else {},
    )
    correspondance = keep_mapping(
        nom=donnees["nom"],
        format=importation.format,
        noeud=Noeud.de(importation),
        disposition=disposition,
        by=compte(request),
        instant=timezone.now(),
        remplace=gardee if gardee and gardee.nom == donnees["nom"].strip() else None,
    )
    return relire(
        importation=importation, correspondance=correspondance, by=compte(request), instant=timezone.now()
    )


def _contexte(request: HttpRequest, importation: Importation, vue: lecture.Apercu) -> dict[str, Any]:
    soumis = request.POST if request.method == "POST" else {}
    choisis = [soumis.get(f"c{i}", c.champ or "") for i, c in enumerate(vue.colonnes)]
    reconnues = sum(bool(c) for c in choisis)
    mots = "colonne reconnue" if reconnues == 1 else "colonnes reconnues"
    return {
        "titre": "Désigner les colonnes",
        "phrase": f"{reconnues} {mots} sur {len(vue.colonnes)}. Vérifiez-les, puis enregistrez.",
        "fil": [
            ("Importer", reverse("marches:importer")),
            (importation.nom_fichier, reverse("marches:importation", args=[importation.pk])),
        ],
        "importation": importation,
        "nom_format": FORMATS[importation.format],
        "apercu": vue,
        "colonnes": [
            {"rang": i, "titre": c.titre, "choisi": choisi, "exacte": c.exacte, "exemples": c.exemples}
            for i, (c, choisi) in enumerate(zip(vue.colonnes, choisis, strict=True))
        ],
        "champs": champs_proposes(importation.format),
    }
