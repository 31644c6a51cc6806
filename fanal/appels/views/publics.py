"""The list of calls and the page of a call, open to all; its documents."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import Q
from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from fanal.appels import voisins
from fanal.appels.models import Appel, DocumentAppel
from fanal.appels.queries.appels import (
    A_VENIR,
    ETATS,
    OUVERT,
    PERMANENT,
    PREPARATION,
    etat_appel,
    regles_de,
)
from fanal.appels.queries.portee import organise
from fanal.appels.rules.mots import conditions_en_mots, en_mots
from fanal.appels.views.commun import (
    appel_lisible,
    appels_lisibles,
    contexte_appel,
    coquille,
    fil_appels,
    url_appel,
)
from fanal.appels.views.possibles import possibles
from fanal.campagnes.rules import pluriel
from fanal.campagnes.temps import instant_fr, local_day
from fanal.comptes.acces import INVISIBLE, perimetre_de
from fanal.interface.tableaux import Colonne, Tableau, rendre
from fanal.refus import Introuvable, Refus

ORDRE = (OUVERT, PERMANENT, A_VENIR, PREPARATION, "clos", "retire")


@login_not_required
@require_GET
def liste(request: HttpRequest) -> HttpResponse:
    """Every call that the visitor may read: open ones first."""
    instant = timezone.now()
    lus = appels_lisibles(request, instant)
    etats = {a.pk: etat_appel(a, instant) for a in lus}
    lus.sort(key=lambda a: (ORDRE.index(etats[a.pk]), a.campagne.cloture, a.campagne.titre))
    contexte = {
        "titre": "Appels",
        "phrase": _phrase_liste(lus, etats),
        "coquille": coquille(request),
        "ouverts": [_carte(a, etats[a.pk], instant) for a in lus if etats[a.pk] in (OUVERT, PERMANENT)],
        "appels": _tableau(lus, etats),
        "voisins": voisins.liens(request),
        "peut_creer": not perimetre_de(request, "appel.gerer").vide,
        "a_des_dossiers": not perimetre_de(request, "candidature.voir").vide,
    }
    return rendre(request, "appels/liste.html", contexte)


def _phrase_liste(lus: Sequence[Appel], etats: dict[int, str]) -> str:
    ouverts = sum(etats[a.pk] in (OUVERT, PERMANENT) for a in lus)
    a_venir = sum(etats[a.pk] == A_VENIR for a in lus)
    phrase = f"{pluriel(ouverts, 'appel ouvert', 'appels ouverts')}" if ouverts else "Aucun appel ouvert"
    return f"{phrase}, {a_venir} à venir." if a_venir else f"{phrase}."


def _carte(appel: Appel, etat: str, instant: datetime) -> dict[str, Any]:
    return {
        "appel": appel,
        "url": url_appel(appel),
        "fin": "" if etat == PERMANENT else instant_fr(appel.campagne.cloture),
        "reste": "" if etat == PERMANENT else reste(appel.campagne.cloture, instant),
        "montant": montant_ouvert(appel),
    }


def montant_ouvert(appel: Appel) -> Any:
    """The sum of the voted envelopes of a call, None when none is announced."""
    montants = [e.montant for e in appel.enveloppes.all() if e.ferme and e.genre == "argent"]
    return sum(montants) if montants else None


def reste(cloture: datetime, instant: datetime) -> str:
    """How long is left, in the unit that matters."""
    jours = (local_day(cloture) - local_day(instant)).days
    if jours > 1:
        return f"encore {jours} jours"
    secondes = (cloture - instant).total_seconds()
    if secondes < 3600:
        return "moins d'une heure"
    return "jusqu'à demain" if jours == 1 else "dernier jour"


def _tableau(lus: Sequence[Appel], etats: dict[int, str]) -> Tableau:
    return Tableau(
        nom="appels",
        titre="Tous les appels",
        lignes=lus,
        vide="Aucun appel n'est publié.",
        colonnes=[
            Colonne("titre", "Appel", "lien", valeur=lambda a: a.campagne.titre, lien=url_appel),
            Colonne("annee", "Année", valeur=lambda a: str(a.campagne.annee), choix=True),
            Colonne("organisateur", "Organisateur", valeur=organisateur, choix=True),
            Colonne("etat", "État", "etat", valeur=lambda a: etats[a.pk], etats=ETATS, choix=True),
            Colonne("ouverture", "Ouverture", valeur=lambda a: instant_fr(a.campagne.ouverture)),
            Colonne(
                "cloture",
                "Clôture",
                valeur=lambda a: "" if etats[a.pk] == PERMANENT else instant_fr(a.campagne.cloture),
            ),
        ],
    )


def organisateur(appel: Appel) -> str:
    """Who organises, in words."""
    return f"ARS {appel.region.nom}" if appel.region else "National"


@login_not_required
@require_GET
def appel(request: HttpRequest, code: str) -> HttpResponse:
    """What, who, how much, until when, on what conditions; and what one can do now."""
    vu = appel_lisible(request, code)
    instant = timezone.now()
    etat = etat_appel(vu, instant)
    contexte = contexte_appel(request, vu) | {
        "titre": vu.campagne.titre,
        "phrase": vu.resume,
        "fil": fil_appels(),
        "etat": ETATS[etat],
        "permanent": etat == PERMANENT,
        "reste": reste(vu.campagne.cloture, instant) if etat == OUVERT else "",
        "dates": dates(vu, etat),
        "organisateur": organisateur(vu),
        "montant": montant_ouvert(vu),
        "documents": vu.documents.select_related("original"),
        "possibles": possibles(request, vu, etat, instant),
        "gere": organise(request, vu, "appel.gerer"),
        "demonstration": vu.campagne.demonstration,
        **_regles(vu),
    }
    return rendre(request, "appels/appel.html", contexte)


def _regles(vu: Appel) -> dict[str, Any]:
    try:
        regles = regles_de(vu)
    except Refus as refus:
        return {"rubriques": [], "tests": [], "notes": [refus.phrase]}
    return {"rubriques": en_mots(regles), "tests": conditions_en_mots(regles), "notes": list(regles.notes)}


def dates(vu: Appel, etat: str) -> list[tuple[str, str]]:
    """The dates of a call in legal time, to the second."""
    c = vu.campagne
    if etat == PERMANENT or regles_permanentes(vu):
        return [("Ouverture", instant_fr(c.ouverture)), ("Clôture", "aucune : réception permanente")]
    rangs = [("Ouverture", instant_fr(c.ouverture)), ("Clôture", instant_fr(c.cloture))]
    if c.correction_jusqu_au > c.cloture:
        rangs.append(("Compléments demandés, jusqu'au", instant_fr(c.correction_jusqu_au)))
    return rangs


def regles_permanentes(vu: Appel) -> bool:
    """Whether the window of the call never closes."""
    try:
        return regles_de(vu).dossiers.permanente
    except Refus:
        return False


@login_not_required
@require_GET
def document(request: HttpRequest, code: str, numero: int) -> FileResponse:
    """A document put beside the call, under its own name."""
    vu = appel_lisible(request, code)
    trouve = DocumentAppel.objects.filter(Q(appel=vu), pk=numero).select_related("original").first()
    if trouve is None:
        raise Introuvable(INVISIBLE)
    return FileResponse(
        trouve.original.fichier.open("rb"),
        as_attachment=True,
        filename=trouve.nom,
        content_type=trouve.genre or "application/octet-stream",
    )
