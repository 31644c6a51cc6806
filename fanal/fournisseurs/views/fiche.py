"""A supplier's page: who it is, what is bought from it, what went wrong, what it is worth."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from fanal.comptes.acces import exiger, perimetre_de
from fanal.comptes.perimetre import Perimetre
from fanal.fournisseurs.actions.suivi import criteres, poids
from fanal.fournisseurs.compute.evaluations import Mois, Periode, moyenne, note, par_mois
from fanal.fournisseurs.models import Evaluation, Fournisseur, Incident, TypeIdentifiant
from fanal.fournisseurs.queries.fournisseurs import (
    Groupe,
    comptes_visibles,
    evaluations_visibles,
    groupe,
    historique,
    incidents_visibles,
    un_fournisseur,
)
from fanal.fournisseurs.registre import mois_commandes, volets
from fanal.fournisseurs.rules.comptes import masquer
from fanal.fournisseurs.rules.identites import controler, tva_de
from fanal.fournisseurs.views.liste import ETATS, GERER, VOIR
from fanal.interface.nombres import ecrire_nombre
from fanal.interface.tableaux import Absence, Colonne, Tableau, rendre

EVALUER = "fournisseur.evaluer"
ETATS_INCIDENT = {"ouvert": ("Ouvert", "attention"), "clos": ("Clos", "decide")}


@require_GET
def fiche(request: HttpRequest, pk: int) -> HttpResponse:
    """All that the account may know of a supplier; a merged one leads to the one that stands for it."""
    held = exiger(request, VOIR)
    found = un_fournisseur(pk)
    if found.fusionne_dans_id:
        return redirect("fournisseurs:fiche", found.fusionne_dans_id)
    today = timezone.localdate()
    group = groupe(found)
    panels = volets(group.cles, held, today)
    incidents = incidents_visibles(held).filter(fournisseur__in=group.cles)
    marks = list(evaluations_visibles(held).filter(fournisseur__in=group.cles))
    months = _mois(marks, group, held, today)
    manager = perimetre_de(request, GERER)
    accounts = list(comptes_visibles(manager).filter(fournisseur__in=group.cles))
    context = {
        "titre": found.nom,
        "phrase": phrase(found, panels, incidents.filter(clos_le=None).count()),
        "fil": [("Fournisseurs", reverse("fournisseurs:fournisseurs"))],
        "fournisseur": found,
        "type_identifiant": TypeIdentifiant(found.type_identifiant).label if found.type_identifiant else "",
        "avertissements": avertissements(found),
        "etat": ETATS[found.etat],
        "tva": found.tva or tva_de(found.siren),
        "groupe": group,
        "volets": [(volet, context | {"fournisseur": found}) for volet, context in panels],
        "incidents": _incidents(incidents, request),
        "evaluations": _evaluations(marks, today),
        "mois": months,
        "note": moyenne(m.note for m in months if m.note is not None),
        "mois_sans_commande": sum(m.commandes is False for m in months),
        "commandes_inconnues": any(m.commandes is None for m in months),
        "comptes": [(c, masquer(c.iban)) for c in accounts],
        "historique": list(historique(group)[:20]),
        "peut_gerer": not manager.vide,
        "peut_gerer_ght": bool(manager.ghts),
        "peut_signaler": not perimetre_de(request, EVALUER).vide,
        "peut_evaluer": bool(perimetre_de(request, EVALUER).ghts),
    }
    return rendre(request, "fournisseurs/fiche.html", context)


def phrase(found: Fournisseur, panels: list[tuple[Any, dict[str, Any]]], ouverts: int) -> str:
    """The answer in one sentence: what the panels say, then what is open."""
    said = [context["phrase"] for _, context in panels if context.get("phrase")]
    if not said:
        said = ["Aucun marché que vous voyez n'est attribué à ce fournisseur"]
    if ouverts:
        said.append("1 incident ouvert" if ouverts == 1 else f"{ecrire_nombre(ouverts)} incidents ouverts")
    return f"{', '.join(said)}."


def avertissements(found: Fournisseur) -> list[str]:
    """What to check about its identity: it warns and blocks nothing."""
    warned = []
    sentence = controler(found.type_identifiant, found.identifiant).phrase
    if sentence:
        warned.append(sentence)
    if found.etat == Fournisseur.Etat.FERME:
        when = f" au {found.etat_le:%d/%m/%Y}" if found.etat_le else ""
        warned.append(
            f"Cet établissement est fermé{when} ({found.etat_source}). Vérifiez qui lui succède : les "
            f"marchés en cours continuent d'être suivis."
        )
    elif found.etat == Fournisseur.Etat.INCONNU and found.type_identifiant == TypeIdentifiant.SIRET:
        warned.append("L'état de ce SIRET n'est pas connu : aucune liste ne l'a donné.")
    return warned


def _mois(marks: list[Evaluation], group: Groupe, held: Perimetre, today: date) -> list[Mois]:
    periods = [Periode(e.du, e.au, e.notes) for e in marks]
    return par_mois(periods, poids(today), mois_commandes(group.cles, held, today)) if periods else []


def _incidents(rows: Any, request: HttpRequest) -> Tableau:
    mine = perimetre_de(request, EVALUER)

    def close(row: Incident) -> str:
        open_here = row.clos_le is None and (
            mine.national or row.ght_id in mine.ghts or row.etablissement_id in mine.etablissements
        )
        return reverse("fournisseurs:clore", args=[row.pk]) if open_here else ""

    return Tableau(
        nom="incidents",
        titre="Incidents",
        lignes=list(rows),
        vide="Aucun incident signalé.",
        recherche=False,
        colonnes=[
            Colonne("survenu_le", "Survenu le", "date"),
            Colonne("nature", "Nature", valeur=lambda r: r.get_nature_display()),
            Colonne("grave", "Grave", valeur=lambda r: "Oui" if r.grave else "Non"),
            Colonne("etablissement", "Établissement", valeur=lambda r: str(r.etablissement or r.ght)),
            Colonne("description", "Description"),
            Colonne(
                "etat",
                "État",
                "etat",
                etats=ETATS_INCIDENT,
                valeur=lambda r: "clos" if r.clos_le else "ouvert",
            ),
            Colonne("clos_le", "Clos le", "date", valeur=lambda r: r.clos_le or Absence.SANS_OBJET),
            Colonne("clore", "Action", "lien", valeur=lambda r: "Clore" if close(r) else "", lien=close),
        ],
    )


def _evaluations(marks: list[Evaluation], today: date) -> Tableau:
    titles: Mapping[str, str] = criteres(today)
    weights: Mapping[str, Decimal] = poids(today)
    return Tableau(
        nom="evaluations",
        titre="Évaluations",
        lignes=marks,
        vide="Aucune évaluation.",
        recherche=False,
        colonnes=[
            Colonne("du", "Du", "date"),
            Colonne("au", "Au", "date"),
            Colonne("ght", "GHT", valeur=lambda e: e.ght.code),
            *(_critere(code, title) for code, title in titles.items()),
            Colonne("note", "Note sur 5", "nombre", valeur=lambda e: note(e.notes, weights), decimales=2),
            Colonne("commentaire", "Commentaire", visible=False),
        ],
    )


def _critere(code: str, titre: str) -> Colonne:
    return Colonne(
        f"c_{code}",
        titre,
        "entier",
        valeur=lambda e: e.notes.get(code),
        absence=Absence.NON_RENSEIGNE,
    )
