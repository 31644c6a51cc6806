"""The performance of a year: one sentence, its figures, a picture, tables that open what they are made of."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from fanal.achats.compute import Consolidation, Filtres, Resultat
from fanal.achats.forms import PERIODES, FiltresForm
from fanal.achats.queries import imprime
from fanal.achats.queries.historique import cumulated_coverage, three_years
from fanal.achats.queries.performance import families, performance, state
from fanal.achats.queries.plan import latest_period
from fanal.achats.views.images import picture
from fanal.comptes.acces import exiger, perimetre_de
from fanal.interface import ici
from fanal.interface.nombres import Absence, ecrire_millions, ecrire_taux
from fanal.interface.tableaux import Colonne, Tableau, rendre
from fanal.territoires.models import Niveau
from fanal.territoires.noeuds import Noeud

# What the rows of the first table are, and the level of the territory that a row opens.
VENTILATION = {
    Niveau.NATIONAL: ("par_region", "Région", "region"),
    Niveau.REGION: ("par_ght", "GHT", "ght"),
    Niveau.GHT: ("par_etablissement", "Établissement", "etablissement"),
    Niveau.ETABLISSEMENT: ("par_famille", "Famille", ""),
    Niveau.OPERATEUR: ("par_nom_operateur", "Nom de l'opérateur", ""),
}
ORIGINES = {"True": ("Imprimé", "information"), "False": ("Calculé ici", "decide")}


def tableau_de_bord(request: HttpRequest) -> HttpResponse:
    """The dashboard of the territory and the year of the top bar."""
    place = ici.ici(request, timezone.localdate())
    exiger(request, "campagne.voir", place.noeud)
    form, result = consolidation(request, place.annee, place.noeud)
    annees, annees_phrase = history(place.annee, form.filtres(place.noeud))
    contexte = {
        "titre": f"Performance achat {place.annee}",
        "phrase": sentence(result, place.noeud),
        "form": form,
        "result": result,
        "total": result.total,
        "objectif": _goal(result.total),
        "image": picture(result, place.noeud),
        "detail": first_table(result, place.noeud, form),
        "familles": table("familles", "Famille", result.par_famille, form, link("famille", request)),
        "operateurs": table(
            "operateurs", "Opérateur", result.par_operateur, form, link("operateur", request)
        ),
        "roles": table("roles", "Établissements", result.par_role, form, link("role", request)),
        "rapprochements": compared(result) if place.noeud.objet is None and not form.phrases() else [],
        "annees": annees,
        "annees_phrase": annees_phrase,
        "lignes_url": f"{reverse('achats:lignes')}?{request.GET.urlencode()}",
        "comite_url": f"{reverse('achats:comite')}?{request.GET.urlencode()}",
        "plan_url": plan_url(request, place.noeud),
        "noeud": place.noeud,
        "annee": place.annee,
    }
    return rendre(request, "achats/performance.html", contexte, etat=(state(), place.parametre, place.annee))


def plan_url(request: HttpRequest, noeud: Noeud) -> str:
    """The plan that these gains come from, for who may read it there; else empty."""
    return reverse("achats:plan") if perimetre_de(request, "dossier.voir").contient(noeud) else ""


def consolidation(request: HttpRequest, annee: int, noeud: Noeud) -> tuple[FiltresForm, Consolidation]:
    """The filters of the address and the consolidation they give on *noeud*."""
    data = request.GET.copy()
    if data.get("periode") not in dict(PERIODES):
        data["periode"] = latest_period(annee)
    form = FiltresForm(data, familles=families(annee, str(data["periode"])))
    return form, performance(annee, form.periode_choisie, form.filtres(noeud))


def sentence(result: Consolidation, noeud: Noeud) -> str:
    """The answer in one sentence, with what still waits for a decision."""
    total = result.total
    who = "les GHT" if noeud.objet is None else str(noeud)
    if not total.lignes and not total.gains_operateurs:
        return f"Aucune action n'est encore déclarée pour {result.annee}."
    text = f"En {result.annee}, {who} : {ecrire_millions(total.gains_retenus)} de gains retenus"
    if total.taux_atteinte is not None:
        text += f", {ecrire_taux(total.taux_atteinte, 0)} de l'objectif"
    if total.en_attente:
        text += f" ; {ecrire_millions(total.en_attente)} attendent une décision"
    return text + "."


def link(axis: str, request: HttpRequest) -> Any:
    """The address that narrows the page to a row of *axis*."""

    def address(row: Resultat) -> str:
        if row.code is None:
            return ""
        query = request.GET.copy()
        query[axis] = row.code
        return f"?{query.urlencode()}"

    return address


def node_link(level: str) -> Any:
    """The address that stands on the territory of a row."""

    def address(row: Resultat) -> str:
        return f"?{urlencode({'territoire': f'{level}:{row.code}'})}" if row.code else ""

    return address


def first_table(result: Consolidation, noeud: Noeud, form: FiltresForm) -> Tableau:
    """The table of the level just below *noeud*."""
    name, title, level = VENTILATION[Niveau(noeud.niveau)]
    rows = [r for r in getattr(result, name) if r.lignes or r.objectif or r.gains_operateurs]
    return table(
        "detail", title, rows, form, node_link(level) if level else None, goals=level in {"region", "ght"}
    )


def table(
    nom: str,
    titre: str,
    rows: Sequence[Resultat],
    form: FiltresForm,
    lien: Any = None,
    *,
    goals: bool = False,
) -> Tableau:
    """A breakdown as a table: amounts add up, rates do not."""
    amount: dict[str, Any] = {"genre": "montant_rond", "total": "somme"}
    columns = [
        Colonne("nom", titre, "lien" if lien else "texte", lien=lien),
        Colonne("gains_declares", "Déclarés", **amount),
        Colonne("gains_retires", "Retirés", **amount),
        Colonne("ecart_doublons", "Doublons", aide="Part déclarée deux fois, non retenue", **amount),
        Colonne("operateurs_repris", "Repris des opérateurs", visible=False, **amount),
        Colonne("en_attente", "En attente", **amount),
        Colonne("gains_retenus", "Retenus", **amount),
        Colonne("report", "dont report", visible=False, **amount),
        Colonne("actions_nouvelles", "dont actions nouvelles", visible=False, **amount),
        Colonne("gains_operateurs", "Déclarés par les opérateurs", visible=False, **amount),
    ]
    if goals:
        columns += [
            Colonne("objectif", "Objectif", valeur=_goal, **amount),
            Colonne("taux_atteinte", "Atteinte", "taux"),
            Colonne("taux_couverture", "Couverture", "taux"),
        ]
    columns += [
        Colonne("taux_performance", "Performance", "taux", visible=not goals),
        Colonne("taux_qualite_montant", "Qualité (montant)", "taux"),
        Colonne("taux_qualite_lignes", "Qualité (lignes)", "taux", visible=False),
    ]
    return Tableau(
        nom=nom,
        titre=f"Gains par {titre if titre.isupper() else titre.lower()}",
        colonnes=columns,
        lignes=list(rows),
        vide="Aucun gain déclaré.",
        filtres=form.phrases(),
    )


def compared(result: Consolidation) -> list[dict[str, Any]]:
    """Printed and computed figures, both written with the decimals of the printed one where it is a rate."""

    def write(value: Any, r: imprime.Rapprochement) -> Any:
        return ecrire_millions(value) if r.genre == "millions" else ecrire_taux(value, r.decimales)

    return [
        {"r": r, "imprime": write(r.imprime, r), "calcule": write(r.calcule, r)}
        for r in imprime.compare(result)
    ]


def _goal(row: Resultat) -> Any:
    return Absence.NON_RENSEIGNE if row.objectif is None else row.objectif


def history(annee: int, filtres: Filtres) -> tuple[Tableau, str]:
    """The last three years as a table, and the sentence of their cumulated coverage."""
    years = three_years(annee, filtres)
    cumulated = cumulated_coverage(years)
    if cumulated is None:
        phrase = "La couverture cumulée sur trois ans n'est pas calculable : une année manque."
    else:
        phrase = (
            f"Couverture cumulée sur trois ans : {ecrire_taux(cumulated, 1)} "
            "(somme des taux, qui peut dépasser 100 %)."
        )
    tableau = Tableau(
        nom="annees",
        titre="Les trois dernières années",
        lignes=years,
        colonnes=[
            Colonne("annee", "Année", valeur=lambda y: str(y.annee)),
            Colonne("retenus", "Gains retenus", "montant_rond", absence=Absence.NON_RENSEIGNE),
            Colonne("objectif", "Objectif", "montant_rond", absence=Absence.NON_RENSEIGNE),
            Colonne("atteinte", "Atteinte", "taux"),
            Colonne("couverture", "Couverture", "taux"),
            Colonne("imprime", "Origine", "etat", etats=ORIGINES, valeur=lambda y: str(y.imprime)),
        ],
    )
    return tableau, phrase
