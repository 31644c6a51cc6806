"""Revisions: those that are due, and one of them seen before it is applied."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from fanal.comptes.acces import compte, exiger, perimetre_de
from fanal.interface.nombres import Absence, ecrire_montant
from fanal.interface.tableaux import Colonne, Tableau, rendre
from fanal.prix.actions.clauses import appliquer_revision
from fanal.prix.compute.clause import date_de_revision
from fanal.prix.compute.ecriture import ordre_naturel
from fanal.prix.compute.recit import phrase
from fanal.prix.compute.revision import LigneRevisee, Revision
from fanal.prix.forms import MotifForm
from fanal.prix.models import ClauseRevision
from fanal.prix.queries.prix import apercu_revision, definition, est_notifie, fin_du_marche
from fanal.prix.queries.revisions import revisions_dues
from fanal.prix.rules.clauses import check_applicable
from fanal.prix.views.commun import (
    LECTURE_SEULE,
    VOIR,
    clause_vue,
    fil_prix,
    lire_jour,
    lire_verrou,
    marche_gere,
    peut_gerer,
)
from fanal.prix.views.tables import decimales
from fanal.refus import Refus

DUES = {"en_retard": ("En retard", "attention"), "a_venir": ("À venir", "attente")}
ETATS_LIGNE = {
    "revisee": ("Révisée", "decide"),
    "plafonnee": ("Plafonnée", "attention"),
    "plancher": ("Au plancher", "attention"),
    "inchangee": ("Inchangée", "neutre"),
    "echue": ("Échue", "neutre"),
    "non_visee": ("Non visée", "neutre"),
    "seuil": ("Sous le seuil", "neutre"),
    "pas_encore": ("Pas encore", "attente"),
}


@require_GET
def revisions(request: HttpRequest) -> HttpResponse:
    """The revisions to come and the late ones, over every contract of the account."""
    exiger(request, VOIR)
    due = revisions_dues(perimetre_de(request, VOIR), timezone.localdate())
    late = sum(d.en_retard for d in due)
    contexte = {
        "titre": "Révisions de prix",
        "phrase": _phrase(len(due), late),
        "retard": late,
        "venir": len(due) - late,
        "revisions": Tableau(
            nom="revisions",
            titre="Révisions à venir et en retard",
            lignes=due,
            vide="Aucune révision n'est attendue : les clauses s'écrivent sur la page des prix d'un marché.",
            colonnes=[
                Colonne("le", "Date de révision", "date"),
                Colonne("etat", "État", "etat", etats=DUES, choix=True),
                Colonne(
                    "marche",
                    "Marché",
                    "lien",
                    valeur=lambda d: d.marche.identifiant,
                    lien=lambda d: reverse("prix:bpu", args=[d.marche.pk]),
                ),
                Colonne("objet", "Objet", valeur=lambda d: d.marche.objet),
                Colonne("formule", "Formule"),
                Colonne(
                    "acte",
                    "À faire",
                    "lien",
                    valeur=lambda d: "Voir le calcul",
                    lien=lambda d: f"{reverse('prix:reviser', args=[d.clause.pk])}?le={d.le:%Y-%m-%d}",
                    triable=False,
                ),
            ],
        ),
    }
    return rendre(request, "prix/revisions.html", contexte)


def _phrase(due: int, late: int) -> str:
    if not due:
        return "Aucune révision n'est attendue sur vos marchés."
    said = "1 révision est en retard" if late == 1 else f"{late} révisions sont en retard"
    coming = due - late
    rest = "1 est à venir" if coming == 1 else f"{coming} sont à venir"
    return f"{said if late else 'Aucune révision n’est en retard'}, {rest}."


@require_http_methods(["GET", "POST"])
def reviser(request: HttpRequest, pk: int) -> HttpResponse:
    """What the clause gives at a date for every line; then, confirmed, the prices written."""
    clause = clause_vue(request, pk)
    marche, today = clause.marche, timezone.localdate()
    if request.method == "POST":
        marche_gere(request, marche.pk)
    le = lire_jour(request.GET.get("le", ""), today)
    form = MotifForm(request.POST or None, aide="Nécessaire si un indice est provisoire.")
    error = ""
    if request.method == "POST":
        try:
            done, _ = appliquer_revision(
                clause=clause,
                le=le,
                by=compte(request),
                instant=timezone.now(),
                motif=request.POST.get("motif", ""),
                verrou=lire_verrou(request, marche),
            )
        except Refus as refus:
            error = refus.phrase
        else:
            messages.success(
                request, f"La révision est faite : les prix valent à partir du {done.effet:%d/%m/%Y}."
            )
            return redirect("prix:bpu", marche.pk)
    contexte = _contexte(request, clause, le) | {"form": form, "erreur": error}
    return rendre(request, "prix/reviser.html", contexte, status=422 if error else 200)


def _contexte(request: HttpRequest, clause: ClauseRevision, le: Any) -> dict[str, Any]:
    marche = clause.marche
    value = definition(clause)
    contexte: dict[str, Any] = {
        "titre": f"Révision au {le:%d/%m/%Y}",
        "fil": fil_prix(marche, (value.intitule or "Clause", reverse("prix:clause", args=[clause.pk]))),
        "clause": clause,
        "marche": marche,
        "regles": value.phrases(),
        "le": le,
        "gerer": peut_gerer(request, marche),
    }
    try:
        revision = apercu_revision(clause, le)
    except Refus as refus:
        return contexte | {"phrase": refus.phrase, "impossible": refus.phrase}
    stakes = [line.enjeu for line in revision.lignes if line.bouge and line.enjeu is not None]
    moved = sum(line.bouge for line in revision.lignes)
    return contexte | {
        "phrase": phrase(revision),
        "revision": revision,
        "coefficient": revision.coefficient,
        "bougent": moved,
        "immobiles": len(revision.lignes) - moved,
        "enjeu": ecrire_montant(sum(stakes), 0) if stakes else None,
        "lignes": _table(revision),
        "raison": _raison(request, clause, le),
        "date_prevue": date_de_revision(value, le),
    }


def _raison(request: HttpRequest, clause: ClauseRevision, le: Any) -> str:
    """Why the revision cannot be applied now; empty when it can."""
    if not peut_gerer(request, clause.marche):
        return LECTURE_SEULE
    try:
        check_applicable(
            clause=definition(clause),
            le=le,
            aujourd_hui=timezone.localdate(),
            traitees=list(clause.revisions.values_list("le", flat=True)),
            fin=fin_du_marche(clause.marche, le),
            notifie=est_notifie(clause.marche),
        )
    except Refus as refus:
        return refus.phrase
    return ""


def lignes_montrees(revision: Revision) -> list[LigneRevisee]:
    """The lines that move first."""
    return sorted(revision.lignes, key=lambda line: (not line.bouge, ordre_naturel(line.ligne.cle)))


def _table(revision: Revision) -> Tableau:
    digits = decimales([x for line in revision.lignes for x in (line.prix_avant, line.prix_revise)])
    return Tableau(
        nom="lignes",
        titre="Lignes : ce qui bouge, ce qui ne bouge pas et pourquoi",
        lignes=lignes_montrees(revision),
        vide="Ce marché n'a pas encore de bordereau : déposez-le pour réviser ses prix.",
        colonnes=[
            Colonne("cle", "Ligne", valeur=lambda x: x.ligne.cle),
            Colonne("libelle", "Libellé", valeur=lambda x: x.ligne.libelle),
            Colonne("etat", "Suite", "etat", etats=ETATS_LIGNE, choix=True),
            Colonne("prix_avant", "Prix en vigueur", "montant", unite="€ HT", decimales=digits),
            Colonne("prix_revise", "Prix révisé", "montant", unite="€ HT", decimales=digits),
            Colonne("enjeu", "Effet annuel", "montant", total="somme", absence=Absence.NON_CALCULABLE),
            Colonne("phrase", "Calcul"),
        ],
    )
