"""Files of a dossier: attachments, the printed dossier, the workbook to fill in and its return."""

import tempfile
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_http_methods

from fanal.campagnes.models import Dossier
from fanal.comptes.acces import INVISIBLE, compte, perimetre_de
from fanal.depots.actions import file_hash, keep_original
from fanal.depots.models import Original
from fanal.depots.originaux import local_copy
from fanal.interface import pdf
from fanal.moteurs import xlsform
from fanal.moteurs.xlsform.modele import Anomalie, Reponses
from fanal.questionnaires.acces import SAISIR, dossier_de, porte_de
from fanal.questionnaires.actions.saisie import canoniser, jour_caracteres, remplacer
from fanal.questionnaires.compute.differences import differences_reponses
from fanal.questionnaires.compute.phrases import situee
from fanal.questionnaires.models import PieceJointe, Reponse
from fanal.questionnaires.queries.effectifs import voit_effectifs
from fanal.questionnaires.queries.formulaires import formulaire_de
from fanal.questionnaires.queries.impression import dossier_pdf
from fanal.questionnaires.queries.lisibles import reponses_lisibles
from fanal.questionnaires.queries.verdicts import juger
from fanal.questionnaires.views.commun import VOIR, Place, brouillon_de, fichier_recu, place_de
from fanal.refus import Introuvable, Refus
from fanal.territoires.noeuds import Noeud

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SEL = "questionnaires.classeur"
DUREE = 6 * 3600


def est_declarant(request: HttpRequest, dossier: Dossier) -> bool:
    """Whether the account looks from the side that writes the dossier."""
    return perimetre_de(request, VOIR).contient(Noeud.de(dossier))


def reponse_de(dossier: Dossier, numero: int) -> Reponse:
    """The frozen answers of a version (the current one for 0). Raises Introuvable."""
    reponses = Reponse.objects.filter(version__dossier=dossier).select_related(
        "version__dossier__campagne", "formulaire__formulaire"
    )
    trouvees = (
        reponses.filter(version__numero=numero)
        if numero
        else reponses.filter(version=dossier.version_courante_id or 0)
    )
    reponse = trouvees.first()
    if reponse is None:
        raise Introuvable(INVISIBLE)
    return reponse


@require_GET
def fichier(request: HttpRequest, numero: int, piece: int) -> FileResponse:
    """An attachment; always downloaded, never shown in place. Those who instruct get what was handed in."""
    dossier = dossier_de(request, numero)
    trouvee = PieceJointe.objects.filter(dossier=dossier, pk=piece).select_related("original").first()
    if trouvee is None or not (est_declarant(request, dossier) or _deposee(dossier, trouvee)):
        raise Introuvable(INVISIBLE)
    return envoyer_piece(trouvee)


def envoyer_piece(piece: PieceJointe) -> FileResponse:
    """The attachment as a download, for any desk that has checked who asks."""
    reponse = FileResponse(piece.original.fichier.open("rb"), as_attachment=True, filename=piece.nom)
    reponse["Content-Type"] = "application/octet-stream"
    return reponse


def _deposee(dossier: Dossier, piece: PieceJointe) -> bool:
    figees = Reponse.objects.filter(version__dossier=dossier).values_list("reponses", flat=True)
    return any(piece.original.empreinte in str(r) for r in figees)


@require_GET
def imprimer(request: HttpRequest, numero: int) -> HttpResponse:
    """The dossier as a PDF: the draft for its own side, or a version (`?version=2`; 0 is the current one)."""
    dossier = dossier_de(request, numero)
    demandee = request.GET.get("version", "")
    brouillon = brouillon_de(dossier) if est_declarant(request, dossier) and not demandee else None
    source = brouillon or reponse_de(
        dossier, int(demandee) if demandee.isdecimal() and len(demandee) < 6 else 0
    )
    contenu = dossier_pdf(source, instant=timezone.now(), effectifs=voit_effectifs(request, dossier))
    return pdf.repondre(contenu, _nom(dossier))


@require_GET
def lecture(request: HttpRequest, numero: int, version: int) -> HttpResponse:
    """The answers handed in with a version, under the form they were given to."""
    dossier = dossier_de(request, numero)
    reponse = reponse_de(dossier, version)
    contexte = {
        "titre": f"Réponses, version {reponse.version.numero}",
        "phrase": f"Formulaire : {reponse.formulaire}.",
        "fil": [(dossier.campagne.titre, porte_de(dossier).adresse(dossier))],
        "dossier": dossier,
        "reponse": reponse,
        "sections": reponses_lisibles(reponse, effectifs=voit_effectifs(request, dossier)),
        "remarques": [
            situee(formulaire_de(reponse.formulaire), a["chemin"], a["phrase"]) for a in reponse.anomalies
        ],
        "versions": dossier.versions.filter(reponse__isnull=False).order_by("numero"),
    }
    return render(request, "questionnaires/lecture.html", contexte)


@require_GET
def classeur(request: HttpRequest, numero: int) -> HttpResponse:
    """The form as a workbook to fill in, with the answers of the draft."""
    place = place_de(request, numero)
    with tempfile.TemporaryDirectory(prefix="fanal-questionnaire-") as dossier:
        chemin = Path(dossier) / "classeur.xlsx"
        xlsform.ecrire_modele(place.formulaire, chemin, reponses=place.brouillon.reponses)
        contenu = chemin.read_bytes()
    reponse = HttpResponse(contenu, content_type=XLSX)
    reponse["Content-Disposition"] = f'attachment; filename="{_nom(place.dossier)}.xlsx"'
    return reponse


def _nom(dossier: Dossier) -> str:
    return slugify(f"{dossier.campagne.code} {dossier.nom_noeud}")[:80] or f"dossier-{dossier.pk}"


@require_http_methods(["GET", "POST"])
def deposer_classeur(request: HttpRequest, numero: int) -> HttpResponse:
    """A workbook filled in: first what it changes, then, confirmed, the answers themselves."""
    place = place_de(request, numero, SAISIR if request.method == "POST" else VOIR)
    contexte: dict[str, Any] = {
        "titre": "Reprendre un classeur rempli",
        "phrase": "Ce qui change est montré avant d'être enregistré. Les pièces jointes restent en place.",
        "fil": place.fil((place.formulaire.titre, place.adresse())),
        "place": place,
    }
    statut = 200
    if request.method == "POST":
        try:
            if "jeton" in request.POST:
                return _confirmer(request, place)
            with fichier_recu(request.FILES.get("fichier")) as (chemin, nom):
                contexte |= _apercu(place, chemin, nom)
        except Refus as refus:
            if refus.statut_http in {403, 404}:
                raise
            contexte["erreur"], statut = refus.phrase, 422
    return render(request, "questionnaires/classeur.html", contexte, status=statut)


def _apercu(place: Place, chemin: Path, nom: str) -> dict[str, Any]:
    lues, anomalies = lire_classeur(place, chemin)
    nouvelles = canoniser(place.formulaire, place.brouillon.reponses, lues, jour_caracteres(place.instant))
    original = keep_original(chemin=chemin, empreinte=file_hash(chemin))
    juge = juger(place.brouillon, nouvelles, place.instant)
    jeton = {"dossier": place.dossier.pk, "original": original.pk, "nom": nom[:255]}
    return {
        "nom": nom,
        "changements": differences_reponses(place.formulaire, place.brouillon.reponses, nouvelles),
        "lues": anomalies,
        "restantes": len(juge.anomalies),
        "jeton": signing.dumps({**jeton, "revision": place.brouillon.revision}, salt=SEL),
    }


def lire_classeur(place: Place, chemin: Path) -> tuple[Reponses, list[Anomalie]]:
    """The answers of a file. Raises Inutilisable when it cannot be read."""
    return xlsform.lire_reponses(chemin, place.formulaire)


def _confirmer(request: HttpRequest, place: Place) -> HttpResponse:
    try:
        jeton = signing.loads(request.POST["jeton"], salt=SEL, max_age=DUREE)
    except signing.BadSignature as faute:
        raise Refus("Cet aperçu a expiré. Déposez de nouveau le classeur : rien n'a été modifié.") from faute
    original = Original.objects.filter(pk=jeton["original"]).first()
    if jeton["dossier"] != place.dossier.pk or original is None:
        raise Refus("Cet aperçu est celui d'un autre dossier. Déposez de nouveau le classeur.")
    with local_copy(original, jeton["nom"]) as chemin:
        lues, _ = lire_classeur(place, chemin)
    remplacer(
        brouillon=place.brouillon,
        reponses=lues,
        revision=jeton["revision"],
        by=compte(request),
        instant=place.instant,
    )
    messages.success(request, "Les réponses du classeur sont enregistrées.")
    return redirect(place.adresse())
