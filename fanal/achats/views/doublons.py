"""Gains claimed twice, by a GHT and by an operator, and gains taken up from operators alone."""

from typing import Any
from urllib.parse import urlencode

import polars as pl
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from fanal.achats.forms_instruction import RepriseForm
from fanal.achats.queries.doublons import (
    Cumul,
    alone_table,
    build_takeover,
    operator_lines,
    summed,
    twice_table,
)
from fanal.achats.queries.lot import ApercuLot, preview
from fanal.achats.views.decision import MONTREES
from fanal.achats.views.file import lines_phrase
from fanal.achats.views.performance import consolidation
from fanal.campagnes.actions import decisions
from fanal.comptes.acces import exiger, perimetre_de
from fanal.interface import ici
from fanal.interface.nombres import Absence, ecrire_millions, ecrire_montant, ecrire_nombre
from fanal.interface.tableaux import Colonne, Tableau, rendre
from fanal.refus import Introuvable, Refus

RETENUES = {
    "ght": ("Celle du GHT", "information"),
    "operateur": ("Celle de l'opérateur", "attention"),
    "egal": ("Les deux concordent", "decide"),
}
REPRISES = {"attente": ("Non reprise", "neutre"), "repris": ("Reprise", "decide")}


@require_GET
def doublons(request: HttpRequest) -> HttpResponse:
    """What both sides claim: the two figures, the lower, the difference; and what operators alone claim."""
    place = ici.ici(request, timezone.localdate())
    exiger(request, "controle.voir", place.noeud)
    decide = perimetre_de(request, "ligne.decider").national
    form, result = consolidation(request, place.annee, place.noeud)
    twice, alone = twice_table(result), alone_table(result)
    contexte = {
        "titre": f"Gains déclarés deux fois en {place.annee}",
        "phrase": _sentence(twice, alone),
        "form": form,
        "nombre": twice.height,
        "difference": twice["difference"].sum() if twice.height else 0,
        "ecart": result.total.ecart_doublons,
        "seuls": alone["gain"].sum() if alone.height else 0,
        "paires": _pairs(twice, form.phrases()),
        "operateurs": _sums("operateurs", "Par opérateur", "Opérateur", summed(twice, "nom_operateur")),
        "ghts": _sums("ghts", "Par GHT", "GHT", summed(twice, "ght")),
        "isoles": _alone(alone, selection=decide, filtres=form.phrases()),
        "peut_decider": decide,
        "isoles_nombre": alone.height,
        "garde": urlencode({"annee": place.annee, "territoire": place.parametre}),
    }
    return rendre(request, "achats/doublons.html", contexte)


def _sentence(twice: pl.DataFrame, alone: pl.DataFrame) -> str:
    if not twice.height:
        text = "Aucun gain n'est déclaré à la fois par un GHT et par un opérateur"
    else:
        declared, other = (ecrire_millions(twice[c].sum()) for c in ("declare", "operateur"))
        kept = ecrire_millions(twice["plus_bas"].sum())
        text = f"{ecrire_nombre(twice.height)} marchés déclarés des deux côtés : {declared} par les GHT, "
        text += f"{other} par les opérateurs ; la plus basse des deux, marché par marché, donne {kept}"
    if alone.height:
        text += f". {ecrire_millions(alone['gain'].sum())} ne sont déclarés que par des opérateurs"
    return text + "."


def _amount(cle: str, titre: str, **options: Any) -> Colonne:
    return Colonne(cle, titre, "montant_rond", total="somme", **options)


def _pairs(twice: pl.DataFrame, filtres: list[str]) -> Tableau:
    return Tableau(
        nom="paires",
        titre="Marchés déclarés des deux côtés",
        lignes=twice,
        vide="Aucun marché n'est déclaré des deux côtés.",
        filtres=filtres,
        colonnes=[
            Colonne(
                "numero_marche",
                "Marché",
                "lien",
                lien=lambda row: reverse("achats:action", args=[row["action_id"]]),
            ),
            Colonne("finess", "FINESS"),
            Colonne("ght", "GHT", choix=True),
            Colonne("nom_operateur", "Opérateur", choix=True),
            _amount("declare", "Déclaré par le GHT"),
            _amount("operateur", "Déclaré par l'opérateur"),
            _amount("plus_bas", "La plus basse"),
            _amount("difference", "Différence"),
            Colonne("retenue", "Retenue", "etat", etats=RETENUES, choix=True),
            _amount("attente", "En attente", visible=False),
            _amount("ecart", "Déjà retiré", aide="Retiré des lignes décidées", visible=False),
        ],
    )


def _sums(nom: str, titre: str, colonne: str, rows: list[Cumul]) -> Tableau:
    return Tableau(
        nom=nom,
        titre=titre,
        lignes=rows,
        vide="Aucun double.",
        colonnes=[
            Colonne("nom", colonne, valeur=lambda r: r.nom or Absence.NON_RENSEIGNE),
            Colonne("nombre", "Marchés", "entier", total="somme"),
            _amount("declare", "Déclaré par les GHT"),
            _amount("operateur", "Déclaré par l'opérateur"),
            _amount("plus_bas", "La plus basse"),
            _amount("difference", "Différence"),
            _amount("ecart", "Déjà retiré"),
        ],
    )


def _alone(alone: pl.DataFrame, *, selection: bool, filtres: list[str]) -> Tableau:
    return Tableau(
        nom="isoles",
        titre="Déclarés par un opérateur seul",
        lignes=alone,
        vide="Tout ce que les opérateurs déclarent est aussi déclaré par un GHT.",
        filtres=filtres,
        cle_ligne=lambda row: str(row["ligne_id"]),
        selection="gain" if selection else "",
        formulaire="reprendre" if selection else "",
        colonnes=[
            Colonne("numero_marche", "Marché"),
            Colonne("nom_operateur", "Opérateur", choix=True),
            Colonne("finess", "FINESS"),
            Colonne("ght", "GHT", valeur=lambda r: r["ght"] or Absence.NON_RENSEIGNE, champ="ght"),
            _amount("gain", "Déclaré"),
            _amount("repris", "Repris"),
            Colonne("decision", "Décision", "etat", etats=REPRISES, choix=True),
        ],
    )


@require_http_methods(["GET", "POST"])
def reprendre(request: HttpRequest) -> HttpResponse:
    """Take up gains that an operator alone declares, with a reason: form, preview, decision."""
    held = exiger(request, "ligne.decider")
    keys = [int(k) for k in request.GET.getlist("gain") if k.isdecimal() and len(k) < 19]
    lines = operator_lines(keys, held)
    if not lines:
        raise Introuvable(
            "Aucun gain n'est choisi. Cochez des lignes dans la page des doubles, puis recommencez."
        )
    kept = {k: v for k, v in request.GET.items() if k != "gain"}
    back = f"{reverse('achats:doublons')}?{urlencode(kept)}"
    only = lines[0] if len(lines) == 1 else None
    form = RepriseForm(request.POST if request.method == "POST" else None, seule=only)
    base = {"form": form, "retour": back, "fil": [("Gains déclarés deux fois", back)]}
    if request.method == "POST" and form.is_valid():
        user: Any = request.user
        shown = preview(build_takeover(lines, form.saisie()), by=user, instant=timezone.now())
        if request.POST.get("etape") == "confirmer" and request.POST.get("empreinte") == shown.empreinte:
            try:
                done = decisions.decider_lot(choix=shown.choix, by=user, instant=timezone.now())
            except Refus as refusal:
                messages.error(request, refusal.phrase)
            else:
                total = ecrire_montant(shown.total.apres, 0)
                messages.success(request, f"{lines_phrase(len(done))} : {total} repris des opérateurs.")
                return redirect(back)
        return render(request, "achats/apercu.html", base | _preview(shown))
    declared = sum(line.gain_ttc for line in lines)
    contexte = base | {
        "titre": f"Reprendre de l'opérateur : {lines_phrase(len(lines))}",
        "phrase": f"{ecrire_montant(declared, 0)} déclarés. Rien n'est enregistré avant l'aperçu.",
    }
    return render(request, "achats/decision.html", contexte, status=422 if form.errors else 200)


def _preview(shown: ApercuLot) -> dict[str, Any]:
    count = len(shown.lignes)
    amount = ecrire_montant(shown.total.apres, 0)
    text = f"{lines_phrase(count)} : {amount} s'ajoutent aux gains retenus"
    if not count:
        text = "Aucun gain ne peut être repris"
    if shown.refus:
        text += f" ; {lines_phrase(len(shown.refus))} refusées"
    return {
        "titre": "Aperçu : reprendre de l'opérateur",
        "phrase": f"{text}.",
        "shown": shown,
        "absent": Absence.NON_RENSEIGNE,
        "montrees": shown.lignes[:MONTREES],
        "reste": max(0, count - MONTREES),
        "confirmer": f"Reprendre {lines_phrase(count)}",
    }
