"""The builder of calls: those one organises, a new one, and what is missing before it opens."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fanal.appels.actions import appels as actions
from fanal.appels.actions.modeles import creer_depuis
from fanal.appels.forms_gestion import AppelForm, ProlongerForm, RetirerForm, TextesForm
from fanal.appels.models import Appel
from fanal.appels.queries.appels import ETATS, etat_appel
from fanal.appels.queries.modeles import modeles
from fanal.appels.queries.portee import un_appel
from fanal.appels.queries.preparation import manques
from fanal.appels.views.commun import contexte_appel, fil_appel, fil_appels, url_appel
from fanal.appels.views.publics import organisateur
from fanal.campagnes.rules import pluriel
from fanal.campagnes.temps import instant_fr
from fanal.comptes.acces import compte, exiger
from fanal.comptes.perimetre import Perimetre
from fanal.interface.tableaux import Colonne, Tableau, rendre
from fanal.refus import Refus
from fanal.territoires.models import Region
from fanal.territoires.noeuds import NATIONAL, Noeud

GERER = "appel.gerer"


@require_GET
def gestion(request: HttpRequest) -> HttpResponse:
    """The calls that the account organises."""
    perimetre = exiger(request, GERER)
    instant = timezone.now()
    siens = list(
        Appel.objects.filter(perimetre.dossiers_q())
        .select_related("campagne", "formulaire", "region")
        .order_by("-campagne__ouverture")
    )
    prets = sum(a.etat == Appel.Etat.PREPARATION for a in siens)
    contexte = {
        "titre": "Préparer et régler les appels",
        "phrase": f"{pluriel(len(siens), 'appel', 'appels')}, {prets} en préparation."
        if siens
        else "Aucun appel n'est encore préparé.",
        "fil": fil_appels(),
        "appels": Tableau(
            nom="appels",
            titre="Appels organisés",
            lignes=siens,
            vide="Aucun appel. Préparez le premier.",
            colonnes=[
                Colonne("titre", "Appel", "lien", valeur=lambda a: a.campagne.titre, lien=url_reglages),
                Colonne("organisateur", "Organisateur", valeur=organisateur, choix=True),
                Colonne(
                    "etat", "État", "etat", valeur=lambda a: etat_appel(a, instant), etats=ETATS, choix=True
                ),
                Colonne("cloture", "Clôture", valeur=lambda a: instant_fr(a.campagne.cloture)),
                Colonne("dossiers", "Dossiers", "entier", valeur=lambda a: a.campagne.dossiers.count()),
            ],
        ),
    }
    return rendre(request, "appels/gestion.html", contexte)


def url_reglages(appel: Appel) -> str:
    return reverse("appels:reglages", args=[appel.campagne.code])


def organisateurs(perimetre: Perimetre) -> list[Noeud]:
    """The nodes on which the account may organise a call."""
    if perimetre.national:
        return [NATIONAL, *(Noeud("region", r) for r in Region.objects.order_by("nom"))]
    return [Noeud("region", r) for r in Region.objects.filter(pk__in=perimetre.regions).order_by("nom")]


@require_http_methods(["GET", "POST"])
def nouveau(request: HttpRequest) -> HttpResponse:
    """A new call, in preparation: nobody sees it before it is published."""
    noeuds = organisateurs(exiger(request, GERER))
    form = AppelForm(
        request.POST if request.method == "POST" else None,
        noeuds=noeuds,
        modeles=list(modeles().values()),
        initial={"annee": timezone.localdate().year, "modele": request.GET.get("modele", "")},
    )
    if request.method == "POST" and form.is_valid():
        appel = _creer(request, form)
        if appel is not None:
            messages.success(
                request, "L'appel est créé. Il n'est visible que de vous tant qu'il n'est pas publié."
            )
            return redirect(url_reglages(appel))
    contexte = {
        "titre": "Préparer un appel",
        "phrase": "L'appel reste en préparation jusqu'à ce que vous le publiiez.",
        "fil": [*fil_appels(), ("Préparer et régler", reverse("appels:gestion"))],
        "form": form,
        "bouton": "Créer l'appel",
        "possible": True,
        "retour": reverse("appels:gestion"),
    }
    return render(request, "appels/formulaire.html", contexte, status=422 if form.errors else 200)


def _creer(request: HttpRequest, form: AppelForm) -> Appel | None:
    c = form.cleaned_data
    champs: dict[str, Any] = {
        "noeud": form.noeuds[c["organisateur"]],
        "code": c["code"],
        "titre": c["titre"],
        "annee": c["annee"],
        "resume": c["resume"],
        "ouverture": c["ouverture"],
        "cloture": c["cloture"],
        "correction_jusqu_au": c["correction_jusqu_au"],
        "by": compte(request),
        "instant": timezone.now(),
    }
    try:
        return creer_depuis(modele=c["modele"], **champs) if c["modele"] else actions.creer(**champs)
    except Refus as refus:
        form.add_error(None, refus.phrase)
        return None


@require_GET
def reglages(request: HttpRequest, code: str) -> HttpResponse:
    """What is set, what is missing, what can be done."""
    appel = un_appel(request, code, GERER)
    instant = timezone.now()
    restent = manques(appel, instant) if appel.etat == Appel.Etat.PREPARATION else []
    etat = etat_appel(appel, instant)
    contexte = contexte_appel(request, appel) | {
        "titre": f"Régler : {appel.campagne.titre}",
        "phrase": _phrase(appel, restent),
        "fil": fil_appel(appel),
        "etat": ETATS[etat],
        "manques": restent,
        "preparation": appel.etat == Appel.Etat.PREPARATION,
        "retire": appel.etat == Appel.Etat.RETIRE,
        "documents": appel.documents.all(),
        "invites": appel.campagne.repondants.count(),
        "dates": [
            ("Ouverture", instant_fr(appel.campagne.ouverture)),
            ("Clôture", instant_fr(appel.campagne.cloture)),
            ("Compléments jusqu'au", instant_fr(appel.campagne.correction_jusqu_au)),
        ],
    }
    return render(request, "appels/reglages.html", contexte)


def _phrase(appel: Appel, restent: list[str]) -> str:
    if appel.etat == Appel.Etat.RETIRE:
        return "Cet appel est retiré : il ne reçoit plus de dossier."
    if appel.etat == Appel.Etat.OUVERT:
        return "Cet appel est publié. Changer son formulaire ou ses règles demande un motif."
    if restent:
        return f"{pluriel(len(restent), 'point manque', 'points manquent')} avant de pouvoir publier."
    return "Tout est prêt : vous pouvez publier l'appel."


@require_POST
def publier(request: HttpRequest, code: str) -> HttpResponse:
    """Publish the call."""
    appel = un_appel(request, code, GERER)
    try:
        actions.publier(appel=appel, by=compte(request), instant=timezone.now())
    except Refus as refus:
        messages.error(request, refus.phrase)
        return redirect(url_reglages(appel))
    messages.success(request, "L'appel est publié.")
    return redirect(url_appel(appel))


@require_http_methods(["GET", "POST"])
def retirer(request: HttpRequest, code: str) -> HttpResponse:
    """Withdraw the call, with a reason."""
    appel = un_appel(request, code, GERER)
    form = RetirerForm(request.POST if request.method == "POST" else None)
    return _acte(
        request,
        appel,
        form,
        lambda c: actions.retirer(appel=appel, motif=c["motif"], by=compte(request), instant=timezone.now()),
        titre="Retirer l'appel",
        phrase="Plus aucun dossier ne pourra être déposé. Les dossiers reçus sont gardés.",
        fait="L'appel est retiré.",
    )


@require_http_methods(["GET", "POST"])
def dates(request: HttpRequest, code: str) -> HttpResponse:
    """Move the windows, with a reason."""
    appel = un_appel(request, code, GERER)
    campagne = appel.campagne
    noms = ("ouverture", "cloture", "correction_jusqu_au")
    form = ProlongerForm(
        request.POST if request.method == "POST" else None,
        initial={nom: getattr(campagne, nom) for nom in noms},
    )
    return _acte(
        request,
        appel,
        form,
        lambda c: actions.regler_dates(
            appel=appel,
            ouverture=c["ouverture"],
            cloture=c["cloture"],
            correction_jusqu_au=max(c["correction_jusqu_au"] or c["cloture"], c["cloture"]),
            motif=c["motif"],
            by=compte(request),
            instant=timezone.now(),
        ),
        titre="Changer les dates",
        phrase="Le motif est inscrit au journal. Un dossier déjà marqué en retard le reste.",
        fait="Les dates sont changées.",
    )


@require_http_methods(["GET", "POST"])
def textes(request: HttpRequest, code: str) -> HttpResponse:
    """What the page of the call says."""
    appel = un_appel(request, code, GERER)
    initial = {"titre": appel.campagne.titre} | {
        n: getattr(appel, n) for n in ("resume", "presentation", "public")
    }
    form = TextesForm(request.POST if request.method == "POST" else None, initial=initial)
    return _acte(
        request,
        appel,
        form,
        lambda c: actions.modifier(appel=appel, by=compte(request), instant=timezone.now(), **c),
        titre="Écrire la page de l'appel",
        phrase="Ce que liront les déclarants.",
        fait="La page de l'appel est changée.",
    )


def _acte(
    request: HttpRequest,
    appel: Appel,
    form: Any,
    agir: Any,
    *,
    titre: str,
    phrase: str,
    fait: str,
    multipart: bool = False,
) -> HttpResponse:
    """A form that changes the call: done, back to its settings; refused, the sentence above the form."""
    if request.method == "POST" and form.is_valid():
        try:
            agir(form.cleaned_data)
        except Refus as refus:
            form.add_error(None, refus.phrase)
        else:
            messages.success(request, fait)
            return redirect(url_reglages(appel))
    contexte = {
        "titre": titre,
        "phrase": phrase,
        "fil": [*fil_appel(appel), ("Régler", url_reglages(appel))],
        "form": form,
        "bouton": "Enregistrer",
        "possible": True,
        "multipart": multipart,
        "retour": url_reglages(appel),
    }
    return render(request, "appels/formulaire.html", contexte, status=422 if form.errors else 200)
