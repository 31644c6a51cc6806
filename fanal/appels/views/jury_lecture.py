"""Reading a dossier for the jury: its answers, the grid, the draft, handing in."""

import json
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from fanal.appels.actions import jury_lectures as actions
from fanal.appels.forms_jury import LectureForm
from fanal.appels.models import LectureJury
from fanal.appels.queries.jury import Situation, grille_de, situation_de
from fanal.appels.queries.jury_espace import dossiers_visibles
from fanal.appels.rules.regles import Grille
from fanal.appels.views.commun import nom_dossier
from fanal.appels.views.jury_commun import fil_jure, mes_sieges, page_acte
from fanal.appels.views.jury_espace import ETATS_LECTURE, etat_lecture, ma_lecture
from fanal.campagnes.models import Dossier, Version
from fanal.comptes.acces import INVISIBLE, compte
from fanal.interface.actes import dire
from fanal.interface.nombres import ecrire_nombre
from fanal.questionnaires.models import PieceJointe, Reponse
from fanal.questionnaires.queries.lisibles import reponses_lisibles
from fanal.refus import Introuvable

ECHELLE_MAX = 10


@require_http_methods(["GET", "POST"])
def lecture(request: HttpRequest, numero: int) -> HttpResponse:
    """The dossier beside the grid; posting saves the draft or hands the reading in."""
    lue = ma_lecture(request, numero)
    grille = grille_de(lue.membre.appel)
    initial = {"commentaire": lue.commentaire}
    initial |= {f"note-{r}": lue.notes.get(c.code, "") for r, c in enumerate(grille.criteres)}
    form = LectureForm(
        request.POST if request.method == "POST" else None, criteres=grille.criteres, initial=initial
    )

    def agir(d: dict[str, Any]) -> HttpResponse:
        rendre = request.POST.get("geste") == "rendre"
        acte = actions.rendre if rendre else actions.enregistrer
        acte(
            lecture=lue,
            notes=form.notes(),
            commentaire=d["commentaire"],
            revision=_revision(request),
            by=compte(request),
            instant=timezone.now(),
        )
        if rendre:
            dire(request, f"Votre lecture de {nom_dossier(lue.dossier)} est rendue.")
            return redirect("appels:jury_appel", lue.membre.appel.campagne.code)
        dire(request, "Le brouillon est enregistré.")
        return redirect("appels:jury_lecture", lue.pk)

    etat = situation_de(lue.membre.appel, lue.dossier)
    contexte = _contexte(lue, etat, grille, form)
    return page_acte(request, form, agir, contexte, "appels/jury/lecture.html")


def _revision(request: HttpRequest) -> int | None:
    texte = request.POST.get("revision", "")
    return int(texte) if texte.isascii() and texte.isdigit() and len(texte) < 9 else None


def _contexte(lue: LectureJury, etat: Situation, grille: Grille, form: LectureForm) -> dict[str, Any]:
    rendue = lue.rendue_le is not None
    version = lue.version if rendue else lue.dossier.version_courante
    return {
        "titre": nom_dossier(lue.dossier),
        "phrase": _phrase(lue, etat),
        "fil": fil_jure(lue.membre),
        "lecture": lue,
        "dossier": lue.dossier,
        "etat": ETATS_LECTURE[etat_lecture(lue)],
        "criteres": echelles(grille, form),
        "revision": lue.revision,
        "autres": [a for a in etat.rendues if a.pk != lue.pk] if etat.completes else [],
        "situation": etat,
        "grille": grille,
        "perimee": rendue and lue.version_id != lue.dossier.version_courante_id,
        "ouverte": not rendue and lue.dossier.etape == "recevable",
        "avis": avis_de(lue.dossier),
        **reponses(lue.dossier, version),
    }


def avis_de(dossier: Dossier) -> list[Any]:
    """The opinions given on a dossier, without who wrote them."""
    return list(dossier.avis.only("niveau", "sens", "texte", "rendu_le", "dossier"))


def reponses(dossier: Dossier, version: Version | None) -> dict[str, Any]:
    """The answers of a version, its attachments behind the jury's own door."""
    donnees = Reponse.objects.filter(version=version).select_related("formulaire", "version__dossier").first()

    def lien(piece: PieceJointe) -> str:
        return reverse("appels:jury_piece", args=[dossier.pk, piece.pk])

    return {"sections": reponses_lisibles(donnees, lien=lien) if donnees else []}


def echelles(grille: Grille, form: LectureForm) -> list[dict[str, Any]]:
    """Each criterion with its scale, and what was typed."""
    total = sum(c.poids for c in grille.criteres)
    return [
        {
            "critere": c,
            "nom": f"note-{rang}",
            "valeur": str(form[f"note-{rang}"].value() or ""),
            "part": c.poids / total if total else None,
            "echelle": [str(n) for n in range(c.maximum + 1)] if c.maximum <= ECHELLE_MAX else [],
            "erreurs": form[f"note-{rang}"].errors,
        }
        for rang, c in enumerate(grille.criteres)
    ]


def _phrase(lue: LectureJury, etat: Situation) -> str:
    if lue.rendue_le is None:
        return "Notez chaque critère et dites pourquoi ; une lecture rendue ne change plus."
    if not etat.completes:
        return "Votre lecture est rendue. Les autres se montrent quand toutes le sont."
    return f"Moyenne des lectures : {ecrire_nombre(etat.moyenne)} ; écart : {ecrire_nombre(etat.ecart)}."


@require_GET
def dossier(request: HttpRequest, numero: int) -> HttpResponse:
    """A dossier of the sitting, for a member in the room whom no interest withdraws from it."""
    lu, membre = _dossier_visible(request, numero)
    etat = situation_de(membre.appel, lu)
    contexte = {
        "titre": nom_dossier(lu),
        "phrase": _phrase_dossier(etat),
        "fil": fil_jure(membre),
        "dossier": lu,
        "situation": etat,
        "lectures": etat.rendues if etat.completes else [],
        "avis": avis_de(lu),
        **reponses(lu, lu.version_courante),
    }
    return render(request, "appels/jury/dossier.html", contexte)


def _phrase_dossier(etat: Situation) -> str:
    if not etat.completes:
        return "Les lectures ne sont pas toutes rendues : les notes ne se montrent pas encore."
    return f"Moyenne {ecrire_nombre(etat.moyenne)} sur 100, écart {ecrire_nombre(etat.ecart)}."


def _dossier_visible(request: HttpRequest, numero: int) -> tuple[Dossier, Any]:
    for membre in mes_sieges(request):
        for lu in dossiers_visibles(membre):
            if lu.pk == numero:
                return lu, membre
    raise Introuvable(INVISIBLE)


@require_GET
def piece(request: HttpRequest, numero: int, piece: int) -> FileResponse:
    """An attachment of a dossier that the juror may open."""
    lu, _ = _dossier_visible(request, numero)
    jointe = PieceJointe.objects.filter(dossier=lu, pk=piece).select_related("original").first()
    if jointe is None or not _deposee(jointe):
        raise Introuvable(INVISIBLE)
    answer = FileResponse(jointe.original.fichier.open("rb"), as_attachment=True, filename=jointe.nom)
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _deposee(jointe: PieceJointe) -> bool:
    """Whether a deposited version holds the file: one put in a draft only is not the jury's to see."""
    deposees = Reponse.objects.filter(version__dossier=jointe.dossier_id)
    return any(jointe.original.empreinte in json.dumps(r.reponses) for r in deposees)
