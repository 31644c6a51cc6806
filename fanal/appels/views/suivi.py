"""The desk of those who follow the kept projects of a call: queue, late, picture, table; comparison."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from fanal.appels.compute.suivi import ETATS, avancement
from fanal.appels.forms_suivi import ComparaisonForm
from fanal.appels.models import Appel
from fanal.appels.queries.comparaison import Comparaison, Rang, comparer, echeances
from fanal.appels.queries.portee import organise, un_appel
from fanal.appels.queries.suivi import Projet, noeud_competent, projets, projets_suivis
from fanal.appels.views.commun import contexte_appel, fil_appel
from fanal.appels.views.images_suivi import bande, dire, etats
from fanal.appels.views.projet import ETATS_PROJET, tableau_projets, url_projet
from fanal.campagnes.rules import pluriel
from fanal.comptes.acces import exiger, perimetre_de
from fanal.interface.tableaux import Absence, Colonne, Tableau, rendre

VOIR = "suivi.voir"
RETARDS_MAX = 8


def appel_suivi(request: HttpRequest, code: str) -> Appel:
    """A call whose projects the account follows. Raises Introuvable, Interdit."""
    appel = un_appel(request, code)
    exiger(request, VOIR)
    return appel


@require_GET
def bureau(request: HttpRequest, code: str) -> HttpResponse:
    """How the projects of the call stand."""
    appel = appel_suivi(request, code)
    lus = projets(projets_suivis(request, appel), timezone.localdate())
    decide = perimetre_de(request, "suivi.decider")
    demandes = [
        (p, e, decide.contient(noeud_competent(e))) for p in lus if not p.abandonne for e in p.demandes
    ]
    retards = [(p, j, ETATS[j.etat]) for p in lus for j in p.en_retard]
    contexte = contexte_appel(request, appel) | {
        "titre": f"Suivi : {appel.campagne.titre}",
        "phrase": _phrase(lus),
        "fil": fil_appel(appel),
        "chiffres": _chiffres(lus),
        "image": _image(lus),
        "demandes": demandes,
        "retards": sorted(retards, key=lambda r: r[1].jalon.prevu_le)[:RETARDS_MAX],
        "retards_nombre": len(retards),
        "projets": tableau_projets(lus, "projets", "Projets retenus"),
        "indicateurs": appel.indicateurs.exists(),
        "vide": not lus,
    }
    return rendre(request, "appels/suivi/bureau.html", contexte)


def _phrase(lus: Sequence[Projet]) -> str:
    actifs = [p for p in lus if not p.abandonne]
    if not lus:
        return "Aucun projet n'est encore retenu de façon définitive."
    retard = sum(bool(p.en_retard) for p in actifs)
    debut = pluriel(len(actifs), "projet suivi", "projets suivis")
    abandons = len(lus) - len(actifs)
    suite = f", {pluriel(abandons, 'abandonné', 'abandonnés')}" if abandons else ""
    if not retard:
        return f"{debut}{suite}, aucun en retard."
    return f"{debut}{suite}, dont {retard} en retard."


def _chiffres(lus: Sequence[Projet]) -> list[dict[str, Any]]:
    actifs = [p for p in lus if not p.abandonne]
    sans_convention = sum(p.convention is None for p in actifs)
    demandes = {
        "titre": "Demandes à trancher",
        "valeur": sum(len(p.demandes) for p in actifs),
        "genre": "entier",
    }
    if lus and all(p.sans_argent for p in lus):
        retards = sum(len(p.en_retard) for p in actifs)
        return [
            {"titre": "Projets suivis", "valeur": len(actifs), "genre": "entier"},
            {"titre": "Échéances en retard", "valeur": retards, "genre": "entier"},
            demandes,
        ]
    return [
        {"titre": "Accordé", "valeur": sum(p.accord.montant for p in actifs), "genre": "millions"},
        {"titre": "Versé", "valeur": sum(p.verse for p in actifs), "genre": "millions"},
        {"titre": "Sans convention", "valeur": sans_convention, "genre": "entier"},
        demandes,
    ]


def _image(lus: Sequence[Projet]) -> Any:
    if not lus:
        return None
    comptes = Counter(p.etat for p in lus)
    parts = [(mot, comptes[code]) for code, (mot, _) in ETATS_PROJET.items() if comptes[code]]
    premier, nombre = max(parts, key=lambda part: part[1])
    return etats(f"{nombre} projets sur {len(lus)} : {premier.lower()}", parts)


@require_GET
def comparaison(request: HttpRequest, code: str) -> HttpResponse:
    """The projects on one indicator: the spread, then each one's place and its own past."""
    appel = appel_suivi(request, code)
    indicateurs = list(appel.indicateurs.all())
    dates = echeances(appel)
    form = ComparaisonForm(
        {**request.GET.dict(), "indicateur": request.GET.get("indicateur") or _premier(indicateurs)},
        indicateurs=indicateurs,
        echeances=dates,
    )
    vue = None
    if form.is_valid() and indicateurs:
        choisi = next(i for i in indicateurs if i.code == form.cleaned_data["indicateur"])
        visibles = list(projets_suivis(request, appel).values_list("dossier_id", flat=True))
        vue = comparer(appel, choisi, form.cleaned_data["echeance"], visibles, timezone.localdate())
    contexte = contexte_appel(request, appel) | {
        "titre": "Comparaison des projets",
        "phrase": phrase_comparaison(vue) if vue else "Cet appel n'a pas d'indicateur à comparer.",
        "fil": [*fil_appel(appel), ("Suivi", reverse("appels:suivi", args=[code]))],
        "form": form,
        "vue": vue,
        "image": image_comparaison(vue) if vue else None,
        "rangs": _tableau(vue) if vue else None,
        "gere": organise(request, appel, "suivi.decider"),
    }
    return rendre(request, "appels/suivi/comparaison.html", contexte)


def _premier(indicateurs: Sequence[Any]) -> str:
    return indicateurs[0].code if indicateurs else ""


def phrase_comparaison(vue: Comparaison) -> str:
    """The spread in one sentence, with what is missing."""
    d, unite = vue.dispersion, vue.indicateur.unite
    if d.mediane is None:
        return f"Aucun des {vue.attendus} projets n'a encore déclaré cette mesure."
    if d.q1 is None or d.q3 is None:
        mots = f"{pluriel(d.nombre, 'projet mesuré', 'projets mesurés')} : trop peu pour parler de quarts."
        if d.minimum is not None and d.maximum is not None and d.nombre > 1:
            mots += f" Les valeurs vont de {dire(d.minimum, unite)} à {dire(d.maximum, unite)}."
    else:
        mots = (
            f"La moitié centrale des {d.nombre} projets mesurés va de {dire(d.q1, unite)} à "
            f"{dire(d.q3, unite)}, médiane {dire(d.mediane, unite)}."
        )
    manque = vue.manquants
    return f"{mots} {pluriel(manque, 'projet ne l’a', 'projets ne l’ont')} pas déclarée." if manque else mots


def image_comparaison(vue: Comparaison) -> Any:
    """The strip of the values that the account may read over the spread of all."""
    points = [(r.projet.nom, r.valeur, False) for r in vue.rangs if r.valeur is not None]
    if not points:
        return None
    d, unite = vue.dispersion, vue.indicateur.unite
    titre = f"{vue.indicateur.titre} : {pluriel(d.nombre, 'projet mesuré', 'projets mesurés')}"
    if d.q1 is not None and d.q3 is not None:
        entre = f"entre {dire(d.q1, '')} et {dire(d.q3, unite)}"
        titre = f"{vue.indicateur.titre} : la moitié des projets {entre}"
    note = (
        "Un point : un projet. Trait : médiane de tous les projets de l'appel. Bande : moitié centrale. "
        "La moyenne n'est pas dessinée : elle cache l'étalement."
    )
    return bande(titre, points, d, unite, note)


def _tableau(vue: Comparaison) -> Tableau:
    unite = vue.indicateur.unite

    def nombre(cle: str, titre: str, lire: Any, **plus: Any) -> Colonne:
        return Colonne(cle, titre, "nombre", unite, valeur=lire, absence=Absence.NON_RENSEIGNE, **plus)

    return Tableau(
        nom="comparaison",
        titre=f"Projets : {vue.indicateur.titre}",
        lignes=vue.rangs,
        vide="Aucun projet à comparer.",
        tri="-valeur",
        colonnes=[
            Colonne(
                "nom", "Projet", "lien", valeur=lambda r: r.projet.nom, lien=lambda r: url_projet(r.projet)
            ),
            Colonne(
                "region",
                "Région",
                valeur=lambda r: r.projet.region.nom if r.projet.region else "National",
                choix=True,
            ),
            nombre("depart", "Départ", lambda r: r.etat.reference and r.etat.reference.valeur),
            nombre("cible", "Cible", lambda r: r.etat.cible and r.etat.cible.valeur),
            nombre("valeur", "Mesure", lambda r: r.valeur),
            Colonne("le", "Mesurée le", "date", valeur=lambda r: r.le or ""),
            Colonne("avancement", "Avancement", "taux", valeur=avancement_de),
            Colonne("place", "Place", valeur=lambda r: r.place, choix=True),
            Colonne(
                "passe",
                "Écart à la mesure précédente",
                "nombre",
                unite,
                valeur=lambda r: Absence.SANS_OBJET if r.ecart_passe is None else r.ecart_passe,
            ),
        ],
    )


def avancement_de(rang: Rang) -> Any:
    """The share of the way done at the measure compared, not at the latest one."""
    e = rang.etat
    return avancement(
        e.reference.valeur if e.reference else None,
        e.cible.valeur if e.cible else None,
        rang.valeur,
        e.indicateur.sens,
    ).part
