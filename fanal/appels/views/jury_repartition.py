"""Who reads what: the dealing shown before it is done, and changes by hand."""

from collections import Counter
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from fanal.appels.actions import jury_lectures as actions
from fanal.appels.forms_jury import GraineForm, LecteurForm, MotifForm
from fanal.appels.models import Appel, LectureJury, MembreJury
from fanal.appels.queries.jury import Situation, actifs, dossiers_du_jury, grille_de, situation_de
from fanal.appels.queries.jury_interets import retraits
from fanal.appels.queries.jury_partage import Apercu, apercu
from fanal.appels.views.commun import nom_dossier
from fanal.appels.views.jury_commun import (
    appel_du_jury,
    contexte_conduite,
    fil_conduite,
    page_acte,
    refuser,
)
from fanal.appels.views.jury_espace import ETATS_LECTURE, etat_lecture
from fanal.campagnes.models import Dossier
from fanal.campagnes.rules import pluriel
from fanal.comptes.acces import INVISIBLE, compte
from fanal.interface.actes import dire
from fanal.interface.tableaux import Colonne, Tableau, rendre
from fanal.refus import Introuvable, Refus


@require_http_methods(["GET", "POST"])
def repartition(request: HttpRequest, code: str) -> HttpResponse:
    """The readings that would be given, then given as shown."""
    appel = appel_du_jury(request, code)
    if request.method == "POST":
        return _confier(request, appel)
    form = GraineForm(request.GET if "graine" in request.GET else None)
    graine = form.cleaned_data["graine"] if form.is_bound and form.is_valid() else ""
    prevu = apercu(appel, graine)
    contexte = contexte_conduite(request, appel, "jury_conduite") | {
        "titre": "Confier les lectures",
        "phrase": _phrase(prevu),
        "fil": fil_conduite(appel),
        "form": form if form.is_bound else GraineForm(initial={"graine": prevu.graine}),
        "prevu": prevu,
        "grille": grille_de(appel),
        "charges": _charges(prevu),
        "lectures": _tableau(prevu),
        "manques": [(nom_dossier(prevu.etats[pk].dossier), n) for pk, n in prevu.partage.manques.items()],
    }
    return rendre(request, "appels/jury/repartition.html", contexte)


def _confier(request: HttpRequest, appel: Appel) -> HttpResponse:
    code = appel.campagne.code
    graine = request.POST.get("graine", "")[:80]
    try:
        faites = actions.confier_lot(
            appel=appel,
            graine=graine,
            empreinte=request.POST.get("empreinte", ""),
            by=compte(request),
            instant=timezone.now(),
        )
    except Refus as refus:
        refuser(request, refus)
        return redirect("appels:jury_repartition", code)
    dire(request, f"{pluriel(len(faites), 'lecture est confiée', 'lectures sont confiées')}.")
    return redirect("appels:jury_conduite", code)


def _phrase(prevu: Apercu) -> str:
    nombre = len(prevu.partage.nouvelles)
    if not prevu.membres:
        return "Aucun membre n'a encore déclaré ses intérêts : aucune lecture ne peut être confiée."
    if not nombre:
        return "Il n'y a aucune lecture à confier."
    charges = list(prevu.partage.charges.values())
    bornes = f"{min(charges)}" if min(charges) == max(charges) else f"{min(charges)} à {max(charges)}"
    return (
        f"{pluriel(nombre, 'lecture serait confiée', 'lectures seraient confiées')} à "
        f"{pluriel(len(prevu.membres), 'membre', 'membres')} ; chacun en aurait {bornes} en tout."
    )


def _charges(prevu: Apercu) -> list[tuple[str, int, int]]:
    nouvelles = Counter(membre for _, membre in prevu.partage.nouvelles)
    return [
        (str(m.utilisateur), nouvelles[pk], prevu.partage.charges.get(pk, 0))
        for pk, m in prevu.membres.items()
    ]


def _tableau(prevu: Apercu) -> Tableau:
    return Tableau(
        "repartition",
        [
            Colonne("dossier", "Dossier", valeur=lambda p: nom_dossier(prevu.etats[p[0]].dossier)),
            Colonne("lecteur", "Lecteur proposé", valeur=lambda p: str(prevu.membres[p[1]].utilisateur)),
        ],
        list(prevu.partage.nouvelles),
        titre="Lectures proposées",
        vide="Aucune lecture à confier.",
    )


def _dossier(appel: Appel, numero: int) -> Dossier:
    trouve = dossiers_du_jury(appel).filter(pk=numero).first()
    if trouve is None:
        raise Introuvable(INVISIBLE)
    return trouve


@require_http_methods(["GET", "POST"])
def lecteurs(request: HttpRequest, code: str, numero: int) -> HttpResponse:
    """The readings of a dossier with their readers; giving it to one more."""
    appel = appel_du_jury(request, code)
    dossier = _dossier(appel, numero)
    etat = situation_de(appel, dossier)
    permis = _permis(appel, etat)
    form = LecteurForm(request.POST if request.method == "POST" else None, membres=permis)

    def agir(d: dict[str, Any]) -> HttpResponse:
        actions.confier(
            appel=appel,
            dossier=dossier,
            membre=d["membre"],
            motif=d["motif"],
            by=compte(request),
            instant=timezone.now(),
        )
        dire(request, f"{d['membre'].utilisateur} lira ce dossier.")
        return redirect("appels:jury_lecteurs", code, numero)

    contexte = {
        "titre": nom_dossier(dossier),
        "phrase": _phrase_dossier(etat),
        "fil": fil_conduite(appel),
        "dossier": dossier,
        "code": code,
        "situation": etat,
        "grille": grille_de(appel),
        "lectures": [_ligne(lecture, etat) for lecture in etat.lectures],
        "retirees": etat.retirees,
        "permis": permis,
        "ecartes": _ecartes(appel, dossier),
    }
    return page_acte(request, form, agir, contexte, "appels/jury/lecteurs.html")


def _phrase_dossier(etat: Situation) -> str:
    rendues = len(etat.rendues)
    dit = f"{rendues} lecture{'s' if rendues > 1 else ''} rendue{'s' if rendues > 1 else ''}"
    dit += f" sur {max(etat.prevues, len(etat.lectures))} attendues"
    if etat.alerte:
        return f"{dit} ; l'écart demande une discussion en séance ou une lecture de plus."
    return f"{dit}."


def _ligne(lecture: LectureJury, etat: Situation) -> dict[str, Any]:
    return {
        "lecture": lecture,
        "etat": ETATS_LECTURE[etat_lecture(lecture)],
        "notes": [lecture.notes.get(c.code) if lecture.rendue_le else None for c in etat.grille.criteres],
        "perimee": lecture.rendue_le and lecture.version_id != etat.dossier.version_courante_id,
    }


def _permis(appel: Appel, etat: Situation) -> list[MembreJury]:
    """The members who may be given the dossier."""
    exclus = retraits(appel, [etat.dossier])
    lisent = {lecture.membre_id for lecture in etat.lectures}
    return [
        m
        for m in actifs(appel)
        if m.declaration_le and m.pk not in lisent and not exclus.concerne(m.pk, etat.dossier.pk)
    ]


def _ecartes(appel: Appel, dossier: Dossier) -> list[str]:
    """The members whom an interest keeps from the dossier."""
    exclus = retraits(appel, [dossier])
    return [str(m.utilisateur) for m in actifs(appel) if exclus.concerne(m.pk, dossier.pk)]


@require_http_methods(["GET", "POST"])
def retirer(request: HttpRequest, code: str, numero: int) -> HttpResponse:
    """Withdraw a reading that is not handed in."""
    appel = appel_du_jury(request, code)
    lecture = LectureJury.objects.filter(pk=numero, membre__appel=appel)
    lue = lecture.select_related("membre__utilisateur", "membre__appel", "dossier").first()
    if lue is None:
        raise Introuvable(INVISIBLE)
    retour = reverse("appels:jury_lecteurs", args=[code, lue.dossier_id])

    def agir(d: dict[str, Any]) -> HttpResponse:
        actions.retirer(lecture=lue, motif=d["motif"], by=compte(request), instant=timezone.now())
        dire(request, "La lecture est retirée. Confiez ce dossier à un autre membre.")
        return redirect(retour)

    contexte = {
        "titre": f"Retirer la lecture de {lue.membre.utilisateur}",
        "phrase": f"{nom_dossier(lue.dossier)} : ce qui est écrit est gardé, et ne compte plus.",
        "fil": fil_conduite(appel),
        "bouton": "Retirer la lecture",
        "danger": True,
        "retour": retour,
    }
    return page_acte(request, MotifForm(request.POST or None), agir, contexte)
