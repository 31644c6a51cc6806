"""Deciding lines of the queue: what is asked, what it would do, then the decision itself.

The lines stand in the address (numbers, or the queue's filters); the decision is posted to the same address.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from fanal.achats.forms_instruction import DECISIONS, OBSERVATIONS, DecisionForm
from fanal.achats.models import Action
from fanal.achats.queries.instruction import FORMAT, Mesure, measure
from fanal.achats.queries.lot import (
    COMMENTAIRE_DU_CONTROLE,
    ApercuLot,
    build_lot,
    lesser_amount,
    preview,
)
from fanal.achats.queries.performance import regle
from fanal.achats.queries.tables import TYPE, current
from fanal.achats.views.file import lines_phrase, read
from fanal.achats.views.observations import ask
from fanal.campagnes.actions import decisions
from fanal.campagnes.models import Dossier
from fanal.comptes.acces import exiger
from fanal.interface.nombres import Absence, ecrire_montant, ecrire_nombre
from fanal.refus import Introuvable, Refus

MONTREES = 100
PARTICIPES = {
    "retenu": ("sera retenue", "seront retenues", "Retenir"),
    "moindre": ("sera réduite", "seront réduites", "Réduire"),
    "retire": ("sera retirée", "seront retirées", "Retirer"),
}
FAITES = {
    "retenu": ("est retenue", "sont retenues"),
    "moindre": ("est retenue pour un montant moindre", "sont retenues pour un montant moindre"),
    "retire": ("est retirée", "sont retirées"),
}


@dataclass
class Selection:
    """The lines that the address names, and their dossiers by current version."""

    lignes: QuerySet[Action]
    dossiers: dict[int, Dossier]
    mesure: Mesure
    retour: str

    @property
    def seule(self) -> Action | None:
        return self.lignes.first() if self.mesure.lignes == 1 else None

    @property
    def phrase(self) -> str:
        n = len(self.dossiers)
        gain = ecrire_montant(self.mesure.gain, 0)
        declared = f", {gain} de gain annuel déclaré" if gain else ""
        return f"{lines_phrase(self.mesure.lignes)} de {n} GHT{declared}"


def select(request: HttpRequest) -> Selection:
    """The lines of the address that the account may decide. Raises Introuvable when there is none."""
    held = exiger(request, "ligne.decider")
    if request.GET.get("portee") == "tout":
        vue = read(request, "ligne.decider")
        lines, campagne = vue.lignes, vue.campagne
    else:
        keys = [int(k) for k in request.GET.getlist("ligne") if k.isdecimal() and len(k) < 19]
        lines = current(Action.objects.filter(pk__in=keys)).filter(
            held.dossiers_q("version__dossier__"),
            version__dossier__campagne__type_campagne=TYPE,
            version__dossier__format=FORMAT,
        )
        first = lines.select_related("version__dossier__campagne").first()
        campagne = first.version.dossier.campagne if first else None
    if campagne is None or not (found := measure(lines, campagne)).lignes:
        raise Introuvable(
            "Aucune ligne n'est choisie. Revenez à la file, cochez des lignes ou prenez toutes les lignes "
            "filtrées, puis choisissez une décision."
        )
    versions = lines.order_by().values_list("version", flat=True).distinct()
    dossiers = Dossier.objects.filter(version_courante__in=list(versions)).select_related(
        "campagne", "version_courante", "ght__region", "region", "etablissement", "operateur"
    )
    kept = {k: v for k, v in request.GET.items() if k not in ("ligne", "portee", "sens")}
    back = f"{reverse('achats:controle')}?{urlencode(kept)}"
    by_version = {d.version_courante_id: d for d in dossiers if d.version_courante_id}
    return Selection(lines, by_version, found, back)


@require_http_methods(["GET", "POST"])
def decision(request: HttpRequest) -> HttpResponse:
    """The form, its preview, and the decision."""
    chosen = select(request)
    if request.GET.get("sens") == OBSERVATIONS:
        return ask(request, chosen)
    form = DecisionForm(
        request.POST if request.method == "POST" else None,
        sens=_sens(request),
        seule=chosen.seule is not None,
        initial=_initial(request, chosen),
    )
    if request.method == "POST" and form.is_valid():
        return _answer(request, chosen, form)
    contexte = _context(chosen, form) | {
        "titre": f"{DECISIONS[form.sens]} : {lines_phrase(chosen.mesure.lignes)}",
        "phrase": f"{chosen.phrase}. Rien n'est enregistré avant l'aperçu.",
    }
    return render(request, "achats/decision.html", contexte, status=422 if form.errors else 200)


def _sens(request: HttpRequest) -> str:
    """The decision that the address names; keeping the lines unless it says otherwise."""
    sens = request.GET.get("sens", "")
    return sens if sens in DECISIONS else "retenu"


def _initial(request: HttpRequest, chosen: Selection) -> dict[str, Any]:
    sens = _sens(request)
    initial: dict[str, Any] = {}
    if sens in ("retire", "moindre"):
        initial["commentaire"] = COMMENTAIRE_DU_CONTROLE
    if sens == "moindre" and (action := chosen.seule):
        annee = chosen.dossiers[action.version_id].campagne.annee
        amount = lesser_amount(action, regle(annee))
        initial["montant"] = "" if amount is None else f"{amount:.2f}".replace(".", ",")
    return initial


def _context(chosen: Selection, form: DecisionForm) -> dict[str, Any]:
    return {
        "form": form,
        "chosen": chosen,
        "retour": chosen.retour,
        "fil": [("Instruction", chosen.retour)],
        "plusieurs": chosen.seule is None,
    }


def _answer(request: HttpRequest, chosen: Selection, form: DecisionForm) -> HttpResponse:
    user: Any = request.user
    now = timezone.now()
    wanted = form.saisie()
    shown = preview(build_lot(chosen.lignes, chosen.dossiers, wanted), by=user, instant=now)
    if request.POST.get("etape") == "confirmer" and shown.lignes:
        if request.POST.get("empreinte") != shown.empreinte:
            messages.warning(
                request, "Des lignes ont changé depuis l'aperçu : relisez-le. Rien n'a été enregistré."
            )
        else:
            try:
                done = decisions.decider_lot(choix=shown.choix, by=user, instant=now)
            except Refus as refusal:
                messages.error(request, refusal.phrase)
            else:
                messages.success(request, result_sentence(wanted.sens, len(done), shown))
                return redirect(chosen.retour)
    contexte = _context(chosen, form) | preview_context(wanted.sens, shown)
    return render(request, "achats/apercu.html", contexte)


def preview_context(sens: str, shown: ApercuLot) -> dict[str, Any]:
    """What the preview page shows."""
    count = len(shown.lignes)
    return {
        "titre": f"Aperçu : {DECISIONS.get(sens, 'décider').lower()}",
        "phrase": preview_sentence(sens, shown),
        "shown": shown,
        "absent": Absence.NON_RENSEIGNE,
        "montrees": shown.lignes[:MONTREES],
        "reste": max(0, count - MONTREES),
        "confirmer": f"{PARTICIPES[sens][2]} {lines_phrase(count)}" if sens in PARTICIPES else "Confirmer",
    }


def preview_sentence(sens: str, shown: ApercuLot) -> str:
    """What will happen, in one sentence, with its amounts."""
    count, total = len(shown.lignes), shown.total
    if not count and shown.refus:
        return f"Aucune des {lines_phrase(len(shown.refus))} ne peut être décidée ainsi : rien ne changera."
    if not count:
        text = "Rien ne changera"
    else:
        verb = PARTICIPES[sens][0 if count == 1 else 1]
        declared, kept = ecrire_montant(total.declare, 0), ecrire_montant(total.apres, 0)
        text = f"{lines_phrase(count)} de {len(shown.par_dossier)} GHT {verb} : {declared} déclarés"
        text += f", {kept} retenus" + (f", {ecrire_montant(total.retire, 0)} retirés" if total.retire else "")
    if shown.refus:
        n = len(shown.refus)
        stay = "reste comme elle est" if n == 1 else "restent comme elles sont"
        text += (
            f" ; {ecrire_nombre(n)} {'ligne ne peut' if n == 1 else 'lignes ne peuvent'} pas l'être et {stay}"
        )
    if shown.apercu.inchanges:
        text += f" ; {lines_phrase(shown.apercu.inchanges)} déjà ainsi"
    return text + "."


def result_sentence(sens: str, count: int, shown: ApercuLot) -> str:
    """What was done."""
    verb = FAITES[sens][0 if count == 1 else 1]
    text = f"{lines_phrase(count)} {verb} : {ecrire_montant(shown.total.apres, 0)} retenus sur "
    text += f"{ecrire_montant(shown.total.declare, 0)} déclarés."
    if shown.refus:
        text += f" {lines_phrase(len(shown.refus))} à revoir : {shown.refus[0].phrase}"
    return text
