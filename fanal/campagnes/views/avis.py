"""The opinions of an agency: what it owes, one opinion, many favourable ones."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from fanal.campagnes.actions import avis as actions
from fanal.campagnes.forms_avis import AvisForm, FavorablesForm
from fanal.campagnes.models import Avis, Campagne, Dossier, TexteType
from fanal.campagnes.queries.avancement import etats_etapes
from fanal.campagnes.queries.avis import (
    A_RENDRE,
    A_REVOIR,
    FERME,
    RENDU,
    AvisAttendu,
    avis_attendus,
    avis_gardes,
    manquants,
    remplir,
    textes_de,
)
from fanal.campagnes.queries.campagnes import toutes
from fanal.campagnes.queries.differences import differences
from fanal.campagnes.queries.dossiers import avis_du_dossier, etat_dossier, reception_de
from fanal.campagnes.rules import pluriel
from fanal.campagnes.temps import local_day
from fanal.campagnes.views.commun import dossier_de, url_dossier
from fanal.campagnes.views.versions import table_ecarts
from fanal.comptes.acces import exiger
from fanal.comptes.perimetre import Perimetre
from fanal.interface import ici
from fanal.interface.nombres import Absence
from fanal.interface.tableaux import Colonne, Tableau, rendre
from fanal.refus import Introuvable, Refus
from fanal.territoires.models import Niveau
from fanal.territoires.noeuds import Noeud
from fanal.territoires.queries import revision

ETATS = {
    A_RENDRE: ("À rendre", "attente"),
    A_REVOIR: ("Modifié depuis l'avis", "attention"),
    RENDU: ("Rendu", "decide"),
    FERME: ("Pas encore transmis, ou clos", "neutre"),
}
SENS = {
    Avis.Sens.FAVORABLE: ("Favorable", "decide"),
    Avis.Sens.RESERVE: ("Réservé", "attention"),
    Avis.Sens.DEFAVORABLE: ("Défavorable", "refus"),
    "aucun": ("Aucun avis", "neutre"),
}


def campagnes_ici(request: HttpRequest) -> tuple[list[Campagne], Perimetre]:
    """The campaigns of the year of the top bar, and where the account gives opinions."""
    held = exiger(request, "avis.donner")
    annee = ici.ici(request, timezone.localdate()).annee
    return [c for c in toutes() if c.annee == annee], held


@require_GET
def liste(request: HttpRequest) -> HttpResponse:
    """The dossiers on which the agency gives its opinion, and what is missing."""
    campagnes, held = campagnes_ici(request)
    attendus = avis_gardes(campagnes, held)
    absents = manquants(campagnes, held)
    contexte = {
        "titre": "Avis de l'ARS",
        "phrase": _phrase(attendus, len(absents)),
        "avis": _table(campagnes, attendus),
        "a_rendre": sum(a.etat in (A_RENDRE, A_REVOIR) for a in attendus),
        "rendus": sum(a.etat == RENDU for a in attendus),
        "a_revoir": sum(a.etat == A_REVOIR for a in attendus),
        "manquants": len(absents),
        "absents": Tableau(
            nom="manquants",
            titre="Ce qui manque",
            lignes=absents,
            vide="Tous les déclarants attendus ont transmis leur dossier.",
            colonnes=[
                Colonne("noeud", "Déclarant", valeur=lambda a: a.repondant.nom_noeud),
                Colonne("phrase", "Où en est-il"),
                Colonne(
                    "cloture",
                    "Clôture",
                    "date",
                    valeur=lambda a: local_day(a.repondant.campagne.cloture),
                ),
            ],
        )
        if absents
        else None,
    }
    etat = (tuple((c.pk, c.revision) for c in campagnes), held, revision())
    return rendre(request, "campagnes/avis.html", contexte, etat=etat)


def _phrase(attendus: list[AvisAttendu], absents: int) -> str:
    dus = sum(a.etat in (A_RENDRE, A_REVOIR) for a in attendus)
    debut = f"{pluriel(dus, 'avis à rendre', 'avis à rendre')}" if dus else "Aucun avis n'attend"
    suite = f" ; {pluriel(absents, 'dossier manque', 'dossiers manquent')} encore" if absents else ""
    return f"{debut}{suite}."


def _table(campagnes: list[Campagne], attendus: list[AvisAttendu]) -> Tableau:
    etapes: dict[str, tuple[str, str]] = {}
    for campagne in campagnes:
        etapes |= etats_etapes(campagne)
    return Tableau(
        nom="avis",
        titre="Dossiers",
        lignes=attendus,
        vide="Aucun dossier n'est déposé cette année sur votre territoire.",
        cle_ligne=lambda a: str(a.dossier.pk),
        selection="dossier",
        formulaire="favorables",
        colonnes=[
            Colonne(
                "noeud",
                "Déclarant",
                "lien",
                valeur=lambda a: a.dossier.nom_noeud,
                lien=lambda a: reverse("campagnes:rendre_avis", args=[a.dossier.pk]),
            ),
            Colonne("etat", "Avis", "etat", etats=ETATS, choix=True),
            Colonne(
                "sens",
                "Dernier avis",
                "etat",
                valeur=lambda a: a.dernier.sens if a.dernier else "aucun",
                etats=SENS,
            ),
            Colonne("change", "Depuis cet avis", valeur=lambda a: a.phrase or Absence.SANS_OBJET),
            Colonne("etape", "Étape", "etat", valeur=lambda a: a.dossier.etape, etats=etapes, choix=True),
            Colonne("lignes", "Lignes", "entier", total="somme"),
            Colonne(
                "bloquantes", "Bloquantes", "entier", aide="Lignes avec une remarque bloquante", total="somme"
            ),
        ],
    )


@require_http_methods(["GET", "POST"])
def avis(request: HttpRequest, numero: int) -> HttpResponse:
    """Give an opinion on a dossier; what changed since the last one is shown first."""
    vu = dossier_de(request, numero)
    exiger(request, reception_de(vu).permission_avis, Noeud.de(vu))
    now = timezone.now()
    etat = etat_dossier(vu, now)
    form = AvisForm(
        request.POST if request.method == "POST" else None, initial=_initial(request, vu, etat.bloquants)
    )
    if request.method == "POST" and form.is_valid():
        user: Any = request.user
        try:
            actions.rendre(dossier=vu, niveau=Niveau.REGION, by=user, instant=now, **form.cleaned_data)
        except Refus as refus:
            form.add_error(None, refus.phrase)
        else:
            messages.success(request, f"Votre avis est rendu : {SENS[form.cleaned_data['sens']][0].lower()}.")
            return redirect("campagnes:avis")
    rendus = avis_du_dossier(vu)
    dernier = rendus[0].avis if rendus else None
    change = differences(dernier.version, vu.version_courante) if dernier and vu.version_courante else None
    contexte = {
        "titre": f"Avis sur {vu.nom_noeud}",
        "phrase": f"{pluriel(etat.lignes, 'ligne', 'lignes')}, "
        f"{pluriel(etat.bloquants, 'remarque bloquante', 'remarques bloquantes')}. {etat.etape.phrase}",
        "fil": [("Avis de l'ARS", reverse("campagnes:avis"))],
        "dossier": vu,
        "ouvert": etat.etape.avis and vu.version_courante is not None,
        "raison": f"Aucun avis n'est attendu à l'étape « {etat.etape.titre} ».",
        "form": form,
        "rendus": rendus,
        "change": change,
        "ecarts": table_ecarts(change) if change else None,
        "sens": SENS,
        "textes": textes_de(Noeud.de(vu)),
        "controle_url": f"{reverse('campagnes:dossier', args=[vu.pk])}",
    }
    return rendre(request, "campagnes/rendre_avis.html", contexte, status=422 if form.errors else 200)


def _initial(request: HttpRequest, vu: Dossier, bloquants: int) -> dict[str, Any]:
    """The text chosen among those kept, its words replaced."""
    cle = request.GET.get("texte", "")
    modele = TexteType.objects.filter(pk=int(cle)).first() if cle.isdecimal() and len(cle) < 19 else None
    if modele is None or modele not in textes_de(Noeud.de(vu)):
        return {"sens": Avis.Sens.FAVORABLE}
    return {"sens": modele.sens, "texte": remplir(modele.texte, vu, bloquants, modele)}


@require_http_methods(["GET", "POST"])
def favorables(request: HttpRequest) -> HttpResponse:
    """Many favourable opinions at once, shown before they are given."""
    cles = set(request.GET.getlist("dossier"))
    choisis = [a for a in avis_attendus(*campagnes_ici(request)) if str(a.dossier.pk) in cles]
    if not choisis:
        raise Introuvable(
            "Aucun dossier n'est choisi. Revenez aux avis, cochez des dossiers, puis recommencez."
        )
    possibles = [a for a in choisis if reception_de(a.dossier).etape(a.dossier.etape).avis]
    form = FavorablesForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and possibles:
        user: Any = request.user
        texte = form.cleaned_data["texte"]
        try:
            rendus = actions.rendre_lot(
                textes={a.dossier: remplir(texte, a.dossier, a.bloquantes) for a in possibles},
                sens=Avis.Sens.FAVORABLE,
                niveau=Niveau.REGION,
                by=user,
                instant=timezone.now(),
            )
        except Refus as refus:
            form.add_error(None, refus.phrase)
        else:
            n = len(rendus)
            messages.success(
                request, f"{pluriel(n, 'avis favorable est rendu', 'avis favorables sont rendus')}."
            )
            return redirect("campagnes:avis")
    bloques = [a for a in choisis if a not in possibles]
    contexte = {
        "titre": "Rendre des avis favorables",
        "phrase": f"{pluriel(len(possibles), 'avis favorable sera rendu', 'avis favorables seront rendus')}"
        + (
            f" ; {pluriel(len(bloques), 'dossier ne peut', 'dossiers ne peuvent')} pas en recevoir."
            if bloques
            else "."
        ),
        "fil": [("Avis de l'ARS", reverse("campagnes:avis"))],
        "possibles": possibles,
        "bloques": [(a, reception_de(a.dossier).etape(a.dossier.etape)) for a in bloques],
        "form": form,
        "url_dossier": url_dossier,
    }
    return render(request, "campagnes/favorables.html", contexte, status=422 if form.errors else 200)
