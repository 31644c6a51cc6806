"""The applicant's side: its dossiers, one of them, and the acts on it."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from fanal.appels import volets
from fanal.appels.actions import candidatures as actions
from fanal.appels.forms import CommencerForm, MotifForm
from fanal.appels.models import Appel
from fanal.appels.queries.appels import regles_de
from fanal.appels.queries.declarants import declarants_possibles
from fanal.appels.queries.enveloppes import tel_que_vu
from fanal.appels.queries.etat_dossier import (
    constats_prevus,
    constats_vus,
    marches,
    phrase_dossier,
    place_de,
)
from fanal.appels.queries.historique import historique_vu
from fanal.appels.queries.partage import consentements_donnes
from fanal.appels.queries.portee import candidature_de, candidatures, est_declarant
from fanal.appels.reponses import verdict
from fanal.appels.rules import candidatures as rules
from fanal.appels.types_campagne import DEPOSER, ETAPES, SAISIR
from fanal.appels.views.commun import (
    appel_lisible,
    fil_appel,
    fil_appels,
    fil_dossier,
    nom_dossier,
    url_appel,
    url_dossier,
)
from fanal.appels.views.possibles import Possible
from fanal.campagnes.models import Dossier
from fanal.campagnes.queries.dossiers import versions_du_dossier
from fanal.campagnes.rules import is_after, pluriel
from fanal.campagnes.temps import instant_fr, local_day
from fanal.comptes.acces import compte, exiger, perimetre_de
from fanal.interface.tableaux import Colonne, Tableau, rendre
from fanal.moteurs.xlsform.modele import Verdict
from fanal.questionnaires.models import Reponse
from fanal.refus import Refus
from fanal.territoires.noeuds import Noeud

ETATS_ETAPES = {
    e.code: (e.titre, ton)
    for e, ton in zip(
        ETAPES,
        (
            "attente",
            "information",
            "attention",
            "refus",
            "information",
            "decide",
            "attente",
            "neutre",
            "neutre",
        ),
        strict=True,
    )
}


@require_GET
def mes_dossiers(request: HttpRequest) -> HttpResponse:
    """The dossiers of the account's own territory, those that wait for something first."""
    siens = exiger(request, "candidature.voir")
    lus = candidatures(request).filter(siens.dossiers_q()).order_by("campagne__cloture", "pk")
    vus = [tel_que_vu(d) for d in lus]
    ordre = {e.code: i for i, e in enumerate(ETAPES)}
    vus.sort(key=lambda d: (d.etape not in ("brouillon", "incomplet"), d.campagne.cloture, ordre[d.etape]))
    a_faire = sum(d.etape in ("brouillon", "incomplet") for d in vus)
    contexte = {
        "titre": "Mes dossiers",
        "phrase": _phrase_dossiers(len(vus), a_faire),
        "fil": fil_appels(),
        "dossiers": _table(vus),
    }
    return rendre(request, "appels/mes_dossiers.html", contexte)


def _phrase_dossiers(nombre: int, a_faire: int) -> str:
    if not nombre:
        return "Aucun dossier n'est commencé. Choisissez un appel ouvert pour y répondre."
    attente = "aucun n'attend de dépôt" if not a_faire else f"{a_faire} à déposer"
    return f"{pluriel(nombre, 'dossier', 'dossiers')}, {attente}."


def _table(vus: list[Dossier]) -> Tableau:
    return Tableau(
        nom="dossiers",
        titre="Dossiers",
        lignes=vus,
        vide="Aucun dossier.",
        cle_ligne=lambda d: str(d.pk),
        colonnes=[
            Colonne("dossier", "Dossier", "lien", valeur=nom_dossier, lien=url_dossier),
            Colonne("appel", "Appel", valeur=lambda d: d.campagne.titre, choix=True),
            Colonne("etape", "Étape", "etat", valeur=lambda d: d.etape, etats=ETATS_ETAPES, choix=True),
            Colonne("depuis", "Depuis le", "date", valeur=lambda d: local_day(d.etape_depuis)),
            Colonne("cloture", "Clôture", valeur=lambda d: instant_fr(d.campagne.cloture)),
            Colonne("retard", "Retard", valeur=lambda d: "En retard" if d.en_retard else "", visible=False),
        ],
    )


@require_http_methods(["GET", "POST"])
def commencer(request: HttpRequest, code: str) -> HttpResponse:
    """Choose who answers, then begin the dossier."""
    appel = appel_lisible(request, code)
    exiger(request, SAISIR)
    regles = regles_de(appel)
    noeuds = declarants_possibles(request, appel)
    form = CommencerForm(
        request.POST if request.method == "POST" else None,
        noeuds=noeuds,
        plusieurs=regles.dossiers.par_declarant != 1,
        anciennes=_anciennes(request, appel),
    )
    if request.method == "POST" and form.is_valid():
        try:
            dossier = actions.commencer(
                appel=appel,
                noeud=form.noeuds[form.cleaned_data["declarant"]],
                reference=form.cleaned_data.get("reference", ""),
                reprendre=form.anciennes.get(form.cleaned_data.get("reprendre", "")),
                by=compte(request),
                instant=timezone.now(),
            )
        except Refus as refus:
            form.add_error(None, refus.phrase)
        else:
            return redirect(url_remplir(dossier))
    contexte = {
        "titre": "Répondre à l'appel",
        "phrase": _phrase_commencer(noeuds),
        "fil": fil_appel(appel),
        "form": form,
        "bouton": "Commencer le dossier",
        "possible": bool(noeuds),
        "retour": url_appel(appel),
    }
    return render(request, "appels/formulaire.html", contexte, status=422 if form.errors else 200)


def _phrase_commencer(noeuds: list[Noeud]) -> str:
    if not noeuds:
        return "Aucun des déclarants de votre compte ne peut répondre à cet appel."
    return "Choisissez pour qui vous répondez. Le dossier s'enregistre au fil de la saisie."


def _anciennes(request: HttpRequest, appel: Appel) -> list[Reponse]:
    """The answers of the account's own side to other calls that use the same form, or to this one."""
    if appel.formulaire is None:
        return []
    siens = perimetre_de(request, SAISIR).dossiers_q("version__dossier__")
    return list(
        Reponse.objects.filter(
            siens,
            formulaire__formulaire=appel.formulaire.formulaire,
            version=_courante(),
        )
        .select_related("version__dossier__campagne")
        .order_by("-version__created_at")[:50]
    )


def _courante() -> Any:
    from django.db.models import F

    return F("version__dossier__version_courante")


def url_remplir(dossier: Dossier) -> str:
    """Where the dossier is filled in."""
    try:
        return reverse("questionnaires:remplir", args=[dossier.pk])
    except NoReverseMatch:
        return url_dossier(dossier)


@require_GET
def dossier(request: HttpRequest, numero: int) -> HttpResponse:
    """Where the dossier stands, what it holds, what the decision table says, what can be done."""
    vu = candidature_de(request, numero)
    instant = timezone.now()
    jugement = _jugement(vu, instant)
    declarant = est_declarant(request, vu)
    depose = declarant and perimetre_de(request, DEPOSER).contient(Noeud.de(vu))
    version = vu.version_courante
    contexte = {
        "titre": nom_dossier(vu),
        "phrase": phrase_dossier(vu, instant, len(jugement.anomalies) if jugement else None, depose=depose),
        "fil": fil_appel(vu.campagne.appel),
        "dossier": vu,
        "appel": vu.campagne.appel,
        "marches": marches(vu),
        "possibles": _possibles(request, vu, instant) if declarant else [],
        "place": place_de(vu),
        "version": version,
        "constats": constats_vus(version) if version else [],
        "versions": versions_du_dossier(vu),
        "historique": historique_vu(request, vu),
        "volets": volets.remplir(request, vu),
        "sections": _sections(request, vu),
        "etat": ETATS_ETAPES[vu.etape],
    }
    return rendre(request, "appels/dossier.html", contexte)


def _jugement(vu: Dossier, instant: datetime) -> Verdict | None:
    if vu.etape not in ("brouillon", "incomplet") or not hasattr(vu, "brouillon"):
        return None
    return verdict(vu.brouillon, instant)


def _sections(request: HttpRequest, vu: Dossier) -> Any:
    """The answers of the current version, as readable sections."""
    version = vu.version_courante
    if version is None or not hasattr(version, "reponse"):
        return None
    from fanal.questionnaires.queries.effectifs import voit_effectifs
    from fanal.questionnaires.queries.lisibles import reponses_lisibles

    return reponses_lisibles(version.reponse, effectifs=voit_effectifs(request, vu))


def _possibles(request: HttpRequest, vu: Dossier, instant: datetime) -> list[Possible]:
    """What the applicant can do now; a button that cannot act keeps its reason."""
    noeud = Noeud.de(vu)
    saisit = perimetre_de(request, SAISIR).contient(noeud)
    depose = perimetre_de(request, DEPOSER).contient(noeud)
    liste = []
    if vu.etape in ("brouillon", "incomplet") and saisit:
        liste.append(Possible("Remplir le dossier", url_remplir(vu), "pencil-square", principal=True))
    if vu.etape in ("brouillon", "incomplet"):
        titre = "Déposer le complément" if vu.etape == "incomplet" else "Déposer le dossier"
        phrase = "" if depose else "Le dépôt revient au directeur achats ou au pharmacien de votre GHT."
        url = reverse("appels:deposer", args=[vu.pk])
        liste.append(Possible(titre, url, "send", depose, phrase, principal=True))
    if vu.etape == "depose" and depose:
        phrase = ""
        try:
            rules.check_reprendre(regles_de(vu.campagne.appel), vu.campagne.cloture, instant)
        except Refus as refus:
            phrase = refus.phrase
        url = reverse("appels:reprendre", args=[vu.pk])
        liste.append(Possible("Reprendre le dossier", url, "arrow-counterclockwise", not phrase, phrase))
    if saisit:
        liste += [
            Possible(
                "Retirer mon accord de partage", reverse("appels:retirer_accord", args=[vu.pk, q]), "lock"
            )
            for q, _ in consentements_donnes(vu)
        ]
    if vu.etape in ("brouillon", "depose", "incomplet", "recevable", "complementaire", "retenu") and depose:
        liste.append(Possible("Retirer le dossier", reverse("appels:abandonner", args=[vu.pk]), "x-circle"))
    return liste


@require_http_methods(["GET", "POST"])
def deposer(request: HttpRequest, numero: int) -> HttpResponse:
    """What the deposit would say; posted, it is made."""
    vu = candidature_de(request, numero, DEPOSER)
    instant = timezone.now()
    if request.method == "POST":
        try:
            version = actions.deposer(dossier=vu, by=compte(request), instant=instant)
        except Refus as refus:
            messages.error(request, refus.phrase)
            return redirect("appels:deposer", numero=vu.pk)
        messages.success(request, f"Le dossier est déposé (version {version.numero}).")
        return redirect("appels:accuse", numero=vu.pk, version=version.numero)
    jugement = _jugement(vu, instant)
    manques = list(jugement.anomalies) if jugement else []
    regles = regles_de(vu.campagne.appel)
    contexte = {
        "titre": "Déposer le complément" if vu.etape == "incomplet" else "Déposer le dossier",
        "phrase": _phrase_depot(vu, instant, len(manques)),
        "fil": fil_dossier(vu),
        "dossier": vu,
        "manques": manques[:50],
        "manques_total": len(manques),
        "constats": constats_prevus(vu, jugement, instant) if jugement else [],
        "possible": bool(jugement) and (not manques or regles.dossiers.incomplet),
        "retour": url_dossier(vu),
        "url_remplir": url_remplir(vu),
    }
    return render(request, "appels/deposer.html", contexte)


def _phrase_depot(vu: Dossier, instant: datetime, manques: int) -> str:
    if vu.etape not in ("brouillon", "incomplet"):
        return "Ce dossier n'attend pas de dépôt."
    regles = regles_de(vu.campagne.appel)
    fin = vu.campagne.correction_jusqu_au if vu.etape == "incomplet" else vu.campagne.cloture
    tard = not regles.dossiers.permanente and is_after(fin, instant)
    delai = (
        f"La date limite était le {instant_fr(fin)} : le dépôt sera gardé et marqué en retard."
        if tard
        else "Dépôt possible à tout moment."
        if regles.dossiers.permanente
        else f"Dépôt possible jusqu'au {instant_fr(fin)} (heure de Paris)."
    )
    if manques and not regles.dossiers.incomplet:
        return f"{pluriel(manques, 'point reste', 'points restent')} à compléter avant de déposer. {delai}"
    return delai


@require_GET
def accuse(request: HttpRequest, numero: int, version: int) -> HttpResponse:
    """The acknowledgement of a deposit: when, under which hash, late or not."""
    from fanal.appels.views.accuses import version_deposee

    vu = candidature_de(request, numero)
    deposee = version_deposee(vu, version)
    contexte = {
        "titre": "Accusé de réception",
        "phrase": (
            f"Le dossier de {nom_dossier(vu)} a été reçu le {instant_fr(deposee.created_at)} "
            "(heure de Paris)."
        ),
        "fil": fil_dossier(vu),
        "dossier": vu,
        "version": deposee,
        "constats": constats_vus(deposee),
        "place": place_de(vu),
    }
    return render(request, "appels/accuse.html", contexte)


@require_http_methods(["GET", "POST"])
def reprendre(request: HttpRequest, numero: int) -> HttpResponse:
    """Take the dossier back before the closing."""
    vu = candidature_de(request, numero, DEPOSER)
    if request.method == "POST":
        actions.reprendre(dossier=vu, by=compte(request), instant=timezone.now())
        messages.success(request, "Le dossier est de nouveau en préparation : pensez à le déposer.")
        return redirect("appels:dossier", numero=vu.pk)
    par_arrivee = regles_de(vu.campagne.appel).dossiers.par_arrivee
    rang = " Son rang d'arrivée sera celui du nouveau dépôt." if par_arrivee else ""
    contexte = {
        "titre": "Reprendre le dossier",
        "phrase": f"Le dossier ne sera plus déposé tant que vous ne le déposerez pas à nouveau.{rang}",
        "fil": fil_dossier(vu),
        "form": None,
        "bouton": "Reprendre le dossier",
        "possible": True,
        "retour": url_dossier(vu),
    }
    return render(request, "appels/formulaire.html", contexte)


@require_http_methods(["GET", "POST"])
def abandonner(request: HttpRequest, numero: int) -> HttpResponse:
    """Withdraw the dossier, with a reason."""
    vu = candidature_de(request, numero, DEPOSER)
    form = MotifForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.abandonner(
                dossier=vu, motif=form.cleaned_data["motif"], by=compte(request), instant=timezone.now()
            )
        except Refus as refus:
            form.add_error(None, refus.phrase)
        else:
            messages.success(request, "Le dossier est retiré.")
            return redirect("appels:dossier", numero=vu.pk)
    contexte = {
        "titre": "Retirer le dossier",
        "phrase": "Le dossier ne sera plus examiné, et ne pourra plus être déposé dans cet appel.",
        "fil": fil_dossier(vu),
        "form": form,
        "bouton": "Retirer le dossier",
        "possible": True,
        "retour": url_dossier(vu),
    }
    return render(request, "appels/formulaire.html", contexte, status=422 if form.errors else 200)
