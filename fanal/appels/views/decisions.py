"""The desk of decisions of a call without money: places, their order, options, letters. Shown before done."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from fanal.appels import forms_enveloppes as forms
from fanal.appels.actions import decisions as actions
from fanal.appels.forms_instruction import MotifForm
from fanal.appels.images_decisions import par_region
from fanal.appels.models import Appel
from fanal.appels.queries.appels import regles_de
from fanal.appels.queries.decisions import Apercu, Bureau, Ligne, bureau_de, previsualiser, suivante
from fanal.appels.queries.portee import un_appel
from fanal.appels.rules import decisions as rules
from fanal.appels.types_campagne import DECIDER
from fanal.appels.views.commun import contexte_appel, fil_appel, nom_dossier, url_dossier
from fanal.appels.views.enveloppes import ETATS_COURRIER, etat_courrier
from fanal.appels.views.enveloppes_commun import STATUTS, page_formulaire
from fanal.campagnes.rules import pluriel
from fanal.comptes.acces import compte
from fanal.interface.nombres import Absence
from fanal.interface.tableaux import Colonne, Tableau, rendre
from fanal.refus import Introuvable, Refus

ETATS = {
    "": ("À décider", "attente"),
    **STATUTS,
    "provisoire": ("Retenu, provisoire", "decide"),
    "definitive": ("Retenu, définitif", "decide"),
}
A_LA_MAIN = (rules.RETENIR, rules.LISTER, rules.REFUSER)


def appel_sans_argent(request: HttpRequest, code: str) -> Appel:
    """A call without money that the account decides on. Raises Introuvable, also for a call with money;
    Interdit.
    """
    appel = un_appel(request, code, DECIDER)
    if not rules.sans_argent(regles_de(appel)):
        raise Introuvable("Cet appel attribue des montants : il se décide depuis ses enveloppes.")
    return appel


@require_GET
def bureau(request: HttpRequest, code: str) -> HttpResponse:
    """Where decisions stand: the sentence, the picture, the dossiers in order, the acts."""
    appel = appel_sans_argent(request, code)
    b = bureau_de(appel)
    contexte = contexte_appel(request, appel) | {
        "titre": "Décisions",
        "phrase": phrase_bureau(b),
        "fil": fil_appel(appel),
        "image": par_region(b.lignes) if b.lignes else None,
        "bureau": b,
        "ordre": rules.ORDRES[b.ordre],
        "options": [(o, b.avec(o.code)) for o in b.regles.suivi.options],
        "gestes": [(g, rules.GESTES[g]) for g in A_LA_MAIN],
        "suit_l_ordre": b.ordre != rules.MAIN and b.places is not None and _reste_a_placer(b),
        "peut_promouvoir": bool(b.en_attente) and b.libres != 0,
        "dossiers": tableau_decisions(b),
    }
    return rendre(request, "appels/decisions/bureau.html", contexte)


def _reste_a_placer(b: Bureau) -> bool:
    """Whether following the order would change something."""
    return bool(b.a_decider) or (bool(b.en_attente) and b.libres != 0)


def phrase_bureau(b: Bureau) -> str:
    """« 30 dossiers retenus sur 30 places, 4 en liste complémentaire. »"""
    if not b.lignes:
        return "Aucun dossier n'est encore recevable : rien à décider pour l'instant."
    retenus = pluriel(len(b.retenus), "dossier retenu", "dossiers retenus")
    places = f" sur {pluriel(b.places, 'place', 'places')}" if b.places is not None else ""
    suite = [f"{len(b.en_attente)} en liste complémentaire"] if b.en_attente else []
    if b.a_decider:
        suite.append(f"{len(b.a_decider)} à décider")
    return f"{', '.join([retenus + places, *suite])}."


def tableau_decisions(b: Bureau) -> Tableau:
    """Every admissible dossier in the order of the call, its options, its decision and where its letter
    stands.
    """
    colonnes = [
        Colonne("rang", "Rang", "entier", valeur=lambda x: x.rang if x.rang else Absence.NON_RENSEIGNE),
        Colonne(
            "dossier",
            "Dossier",
            "lien",
            valeur=lambda x: nom_dossier(x.dossier),
            lien=_lien,
        ),
        Colonne("region", "Région", choix=True, valeur=lambda x: x.region or "National"),
        Colonne("arrive", "Déposé le", "date", valeur=lambda x: x.dossier.arrivee.arrive_le, visible=False),
        Colonne("statut", "Décision", "etat", etats=ETATS, choix=True, valeur=lambda x: x.statut),
    ]
    if b.regles.grille.criteres:
        colonnes.append(
            Colonne(
                "note",
                "Note du jury",
                "nombre",
                valeur=lambda x: x.note if x.note is not None else Absence.NON_RENSEIGNE,
            )
        )
    colonnes += [_colonne_option(o.code, o.titre) for o in b.regles.suivi.options]
    colonnes += [
        Colonne("courrier", "Courrier", "etat", etats=ETATS_COURRIER, choix=True, valeur=_courrier),
        Colonne(
            "motif", "Pourquoi", valeur=lambda x: x.attribution.motif if x.statut else Absence.SANS_OBJET
        ),
    ]
    return Tableau(
        nom="dossiers",
        titre="Dossiers recevables",
        lignes=b.lignes,
        vide="Aucun dossier n'est encore recevable.",
        cle_ligne=lambda x: str(x.dossier.pk),
        selection="dossier",
        formulaire="choix",
        demonstration=b.appel.campagne.demonstration,
        colonnes=colonnes,
    )


def _lien(x: Ligne) -> str:
    if x.attribution is None or not x.statut:
        return url_dossier(x.dossier)
    return reverse("appels:attribution", args=[x.attribution.pk])


def _colonne_option(code: str, titre: str) -> Colonne:
    def valeur(x: Ligne) -> str:
        if code in x.options:
            return "accordee"
        return "demandee" if code in x.demandees else "non"

    etats = {
        "accordee": ("Accordé", "decide"),
        "demandee": ("Demandé", "attente"),
        "non": ("Non demandé", "neutre"),
    }
    return Colonne(f"option-{code}", titre, "etat", etats=etats, choix=True, valeur=valeur)


def _courrier(x: Ligne) -> str:
    return etat_courrier(x.attribution) if x.attribution is not None and x.statut else "sans_objet"


@require_http_methods(["GET", "POST"])
def geste(request: HttpRequest, code: str) -> HttpResponse:
    """What an act would decide; posted, done if nothing changed since, all or none."""
    appel = appel_sans_argent(request, code)
    voulu, option = request.GET.get("geste", ""), request.GET.get("option", "")
    if ":" in voulu:  # a button that names the option too
        voulu, _, option = voulu.partition(":")
    choisis = {int(c) for c in request.GET.getlist("dossier") if c.isdecimal() and len(c) < 10}
    b = bureau_de(appel)
    try:
        if not voulu:
            raise Refus("Choisissez ce que vous voulez faire des dossiers.")
        apercu = previsualiser(b, voulu, choisis, request.POST.get("motif", ""), option)
        if not choisis and voulu != rules.SUIVRE:
            raise Refus("Aucun dossier n'est choisi. Cochez des dossiers, puis recommencez.")
    except Refus as refus:
        if isinstance(refus, Introuvable):
            raise
        messages.error(request, refus.phrase)
        return redirect("appels:decisions", code=code)
    form = MotifForm(
        request.POST if request.method == "POST" else None,
        obligatoire=apercu.motif_exige,
        aide=_aide_motif(apercu),
    )
    if request.method == "POST" and form.is_valid():
        try:
            faites = actions.decider(
                appel=appel,
                geste=voulu,
                dossiers=choisis,
                option=option,
                motif=form.cleaned_data["motif"],
                vu=request.POST.get("vu", ""),
                by=compte(request),
                instant=timezone.now(),
            )
        except Refus as refus:
            form.add_error(None, refus.phrase)
        else:
            messages.success(request, f"{pluriel(len(faites), 'décision prise', 'décisions prises')}.")
            return redirect("appels:decisions", code=code)
    contexte = contexte_appel(request, appel) | {
        "titre": rules.GESTES[voulu],
        "phrase": phrase_apercu(b, apercu),
        "fil": [*fil_appel(appel), ("Décisions", reverse("appels:decisions", args=[code]))],
        "apercu": apercu,
        "groupes": _groupes(b, apercu),
        "laisses": _laisses(apercu),
        "form": form,
        "bouton": f"{rules.GESTES[voulu]} : {pluriel(len(apercu.prevues), 'dossier', 'dossiers')}",
    }
    statut = 422 if form.errors else 200
    return render(request, "appels/decisions/geste.html", contexte, status=statut)


def _aide_motif(apercu: Apercu) -> str:
    """Where the reason of an act goes."""
    if apercu.geste not in A_LA_MAIN:
        return "Inscrit au journal. Chaque courrier dit la place du dossier dans l'ordre."
    dit = "Le courrier de chaque dossier le donne."
    return dit if apercu.motif_exige else f"{dit} Vide : le courrier dit la place dans l'ordre."


def phrase_apercu(b: Bureau, apercu: Apercu) -> str:
    """What would be decided, in a sentence."""
    if not apercu.prevues:
        return "Rien ne changerait : aucun de ces dossiers ne le permet maintenant."
    if apercu.geste in (rules.ACCORDER, rules.RETIRER):
        n = len(apercu.prevues)
        return f"{pluriel(n, 'dossier change', 'dossiers changent')} d'option ; les décisions restent."
    dits = [
        f"{pluriel(len(lot), 'dossier', 'dossiers')} « {titre} »"
        for titre, lot in _groupes(b, apercu).items()
    ]
    return f"{', '.join(dits)}. Les déclarants ne le voient qu'une fois leur courrier envoyé."


def _groupes(b: Bureau, apercu: Apercu) -> dict[str, list[tuple[Ligne, str, str]]]:
    """By decision: the dossiers, the options each would have, the reason."""
    titres = {o.code: o.titre for o in b.regles.suivi.options}
    groupes: dict[str, list[tuple[Ligne, str, str]]] = {}
    for p in apercu.prevues:
        titre = "Retenu" if p.statut == "provisoire" else STATUTS[p.statut][0]
        options = ", ".join(titres[o] for o in p.options if o in titres)
        groupes.setdefault(titre, []).append((p.ligne, options, p.motif))
    return groupes


def _laisses(apercu: Apercu) -> dict[str, list[Ligne]]:
    groupes: dict[str, list[Ligne]] = {}
    for ligne, phrase in apercu.laisses:
        groupes.setdefault(phrase, []).append(ligne)
    return groupes


@require_http_methods(["GET", "POST"])
def suivant(request: HttpRequest, code: str) -> HttpResponse:
    """Keep the next of the waiting list on a place given back."""
    appel = appel_sans_argent(request, code)
    retour = reverse("appels:decisions", args=[code])
    try:
        prevue = suivante(bureau_de(appel))
    except Refus as refus:
        messages.error(request, refus.phrase)
        return redirect(retour)
    form: Any = forms.MotifForm(
        request.POST if request.method == "POST" else None, initial={"motif": "Une place s'est libérée."}
    )
    if request.method == "POST" and form.is_valid():
        try:
            retenue = actions.promouvoir(
                appel=appel, motif=form.cleaned_data["motif"], by=compte(request), instant=timezone.now()
            )
        except Refus as refus:
            form.add_error(None, refus.phrase)
        else:
            messages.success(request, f"{nom_dossier(retenue.dossier)} est retenu.")
            return redirect(retour)
    return page_formulaire(
        request,
        appel,
        form,
        titre="Retenir le prochain de la liste",
        phrase=f"{nom_dossier(prevue.ligne.dossier)} est le prochain de la liste complémentaire.",
        bouton="Retenir",
        retour=retour,
        fil=[*fil_appel(appel), ("Décisions", retour)],
    )
