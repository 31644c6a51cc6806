"""Asking many GHT for their observations at once: the form, its preview, the requests."""

from collections import Counter
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from fanal.achats.actions.instruction import ask_observations
from fanal.achats.forms_instruction import ObservationsForm
from fanal.achats.models import Action
from fanal.achats.queries.instruction import remarks_of
from fanal.achats.views.file import lines_phrase
from fanal.campagnes.models import Dossier
from fanal.campagnes.queries.demandes import ApercuDemandes, previsualiser_demandes
from fanal.campagnes.rules import pluriel
from fanal.campagnes.temps import add_days, jour_fr, local_day
from fanal.refus import Refus

if TYPE_CHECKING:
    from fanal.achats.views.decision import Selection


def ask(request: HttpRequest, chosen: "Selection") -> HttpResponse:
    """What the GHT are asked on the lines chosen, and until when."""
    now = timezone.now()
    first = next(iter(chosen.dossiers.values()))
    initial = {"echeance": add_days(local_day(now), first.campagne.delai_reponse_jours)}
    form = ObservationsForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            return _answer(request, chosen, form)
        except Refus as refusal:
            form.add_error(None, refusal.phrase)
    contexte = _context(chosen, form) | {
        "titre": f"Demander des observations sur {lines_phrase(chosen.mesure.lignes)}",
        "phrase": f"{chosen.phrase}. Les GHT reçoivent un courriel ; ils répondent ou corrigent leur ligne.",
    }
    return render(request, "achats/decision.html", contexte, status=422 if form.errors else 200)


def _context(chosen: "Selection", form: ObservationsForm) -> dict[str, Any]:
    return {"form": form, "chosen": chosen, "retour": chosen.retour, "fil": [("Instruction", chosen.retour)]}


def _answer(request: HttpRequest, chosen: "Selection", form: ObservationsForm) -> HttpResponse:
    user: Any = request.user
    now = timezone.now()
    data = form.cleaned_data
    until = f"Réponse jusqu'au {jour_fr(form.due)} compris."
    wanted = build_requests(list(chosen.lignes), chosen.dossiers, data["texte"], with_remarks=data["joindre"])
    shown = previsualiser_demandes(demandes=wanted, echeance=form.due, by=user, instant=now)
    if request.POST.get("etape") == "confirmer" and shown.demandes:
        ask_observations(demandes=shown.demandes, echeance=form.due, by=user, instant=now)
        messages.success(request, f"{_sentence(shown, 'Observations demandées sur')} {until}")
        return redirect(chosen.retour)
    contexte = _context(chosen, form) | {
        "titre": "Aperçu : demander des observations",
        "phrase": f"{_sentence(shown, 'À demander sur')} {until}",
        "shown": shown,
        "par_dossier": [(d.nom_noeud, len(t), next(iter(t.values()))) for d, t in shown.demandes.items()],
        "refus": Counter(r.phrase for r in shown.refus).most_common(),
        "confirmer": f"Demander sur {lines_phrase(shown.lignes)}",
    }
    return render(request, "achats/apercu_demandes.html", contexte)


def _sentence(shown: ApercuDemandes, start: str) -> str:
    n = len(shown.refus)
    text = f"{start} {lines_phrase(shown.lignes)} de {len(shown.demandes)} GHT."
    return f"{text} {pluriel(n, 'ligne ne peut', 'lignes ne peuvent')} pas l'être." if n else text


def build_requests(
    actions: list[Action], dossiers: dict[int, Dossier], text: str, *, with_remarks: bool
) -> dict[Dossier, dict[str, str]]:
    """The request made on each line, with its own remarks when asked for."""
    remarks = remarks_of(actions) if with_remarks else {}
    wanted: dict[Dossier, dict[str, str]] = {}
    for action in actions:
        said = [c.phrase for c in remarks.get((action.version_id, action.cle), []) if c.gravite == "controle"]
        full = "\n\n".join([text.strip(), *said])
        wanted.setdefault(dossiers[action.version_id], {})[action.cle] = full
    return wanted
