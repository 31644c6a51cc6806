"""The purchase plan (PAAT): a list of actions and their calendar."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from fanal.achats.forms import PERIODES
from fanal.achats.queries.performance import state
from fanal.achats.queries.plan import (
    STATUTS,
    Mois,
    latest_period,
    read_plan,
)
from fanal.comptes.acces import exiger, perimetre_de
from fanal.comptes.perimetre import Perimetre
from fanal.interface import ici
from fanal.interface.images import Empilee, Image, origines
from fanal.interface.nombres import Absence, ecrire_nombre
from fanal.interface.tableaux import Colonne, Tableau, rendre
from fanal.territoires.models import Niveau
from fanal.territoires.noeuds import Noeud

ORDRE = ("envisagée", "en cours", "notifiée", "abandonnée")
MOIS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)


def plan(request: HttpRequest) -> HttpResponse:
    """The actions of the territory and the year of the top bar: by status, by month, one by one."""
    place = ici.ici(request, timezone.localdate())
    exiger(request, "dossier.voir", place.noeud)
    asked = request.GET.get("periode", "")
    periode = asked if asked in dict(PERIODES) else latest_period(place.annee)
    read = read_plan(place.annee, periode, only(place.noeud))
    statuses, months = read.statuts, read.mois
    contexte = {
        "titre": f"Plan d'actions achat {place.annee}",
        "phrase": _sentence(place.annee, statuses),
        "statuts": [(STATUTS[code][0], statuses[code]) for code in ORDRE if code in statuses],
        "image": _calendar_picture(months),
        "calendrier": _calendar(months),
        "peut_reprendre": not perimetre_de(request, "dossier.deposer").vide,
        "actions_plan": _table(read.actions, place.annee),
    }
    return rendre(
        request, "achats/plan.html", contexte, etat=(state(), place.parametre, place.annee, periode)
    )


def only(noeud: Noeud) -> Perimetre:
    """The perimeter of one node alone: its dossiers, or those of the GHT below it."""
    if noeud.objet is None:
        return Perimetre(national=True)
    pk = frozenset({noeud.objet.pk})
    match noeud.niveau:
        case Niveau.REGION:
            ghts = frozenset(noeud.objet.ghts.values_list("pk", flat=True))  # type: ignore[union-attr]  # the level was checked
            return Perimetre(regions=pk, ghts=ghts)
        case Niveau.GHT:
            return Perimetre(ghts=pk)
        case Niveau.OPERATEUR:
            return Perimetre(operateurs=pk)
    return Perimetre(etablissements=pk)


def _sentence(annee: int, statuses: dict[str, int]) -> str:
    total = sum(statuses.values())
    if not total:
        return f"Aucune action n'est encore inscrite au plan {annee}. Déposez une trame pour commencer."
    parts = [f"{ecrire_nombre(n)} {_plural(code, n)}" for code in ORDRE if (n := statuses.get(code, 0))]
    detail = f" : {', '.join(parts)}" if parts else ""
    return f"Le plan {annee} compte {ecrire_nombre(total)} action{'s' if total > 1 else ''}{detail}."


def _plural(statut: str, count: int) -> str:
    return f"{statut}s" if count > 1 and statut != "en cours" else statut


def _month_name(day: date) -> str:
    return f"{MOIS[day.month - 1]} {day.year}"


def _calendar_picture(months: list[Mois]) -> Image | None:
    known = [m for m in months if m.prevu or m.declare]
    if not known:
        return None
    best = max(known, key=lambda m: (m.declare or 0) + (m.prevu or 0))
    return origines(
        f"{_month_name(best.premier_jour).capitalize()} porte le plus de gains",
        [Empilee(_month_name(m.premier_jour), (("Déclaré", m.declare), ("Attendu", m.prevu))) for m in known],
        "Gain annuel déclaré, et gain prévisionnel des actions qui n'en ont pas encore, par mois d'échéance.",
    )


def _calendar(months: list[Mois]) -> Tableau:
    return Tableau(
        nom="calendrier",
        titre="Calendrier du plan",
        lignes=months,
        vide="Aucune action n'a de date.",
        colonnes=[
            Colonne("mois", "Mois", valeur=lambda m: _month_name(m.premier_jour), triable=False),
            Colonne("actions", "Actions", "entier", total="somme"),
            Colonne("prevu", "Encore attendu", "montant_rond", total="somme"),
            Colonne("declare", "Gain annuel déclaré", "montant_rond", total="somme"),
        ],
    )


def _table(actions: Any, annee: int) -> Tableau:
    def page(row: Any) -> str:
        return reverse("achats:action", args=[row["pk"]])

    return Tableau(
        nom="actions",
        titre=f"Actions du plan {annee}",
        lignes=actions,
        tri="echeance",
        vide="Aucune action sous ces filtres.",
        colonnes=[
            Colonne("identifiant", "Action", "lien", lien=page),
            Colonne("ght", "GHT", choix=True),
            Colonne("intitule", "Intitulé"),
            Colonne("statut", "Statut", "etat", etats=STATUTS, choix=True),
            Colonne("acheteur", "Acheteur (fonction)"),
            Colonne("echeance", "Échéance", "date"),
            Colonne(
                "gain_previsionnel_ttc",
                "Gain prévisionnel",
                "montant_rond",
                total="somme",
                absence=Absence.NON_RENSEIGNE,
            ),
            Colonne(
                "gain_annuel_ttc",
                "Gain annuel",
                "montant_rond",
                total="somme",
                absence=Absence.NON_RENSEIGNE,
            ),
            Colonne("famille", "Famille", choix=True, visible=False),
            Colonne("numero_marche", "Marché", visible=False),
        ],
    )
