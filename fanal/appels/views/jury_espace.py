"""The juror's desk: the juries, the dossiers to read, the interests declared."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from fanal.appels.actions import jury_interets as actions
from fanal.appels.actions.jury_interets import Declare
from fanal.appels.forms_jury import InteretDossierForm, InteretForm
from fanal.appels.models import LectureJury, MembreJury
from fanal.appels.queries.jury import grille_de, situations
from fanal.appels.queries.jury_espace import assise_de, lectures_visibles, pv_lisible
from fanal.appels.queries.portee import organise, un_appel
from fanal.appels.views.commun import nom_dossier
from fanal.appels.views.jury_commun import (
    GERER,
    NOTER,
    fil_jure,
    mes_sieges,
    mon_siege,
    page_acte,
)
from fanal.campagnes.rules import pluriel
from fanal.comptes.acces import INVISIBLE, compte, exiger
from fanal.interface.actes import dire
from fanal.interface.nombres import Absence, ecrire_nombre
from fanal.interface.tableaux import Colonne, Tableau, rendre
from fanal.refus import Introuvable

ETATS_LECTURE = {
    "a_lire": ("À lire", "attente"),
    "brouillon": ("En cours", "information"),
    "rendue": ("Rendue", "decide"),
    "suspendue": ("Suspendue", "neutre"),
}


@require_GET
def espace(request: HttpRequest) -> HttpResponse:
    """Every jury where the account sits."""
    exiger(request, NOTER)
    sieges = [_resume(m) for m in mes_sieges(request)]
    dues = sum(s["dues"] for s in sieges)
    contexte = {
        "titre": "Espace jury",
        "phrase": _phrase_espace(len(sieges), dues),
        "sieges": sieges,
    }
    return render(request, "appels/jury/espace.html", contexte)


def _phrase_espace(sieges: int, dues: int) -> str:
    if not sieges:
        return "Vous ne siégez dans aucun jury pour le moment."
    ou = pluriel(sieges, "jury", "jurys")
    if not dues:
        return f"Vous siégez dans {ou} ; aucune lecture ne vous attend."
    return f"{pluriel(dues, 'lecture vous attend', 'lectures vous attendent')} dans {ou}."


def _resume(membre: MembreJury) -> dict[str, Any]:
    lectures = lectures_visibles(membre)
    return {
        "membre": membre,
        "campagne": membre.appel.campagne,
        "dues": sum(etat_lecture(lecture) in {"a_lire", "brouillon"} for lecture in lectures),
        "rendues": sum(lecture.rendue_le is not None for lecture in lectures),
        "declaree": membre.declaration_le,
        "assise": assise_de(membre),
    }


def etat_lecture(lecture: LectureJury) -> str:
    """A key of `ETATS_LECTURE`."""
    if lecture.rendue_le is not None:
        return "rendue"
    if lecture.dossier.etape != "recevable":
        return "suspendue"
    return "brouillon" if lecture.notes or lecture.commentaire else "a_lire"


@require_GET
def appel(request: HttpRequest, code: str) -> HttpResponse:
    """The readings of the account in a call; the organiser goes to its own desk."""
    if not any(m.appel.campagne.code == code for m in mes_sieges(request)):
        conduit = un_appel(request, code)
        if organise(request, conduit, GERER):
            return redirect("appels:jury_conduite", code)
    membre = mon_siege(request, code)
    if membre.declaration_le is None:
        return redirect("appels:jury_interets", code)
    lectures = lectures_visibles(membre)
    visibles = {e.dossier.pk: e for e in situations(membre.appel, [lec.dossier for lec in lectures])}
    dues = sum(etat_lecture(lecture) in {"a_lire", "brouillon"} for lecture in lectures)
    assise = assise_de(membre)
    contexte = {
        "titre": membre.appel.campagne.titre,
        "phrase": _phrase_lectures(len(lectures), dues),
        "fil": fil_jure(),
        "membre": membre,
        "assise": assise,
        "proces_verbaux": [
            s
            for s in membre.appel.seances.filter(close_le__isnull=False, proces_verbal__isnull=False)
            if pv_lisible(membre, s)
        ],
        "lectures": Tableau(
            "lectures",
            [
                Colonne(
                    "dossier", "Dossier", "lien", valeur=lambda lec: nom_dossier(lec.dossier), lien=_lien
                ),
                Colonne("etat", "Lecture", "etat", valeur=etat_lecture, etats=ETATS_LECTURE, choix=True),
                Colonne(
                    "total",
                    "Mon total sur 100",
                    "nombre",
                    decimales=3,
                    absence=Absence.NON_RENSEIGNE,
                    valeur=lambda lec: lec.total,
                ),
                Colonne("autres", "Autres lectures", valeur=lambda lec: autres(visibles[lec.dossier_id])),
                Colonne("confiee_le", "Confiée le", "date", valeur=lambda lec: lec.confiee_le.date()),
            ],
            lectures,
            titre="Mes lectures",
            vide="Aucun dossier ne vous est confié pour le moment.",
        ),
        "grille": grille_de(membre.appel),
    }
    return rendre(request, "appels/jury/appel.html", contexte)


def autres(etat: Any) -> str:
    """What a reader knows of the other readings: nothing but their number until all are in."""
    if not etat.completes:
        return "pas encore lisibles"
    return f"moyenne {ecrire_nombre(etat.moyenne)}, écart {ecrire_nombre(etat.ecart)}"


def _lien(lecture: LectureJury) -> str:
    return reverse("appels:jury_lecture", args=[lecture.pk])


def _phrase_lectures(nombre: int, dues: int) -> str:
    if not nombre:
        return "Aucun dossier ne vous est confié pour le moment."
    if not dues:
        return f"Vous avez rendu {pluriel(nombre, 'votre lecture', 'vos lectures')}."
    return f"{pluriel(dues, 'lecture vous attend', 'lectures vous attendent')} sur {nombre}."


@require_http_methods(["GET", "POST"])
def interets(request: HttpRequest, code: str) -> HttpResponse:
    """Declare interests, even to say there are none; the first declaration opens the dossiers."""
    membre = mon_siege(request, code)
    aucun = request.method == "POST" and request.POST.get("aucun") == "1"
    form = InteretForm(request.POST if request.method == "POST" and not aucun else None)

    def agir(d: dict[str, Any]) -> HttpResponse:
        siens = [] if aucun else [_declare(d)]
        retirees = actions.declarer(membre=membre, interets=siens, by=compte(request), instant=timezone.now())
        dire(request, _suite(aucun, len(retirees)))
        return redirect("appels:jury_appel" if aucun else "appels:jury_interets", code)

    if aucun:
        return agir({})
    campagne = membre.appel.campagne
    declares = list(membre.interets.select_related("dossier", "ght", "etablissement"))
    contexte = {
        "titre": "Mes intérêts",
        "phrase": _phrase_interets(membre, sum(i.leve_le is None for i in declares)),
        "fil": fil_jure(membre)[: 2 if membre.declaration_le else 1],
        "campagne": campagne,
        "membre": membre,
        "interets": [(i, objet_de(i)) for i in declares],
        "retour": reverse("appels:jury_appel", args=[code]),
    }
    return page_acte(request, form, agir, contexte, "appels/jury/interets.html")


def _declare(d: dict[str, Any]) -> Declare:
    return Declare(
        d["nature"],
        ght=d["ght"],
        etablissement=d["finess"],
        fournisseur=d["fournisseur"],
        precision=d["precision"],
    )


def _suite(aucun: bool, retirees: int) -> str:
    dit = "Votre déclaration est enregistrée." if aucun else "Cet intérêt est déclaré."
    if retirees:
        dit += f" {pluriel(retirees, 'lecture vous est retirée', 'lectures vous sont retirées')}."
    return dit


def _phrase_interets(membre: MembreJury, actifs: int) -> str:
    if membre.declaration_le is None:
        return (
            "Avant d'ouvrir un dossier, dites si un lien vous attache à un déclarant ou à un fournisseur. "
            "Les dossiers concernés ne vous seront pas confiés."
        )
    if not actifs:
        return "Vous avez déclaré n'avoir aucun intérêt. Ajoutez-en un dès que vous en découvrez un."
    declares = pluriel(actifs, "intérêt déclaré", "intérêts déclarés")
    return f"{declares} ; les dossiers concernés vous sont fermés."


def objet_de(interet: Any) -> str:
    """What an interest is about, in words."""
    if interet.dossier_id:
        return f"Dossier {interet.dossier_id}"
    if interet.ght_id:
        return f"GHT {interet.ght}"
    if interet.etablissement_id:
        return str(interet.etablissement)
    return f"Fournisseur {interet.fournisseur}"


@require_http_methods(["GET", "POST"])
def interet_du_dossier(request: HttpRequest, numero: int) -> HttpResponse:
    """Declare an interest with a dossier that was entrusted: it is withdrawn at once."""
    lecture = ma_lecture(request, numero)
    form = InteretDossierForm(request.POST if request.method == "POST" else None)
    code = lecture.membre.appel.campagne.code

    def agir(d: dict[str, Any]) -> HttpResponse:
        interet = Declare(d["nature"], dossier=lecture.dossier, precision=d["precision"])
        actions.declarer(
            membre=lecture.membre, interets=[interet], by=compte(request), instant=timezone.now()
        )
        dire(
            request,
            "Votre intérêt est déclaré. Ce dossier ne vous est plus confié ; un autre lecteur le reprend.",
        )
        return redirect("appels:jury_appel", code)

    contexte = {
        "titre": "Déclarer un intérêt avec ce dossier",
        "phrase": f"{nom_dossier(lecture.dossier)} : le dossier vous sera fermé, et la note que vous auriez "
        "déjà rendue ne comptera plus.",
        "fil": [*fil_jure(lecture.membre), (nom_dossier(lecture.dossier), _lien(lecture))],
        "bouton": "Déclarer cet intérêt",
        "danger": True,
        "retour": _lien(lecture),
    }
    return page_acte(request, form, agir, contexte)


def ma_lecture(request: HttpRequest, numero: int) -> LectureJury:
    """A reading of the account that no interest hides. Raises Introuvable."""
    for membre in mes_sieges(request):
        for lecture in lectures_visibles(membre):
            if lecture.pk == numero:
                lecture.membre = membre
                return lecture
    raise Introuvable(INVISIBLE)
