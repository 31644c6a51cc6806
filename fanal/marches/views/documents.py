"""Papers of a contract: attaching, fetching, and the list of those that may leave."""

import tempfile
from pathlib import Path

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from fanal.comptes.acces import INVISIBLE, compte, exiger, perimetre_de
from fanal.comptes.rules import check_permission
from fanal.interface.tableaux import Colonne, Tableau, rendre
from fanal.marches.actions import documents as actions
from fanal.marches.forms_vie import DocumentForm, EliminationForm
from fanal.marches.models import Elimination, VersionDocument
from fanal.marches.queries.conservation import AEliminer, a_eliminer, echeances_de
from fanal.marches.rules.conservation import check_eliminer
from fanal.marches.views.contexte import Contexte, contexte_de
from fanal.refus import Interdit, Introuvable, Refus
from fanal.territoires.noeuds import Noeud

GERER = "marche.gerer"
DOSSIERS = {str(code): (str(mot), "attente") for code, mot in Elimination.Dossier.choices}


def gerant(request: HttpRequest, pk: int) -> Contexte:
    """The contract before an account that manages it. Raises Introuvable, Interdit."""
    c = contexte_de(request, pk)
    check_permission(perimetre_de(request, GERER), Noeud.de(c.marche), GERER)
    return c


@require_http_methods(["GET", "POST"])
def joindre(request: HttpRequest, pk: int) -> HttpResponse:
    """Attach a file to the contract."""
    c = gerant(request, pk)
    posted = request.method == "POST"
    form = DocumentForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        initial={"verrou": c.marche.verrou},
    )
    if posted and form.is_valid():
        file: UploadedFile = form.cleaned_data["fichier"]
        try:
            with tempfile.TemporaryDirectory(prefix="fanal-document-") as folder:
                path = Path(folder) / "document"
                with path.open("wb") as copy:
                    for chunk in file.chunks():
                        copy.write(chunk)
                actions.joindre(
                    marche=c.marche,
                    genre=form.cleaned_data["genre"],
                    titre=form.cleaned_data["titre"],
                    chemin=path,
                    nom_fichier=file.name or "",
                    by=compte(request),
                    instant=c.instant,
                )
        except Refus as refus:
            form.add_error(None, refus.phrase)
        else:
            messages.success(request, "Le document est joint au marché.")
            return redirect(f"{reverse('marches:marche', args=[pk])}#documents")
    contexte = {
        "titre": "Joindre un document",
        "phrase": "Le fichier est gardé tel quel, avec son empreinte. Le même titre ajoute une version.",
        "fil": _fil(c),
        "marche": c.marche,
        "form": form,
        "bouton": "Joindre",
    }
    return render(request, "marches/formulaire.html", contexte, status=409 if form.errors else 200)


@require_GET
def document(request: HttpRequest, pk: int, version: int) -> FileResponse:
    """A file of the contract, as it was attached; always downloaded, never shown in place."""
    c = contexte_de(request, pk)
    if not c.voit_les_pieces:
        raise Interdit(
            "Les pièces d'un marché portent des prix et des offres : elles se lisent avec le droit de voir "
            "les prix unitaires, dans le GHT qui gère le marché ou l'établissement qui l'exécute."
        )
    found = (
        VersionDocument.objects.filter(document__marche=c.marche, pk=version)
        .select_related("original")
        .first()
    )
    if found is None:
        raise Introuvable(INVISIBLE)
    answer = FileResponse(found.original.fichier.open("rb"), as_attachment=True, filename=found.nom_fichier)
    answer["Content-Type"] = "application/octet-stream"
    return answer


@require_GET
def conservation(request: HttpRequest) -> HttpResponse:
    """The files of contracts that have reached the end of their retention."""
    held = exiger(request, GERER)
    today = timezone.localdate()
    rows = a_eliminer(held, today)
    n = len(rows)
    table = Tableau(
        nom="conservation",
        titre="Dossiers au terme de leur conservation",
        lignes=rows,
        vide="Aucun dossier n'est au terme de sa conservation.",
        colonnes=[
            Colonne(
                "identifiant", "Marché", "lien", valeur=lambda x: x.marche.identifiant, lien=_url_eliminer
            ),
            Colonne("objet", "Objet", valeur=lambda x: x.marche.objet),
            Colonne("dossier", "Dossier", "etat", etats=DOSSIERS, choix=True),
            Colonne("depuis", "À éliminer depuis le", "date"),
        ],
    )
    many = "dossiers de marchés sont" if n > 1 else "dossier de marché est"
    contexte = {
        "titre": "Conservation des marchés",
        "phrase": f"{n or 'Aucun'} {many} au terme de {'leur' if n > 1 else 'sa'} conservation. "
        "Rien ne part sans le visa du service d'archives.",
        "tableau": table,
    }
    return rendre(request, "marches/liste_simple.html", contexte)


def _url_eliminer(row: AEliminer) -> str:
    return reverse("marches:eliminer", args=[row.marche.pk, row.dossier])


@require_http_methods(["GET", "POST"])
def eliminer(request: HttpRequest, pk: int, dossier: str) -> HttpResponse:
    """Record the visa and let the papers of one file go."""
    c = gerant(request, pk)
    if dossier not in DOSSIERS:
        raise Introuvable(INVISIBLE)
    due = echeances_de(c.marche, c.today)[dossier]
    reason = ""
    try:
        done = Elimination.objects.filter(marche=c.marche, dossier=dossier).exists()
        check_eliminer(due=due, deja=done, le=c.today, visa=None, visa_le=None)
    except Refus as refus:
        reason = refus.phrase
    posted = request.method == "POST"
    form = EliminationForm(request.POST if posted else None, initial={"verrou": c.marche.verrou})
    if posted and form.is_valid():
        try:
            actions.eliminer(
                marche=c.marche,
                dossier=dossier,
                by=compte(request),
                instant=c.instant,
                **form.cleaned_data,
            )
        except Refus as refus:
            form.add_error(None, refus.phrase)
        else:
            messages.success(request, "C'est fait : le visa est inscrit au journal.")
            return redirect("marches:conservation")
    contexte = {
        "titre": f"Éliminer ou verser : {DOSSIERS[dossier][0].lower()}",
        "phrase": reason or "Les fichiers de ce dossier quitteront Fanal. Le marché et le journal restent.",
        "fil": [*_fil(c), ("Conservation", reverse("marches:conservation"))],
        "marche": c.marche,
        "form": form,
        "raison": reason,
        "bouton": "Enregistrer le visa et éliminer",
    }
    return render(request, "marches/formulaire.html", contexte, status=409 if form.errors else 200)


def _fil(c: Contexte) -> list[tuple[str, str]]:
    return [
        ("Marchés", reverse("marches:portefeuille")),
        (c.marche.identifiant, reverse("marches:marche", args=[c.marche.pk])),
    ]
