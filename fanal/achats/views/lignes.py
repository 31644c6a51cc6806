"""From a figure to the lines it was computed from, and from a line to the cell of the workbook."""

from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from fanal.achats import volets
from fanal.achats.compute import Consolidation, Filtres
from fanal.achats.queries.actions import find_action, sheet_of
from fanal.achats.queries.detail import DECISIONS, SITUATIONS, line_table
from fanal.achats.queries.performance import state
from fanal.achats.views.performance import consolidation
from fanal.comptes.acces import exiger, perimetre_de
from fanal.interface import ici
from fanal.interface.nombres import Absence, ecrire_millions, ecrire_nombre
from fanal.interface.tableaux import Colonne, Tableau, rendre
from fanal.territoires.noeuds import Noeud

NON_RENSEIGNE = Absence.NON_RENSEIGNE
DECLARES = (
    "gain_annuel_ttc",
    "date_premiere_commande",
    "prix_reference_ttc",
    "prix_nouveau_ttc",
    "quantite_reference",
    "perimetre_traite_ttc",
)
ORIGINES = {
    "declaree": "telle que déclarée",
    "prix_quantite": "prix de référence × quantité",
    "perimetre": "périmètre traité, faute de montant de référence",
}


def lignes(request: HttpRequest) -> HttpResponse:
    """The lines behind the figures of the dashboard, under the same filters."""
    place = ici.ici(request, timezone.localdate())
    exiger(request, "dossier.voir", place.noeud)
    form, result = consolidation(request, place.annee, place.noeud)
    contexte = {
        "titre": f"Lignes de la performance {place.annee}",
        "phrase": _sentence(result),
        "form": form,
        "total": result.total,
        "lignes": _table(result, form.filtres(place.noeud), form.phrases()),
        "fil": [("Performance achat", f"{reverse('achats:performance')}?{request.GET.urlencode()}")],
    }
    return rendre(request, "achats/lignes.html", contexte, etat=(state(), place.parametre, place.annee))


def _sentence(result: Consolidation) -> str:
    count = ecrire_nombre(result.lignes.height)
    return (
        f"{count} lignes touchent {result.annee} : {ecrire_millions(result.total.gains_declares)} déclarés, "
        f"{ecrire_millions(result.total.gains_retenus)} retenus."
    )


def _table(result: Consolidation, filtres: Filtres, phrases: list[str]) -> Tableau:
    def amount(cle: str, titre: str, **options: Any) -> Colonne:
        return Colonne(cle, titre, "montant", total="somme", **options)

    def page(row: Any) -> str:
        return reverse("achats:action", args=[row["action_id"]])

    return Tableau(
        nom="lignes",
        titre=f"Lignes de {result.annee}",
        lignes=line_table(result, filtres),
        vide="Aucune ligne sous ces filtres.",
        filtres=phrases,
        colonnes=[
            Colonne("identifiant", "Action", "lien", lien=page),
            Colonne("ght", "GHT", choix=True),
            Colonne("intitule", "Intitulé"),
            Colonne("famille", "Famille", choix=True),
            Colonne("operateur", "Opérateur", choix=True),
            Colonne("nom_operateur", "Nom de l'opérateur", visible=False),
            Colonne("finess", "FINESS", visible=False),
            Colonne("numero_marche", "Marché", visible=False),
            Colonne("date_premiere_commande", "1re commande", "date"),
            amount("declare", "Déclaré"),
            amount("attente", "En attente", visible=False),
            amount("retire", "Retiré"),
            amount("ecart", "Doublon"),
            amount("retenu", "Retenu"),
            Colonne("situation", "Situation", "etat", etats=SITUATIONS, choix=True),
            Colonne("decision", "Décision", "etat", etats=DECISIONS, choix=True),
            Colonne("score", "À regarder", "nombre", decimales=0, visible=False, aide="Euros en jeu × doute"),
        ],
    )


def action(request: HttpRequest, pk: int) -> HttpResponse:
    """An action: what was declared, how it is computed, what was decided, and the cell it comes from."""
    found = find_action(pk)
    dossier = found.version.dossier
    exiger(request, "dossier.voir", Noeud.de(dossier))
    sheet = sheet_of(found)
    ght = Noeud.de(dossier).code
    query = urlencode({"territoire": f"ght:{ght}", "annee": dossier.campagne.annee})
    contexte = {
        "titre": found.intitule,
        "fiche": sheet,
        "action": found,
        "calcul": sheet.calcul,
        "declare": {n: NON_RENSEIGNE if (v := getattr(found, n)) is None else v for n in DECLARES},
        "origine_reference": ORIGINES.get(sheet.calcul.reference.origine, "")
        if sheet.calcul.reference
        else "",
        "dossier": dossier,
        "annee": dossier.campagne.annee,
        "volets": volets.remplir(found, partial(perimetre_de, request), timezone.localdate()),
        "decision_etat": DECISIONS[sheet.decision.sens if sheet.decision else "attente"],
        "fil": [
            ("Performance achat", f"{reverse('achats:performance')}?{query}"),
            (ght, f"{reverse('achats:lignes')}?{query}"),
        ],
    }
    return rendre(request, "achats/action.html", contexte)
