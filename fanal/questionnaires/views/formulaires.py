"""Forms of an officer: the list, importing a workbook, versions and their differences, the preview."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from fanal.comptes.acces import INVISIBLE, compte, exiger, perimetre_de
from fanal.comptes.queries import noeuds_geres
from fanal.interface.ici import noeud_de
from fanal.interface.tableaux import Colonne, Tableau, rendre
from fanal.moteurs import xlsform
from fanal.moteurs.xlsform import modele
from fanal.moteurs.xlsform.modele import GROUPE, Element, Reponses
from fanal.questionnaires.actions.formulaires import importer_formulaire
from fanal.questionnaires.compute import chemins
from fanal.questionnaires.compute.valeurs import canonique
from fanal.questionnaires.models import Formulaire, VersionFormulaire
from fanal.questionnaires.queries.formulaires import (
    differences,
    formulaire_de,
    formulaires_visibles,
    usage,
)
from fanal.questionnaires.queries.saisie import dessiner, sources_vides
from fanal.questionnaires.views.commun import fichier_recu
from fanal.questionnaires.views.section import TABLE, entier, fragments_demandes, saisies_de
from fanal.refus import Introuvable, Refus
from fanal.territoires.noeuds import Noeud

GERER = "appel.gerer"
FIL = "Formulaires"
LIGNES = 50


class ImportForm(forms.Form):
    """A workbook, and the node that keeps the form."""

    noeud = forms.ChoiceField(label="Gardé par")
    fichier = forms.FileField(
        label="Classeur XLSForm",
        help_text="Un fichier .xlsx avec les feuilles survey, choices et settings.",
    )

    def __init__(self, *args: Any, noeuds: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["noeud"].choices = noeuds  # type: ignore[attr-defined]  # a ChoiceField


def un_formulaire(request: HttpRequest, pk: int) -> Formulaire:
    """A form kept where the account organises calls. Raises Introuvable."""
    trouve = formulaires_visibles(exiger(request, GERER)).filter(pk=pk).first()
    if trouve is None:
        raise Introuvable(INVISIBLE)
    return trouve


def une_version(request: HttpRequest, pk: int) -> VersionFormulaire:
    """A version of such a form. Raises Introuvable."""
    vus = formulaires_visibles(exiger(request, GERER))
    trouvee = VersionFormulaire.objects.filter(pk=pk, formulaire__in=vus).select_related(
        "formulaire", "original", "auteur"
    )
    version = trouvee.first()
    if version is None:
        raise Introuvable(INVISIBLE)
    return version


def _noeuds(request: HttpRequest) -> list[tuple[str, str]]:
    gere = perimetre_de(request, GERER)
    possibles = [(code.rstrip(":"), nom) for _, choix in noeuds_geres(gere) for code, nom in choix]
    return [(c, n) for c, n in possibles if c == "national" or c.startswith("region:")]


@require_http_methods(["GET", "POST"])
def formulaires(request: HttpRequest) -> HttpResponse:
    """The forms the account keeps, and importing one."""
    gere = exiger(request, GERER)
    form = ImportForm(request.POST or None, request.FILES or None, noeuds=_noeuds(request))
    if request.method == "POST" and form.is_valid():
        try:
            version = _importer(request, form)
        except Refus as refus:
            form.add_error("fichier", refus.phrase)
        else:
            return redirect("questionnaires:formulaire", version.formulaire_id)
    lignes = formulaires_visibles(gere)
    n = lignes.count()
    tableau = Tableau(
        nom="formulaires",
        titre="Formulaires",
        lignes=lignes,
        tri="titre",
        vide="Aucun formulaire. Importez un classeur XLSForm.",
        colonnes=[
            Colonne("titre", "Formulaire", "lien", lien=lambda f: _adresse(f.pk)),
            Colonne("code", "Code"),
            Colonne("gardien", "Gardé par", valeur=lambda f: str(Noeud.de(f)), triable=False),
            Colonne("nombre_versions", "Versions", "entier"),
            Colonne("created_at", "Créé le", "date"),
        ],
    )
    contexte = {
        "titre": FIL,
        "phrase": f"{n or 'Aucun'} formulaire{'s' if n > 1 else ''}. Un formulaire s'écrit dans un tableur ; "
        "un changement fait une version de plus.",
        "tableau": tableau,
        "form": form,
    }
    statut = 422 if form.is_bound and form.errors else 200
    if statut == 422:
        return render(request, "questionnaires/formulaires.html", contexte, status=statut)
    return rendre(request, "questionnaires/formulaires.html", contexte)


def _importer(request: HttpRequest, form: ImportForm) -> VersionFormulaire:
    noeud = noeud_de(form.cleaned_data["noeud"])
    exiger(request, GERER, noeud)
    with fichier_recu(form.cleaned_data["fichier"]) as (chemin, nom):
        version = importer_formulaire(
            chemin=chemin, noeud=noeud, by=compte(request), instant=timezone.now(), nom_fichier=nom
        )
    messages.success(request, f"« {version.formulaire} » est lu : c'est sa version {version.numero}.")
    return version


def _adresse(pk: int) -> str:
    return reverse("questionnaires:formulaire", args=[pk])


@require_GET
def formulaire(request: HttpRequest, pk: int) -> HttpResponse:
    """A form: its versions, what each changed, who answered which."""
    f = un_formulaire(request, pk)
    versions = list(f.versions.select_related("auteur", "original").order_by("numero"))
    lignes = [
        {
            "version": v,
            "usage": usage(v),
            "questions": len(xlsform.chemins(formulaire_de(v))),
            "changements": differences(avant, v) if avant else [],
        }
        for avant, v in zip([None, *versions], versions, strict=False)
    ]
    contexte = {
        "titre": f.titre,
        "phrase": f"{len(versions)} version{'s' if len(versions) > 1 else ''}. Les réponses restent lisibles "
        "sous la version à laquelle elles ont été données.",
        "fil": [(FIL, reverse("questionnaires:formulaires"))],
        "formulaire": f,
        "lignes": lignes[::-1],
    }
    return render(request, "questionnaires/formulaire.html", contexte)


@require_GET
def telecharger(request: HttpRequest, pk: int) -> FileResponse:
    """The workbook of a version, as it was imported."""
    version = une_version(request, pk)
    if version.original is None:
        raise Introuvable("Cette version n'a pas de classeur.")
    nom = version.nom_fichier or f"{version.formulaire.code}.xlsx"
    return FileResponse(version.original.fichier.open("rb"), as_attachment=True, filename=nom)


@require_http_methods(["GET", "POST"])
def apercu(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole form as an applicant would see it, with live relevance; nothing is kept: the page carries
    all that was typed.
    """
    version = une_version(request, pk)
    lu = formulaire_de(version)
    reponses = jouer(lu, request.POST) if request.method == "POST" else None
    if reponses is None:
        reponses = xlsform.valeurs_par_defaut(lu, instant=timezone.now())
    sources = sources_vides(lu, reponses, timezone.now())
    racine = Element("", GROUPE, lu.titre, enfants=lu.elements)
    noeud = dessiner(sources, racine)
    restes = len(sources.verdict.anomalies)
    contexte: dict[str, Any] = {
        "titre": f"Aperçu : {lu.titre}",
        "phrase": f"Version {version.numero}, telle que la verra un déclarant. {restes} "
        f"point{'s' if restes > 1 else ''} à compléter ou à corriger. Rien n'est enregistré.",
        "fil": [(FIL, reverse("questionnaires:formulaires")), (lu.titre, _adresse(version.formulaire_id))],
        "version": version,
        "noeud": noeud,
        "cible": reverse("questionnaires:apercu", args=[pk]),
        "apercu": True,
        "modifiable": True,
    }
    if request.method == "POST" and getattr(request, "htmx", False):
        contexte["fragments"] = fragments_demandes(request.POST, lu, noeud)
        return render(request, "questionnaires/apercu_fragments.html", contexte)
    return render(request, "questionnaires/apercu.html", contexte)


def jouer(lu: modele.Formulaire, poste: QueryDict) -> Reponses:
    """The answers that the page of a preview carries, after the button that was pressed."""
    reponses: Reponses = {}
    for cle in poste:
        if cle.startswith(TABLE):
            nombre = min(entier(str(poste[cle]).partition(":")[0]), LIGNES)
            reponses[cle.removeprefix(TABLE)] = [{} for _ in range(nombre)]
    for s in saisies_de(lu, poste):
        question = chemins.question_de(lu, s.chemin)
        if question is not None and chemins.lire_chemin(s.chemin).rang <= LIGNES:
            reponses = chemins.poser(reponses, s.chemin, canonique(question, s.valeur))
    verbe, _, chemin = poste.get("acte", "").partition(":")
    nom, _, reste = chemin.partition("[")
    rang, lignes = entier(reste.rstrip("]")), chemins.rangees(reponses, nom)
    if verbe == "ajouter" and chemins.repetition_de(lu, nom):
        reponses[nom] = [*lignes, {}][:LIGNES]
    elif verbe == "dupliquer" and 0 < rang <= len(lignes):
        reponses[nom] = [*lignes, dict(lignes[rang - 1])][:LIGNES]
    elif verbe == "retirer" and 0 < rang <= len(lignes):
        reponses[nom] = lignes[: rang - 1] + lignes[rang:]
    return reponses
