"""The clause editor: written as YAML, tried at once on the lines of the contract."""

from typing import Any

import yaml
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fanal.comptes.acces import compte
from fanal.interface.tableaux import Colonne, Tableau
from fanal.marches.models import Marche
from fanal.prix.actions.clauses import enregistrer_clause, retirer_clause
from fanal.prix.compute.clause import Clause
from fanal.prix.compute.recit import phrase
from fanal.prix.compute.revision import Revision, reviser
from fanal.prix.forms import ClauseForm, MotifForm
from fanal.prix.models import ClauseRevision
from fanal.prix.queries.indices import series_connues, series_pour
from fanal.prix.queries.prix import definition, est_notifie, lignes_a_reviser
from fanal.prix.rules.clauses import check_ecrire_clause
from fanal.prix.rules.definition import lire_clause
from fanal.prix.rules.document import charger_yaml
from fanal.prix.views.commun import (
    LECTURE_SEULE,
    clause_vue,
    fil_prix,
    lire_jour,
    marche_gere,
    marche_vu,
    peut_gerer,
)
from fanal.prix.views.revisions import ETATS_LIGNE, lignes_montrees
from fanal.refus import Refus

EXEMPLE = """intitule: Révision annuelle
article: CCAP, article 8.2
formule:
  fixe: 0.15
  termes:
    - indice: CODE-INDICE-1
      part: 0.50
    - indice: CODE-INDICE-2
      part: 0.35
mois_zero: {mois}
lecture:
  mode: valeur_du_mois
periodicite:
  mois: 12
  premiere: {premiere}
arrondi:
  coefficient:
    decimales: 3
    sens: superieur
  prix:
    decimales: 2
butoir:
  hausse: 0.03
sauvegarde: 0.05
"""


@require_http_methods(["GET", "POST"])
def nouvelle(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the clause of a contract."""
    return _editer(request, marche_gere(request, pk), None)


@require_http_methods(["GET", "POST"])
def modifier(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a clause while it may be."""
    clause = clause_vue(request, pk)
    marche_gere(request, clause.marche_id)
    return _editer(request, clause.marche, clause)


def _editer(request: HttpRequest, marche: Marche, clause: ClauseRevision | None) -> HttpResponse:
    notified = est_notifie(marche)
    form = ClauseForm(request.POST or None, notifie=notified, initial=_initial(marche, clause))
    error = ""
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            kept = enregistrer_clause(
                marche=marche,
                brut=charger_yaml(data["definition"]),
                by=compte(request),
                instant=timezone.now(),
                clause=clause,
                transcription=bool(data.get("transcription")),
                motif=data.get("motif", ""),
            )
        except Refus as refus:
            error = refus.phrase
        else:
            messages.success(request, "La clause est enregistrée : elle peut être appliquée à ses dates.")
            return redirect("prix:clause", kept.pk)
    contexte = {
        "titre": "Modifier la clause de révision" if clause else "Écrire la clause de révision",
        "phrase": "La clause est vérifiée à chaque essai ; rien n'est enregistré avant votre accord.",
        "fil": fil_prix(marche),
        "marche": marche,
        "form": form,
        "erreur": error,
        "interdit": _interdit(marche, clause),
        "essai": reverse("prix:essai", args=[marche.pk]),
        "series": series_connues(),
    }
    return render(request, "prix/editeur.html", contexte, status=422 if error or form.errors else 200)


def _interdit(marche: Marche, clause: ClauseRevision | None) -> str:
    """Why the clause could not be written even as a transcription; empty when it could."""
    try:
        check_ecrire_clause(
            notifie=est_notifie(marche),
            types_prix=marche.types_prix,
            existe=clause is not None,
            revisions=clause.revisions.count() if clause else 0,
            transcription=True,
        )
    except Refus as refus:
        return refus.phrase
    return ""


def _initial(marche: Marche, clause: ClauseRevision | None) -> dict[str, Any]:
    today = timezone.localdate()
    if clause is not None:
        document = {k: v for k, v in clause.definition.items() if v not in ("", [])}
        text = yaml.safe_dump(document, allow_unicode=True, sort_keys=False)
        return {"definition": text, "essai_le": today}
    start = marche.date_debut or marche.date_notification or today
    first = start.replace(year=start.year + 1, day=min(start.day, 28))
    text = EXEMPLE.replace("{mois}", f"{start:%Y-%m}").replace("{premiere}", f"{first:%Y-%m-%d}")
    return {"definition": text, "essai_le": today}


@require_POST
def essai(request: HttpRequest, pk: int) -> HttpResponse:
    """The clause being written, tried at a date on the lines of the contract: only the result."""
    marche = marche_vu(request, pk)
    le = lire_jour(request.POST.get("essai_le", ""), timezone.localdate())
    contexte: dict[str, Any] = {"le": le}
    try:
        clause = lire_clause(charger_yaml(request.POST.get("definition", "")[:20_000]))
        contexte["clause"] = clause
        contexte["revision"] = revision = _essayer(marche, clause, le)
        contexte["phrase"] = phrase(revision)
        contexte["lignes"] = lignes_montrees(revision)[:20]
        contexte["reste"] = max(0, len(revision.lignes) - 20)
        contexte["etats"] = ETATS_LIGNE
    except Refus as refus:
        contexte["erreur"] = refus.phrase
    return render(request, "prix/_essai.html", contexte)


def _essayer(marche: Marche, clause: Clause, le: Any) -> Revision:
    series = series_pour([term.indice for term in clause.termes])
    return reviser(clause, series, lignes_a_reviser(marche, le), le)


@require_GET
def clause(request: HttpRequest, pk: int) -> HttpResponse:
    """A clause: what it says, and the revisions made with it."""
    found = clause_vue(request, pk)
    value, may = definition(found), peut_gerer(request, found.marche)
    done = list(found.revisions.order_by("-le"))
    contexte = {
        "titre": value.intitule or "Clause de révision",
        "phrase": value.phrases()[0],
        "fil": fil_prix(found.marche),
        "clause": found,
        "regles": value.phrases()[1:],
        "article": value.article,
        "lignes": value.lignes,
        "revisions": _table(done),
        "gerer": may,
        "raison": "" if may else LECTURE_SEULE,
        "interdit": _interdit(found.marche, found),
        "notifie": est_notifie(found.marche),
    }
    return render(request, "prix/clause.html", contexte)


@require_POST
def retirer(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a clause before notification."""
    found = clause_vue(request, pk)
    marche = marche_gere(request, found.marche_id)
    form = MotifForm(request.POST)
    try:
        retirer_clause(
            clause=found,
            motif=form.data.get("motif", ""),
            by=compte(request),
            instant=timezone.now(),
        )
        messages.success(request, "La clause est retirée ; ce qu'elle était reste au journal.")
    except Refus as refus:
        messages.error(request, refus.phrase)
        return redirect("prix:clause", found.pk)
    return redirect("prix:bpu", marche.pk)


def _table(done: list[Any]) -> Tableau:
    return Tableau(
        nom="revisions",
        titre="Révisions faites",
        lignes=done,
        vide="Aucune révision n'a encore été faite avec cette clause.",
        recherche=False,
        colonnes=[
            Colonne("le", "Date de révision", "date"),
            Colonne("effet", "Prise d'effet", "date"),
            Colonne("coefficient", "Coefficient", "nombre"),
            Colonne(
                "etat",
                "Suite",
                "etat",
                etats={
                    "appliquee": ("Appliquée", "decide"),
                    "sans_effet": ("Sans effet", "neutre"),
                },
            ),
            Colonne("phrase", "Calcul", valeur=lambda r: r.calcul.get("phrase", "")),
        ],
    )
