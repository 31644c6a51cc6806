"""The page of one act: what it rests on, its form, what it would change, then its confirmation."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from fanal.comptes.acces import INVISIBLE, perimetre_de
from fanal.comptes.rules import check_permission
from fanal.marches.actions.avenants import limites_de
from fanal.marches.models import Marche
from fanal.marches.queries.situation import situation
from fanal.marches.rules.modifications import MOTIFS, MOTIFS_PROPOSES, evaluer
from fanal.marches.rules.situation import Situation
from fanal.marches.views.actes import ACTES
from fanal.marches.views.contexte import Contexte, contexte_de
from fanal.marches.views.phrases import differences, phrase
from fanal.refus import Introuvable, Refus
from fanal.territoires.noeuds import Noeud

URL_MARCHE = "marches:marche"


class _Simulation(Exception):
    """Undoes what a trial run wrote."""


@require_http_methods(["GET", "POST"])
def acte(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Fill the form of an act, see what it changes, confirm."""
    c = contexte_de(request, pk)
    voulu = ACTES.get(code)
    if voulu is None:
        raise Introuvable(INVISIBLE)
    if not voulu.ouvert(c):
        check_permission(perimetre_de(request, voulu.permission), Noeud.de(c.marche), voulu.permission)
        raise Introuvable(INVISIBLE)
    reason = voulu.refus(c.situation)
    posted = request.method == "POST"
    form = voulu.formulaire(
        request.POST if posted else None,
        initial={"verrou": c.marche.verrou, **voulu.initial(c)},
        choix=voulu.choix(c),
    )
    changes: list[tuple[str, str, str]] | None = None
    after = note = ""
    if posted and form.is_valid():
        if voulu.simule and "confirmer" not in request.POST:
            tried, note = voulu.apercu(form.cleaned_data)
            simulated = _essayer(form, lambda: simuler(c, lambda: voulu.executer(c, tried)))
            if simulated is not None:
                changes, after = differences(c.situation, simulated), phrase(simulated)
        elif _essayer(form, lambda: voulu.executer(c, form.cleaned_data)) is not None or not form.errors:
            messages.success(request, voulu.fait)
            return redirect(URL_MARCHE, pk=pk)
    contexte = {
        "titre": voulu.titre,
        "phrase": reason or phrase(c.situation),
        "fil": [("Marchés", "/marches/"), (c.marche.identifiant, f"/marches/{pk}/")],
        "marche": c.marche,
        "acte": voulu,
        "raison": reason,
        "form": form,
        "changements": changes,
        "apres": after,
        "note": note,
        "marges": marges(c) if voulu.code == "avenant" else None,
        "multipart": form.is_multipart(),
    }
    return render(request, "marches/acte.html", contexte, status=409 if form.errors else 200)


def _essayer(form: Any, faire: Callable[[], Any]) -> Any:
    """Run it; a refusal becomes the form's error."""
    try:
        return faire()
    except Refus as refus:
        form.add_error(None, refus.phrase)
        return None


def simuler(c: Contexte, faire: Callable[[], Any]) -> Situation:
    """The facts that the act would leave; nothing of it is kept. Raises what the act raises."""
    found: Situation | None = None
    try:
        with transaction.atomic():
            faire()
            found = situation(Marche.objects.get(pk=c.marche.pk), c.today)
            raise _Simulation
    except _Simulation:
        pass
    assert found is not None  # noqa: S101 - set before the simulation is undone
    return found


def marges(c: Contexte) -> list[dict[str, Any]]:
    """The remaining headroom of each ground, before anything is typed; a sentence when it is unknown."""
    s = c.situation
    rows = []
    for motif in MOTIFS_PROPOSES:
        row: dict[str, Any] = {"motif": motif, "titre": MOTIFS[motif], "deja": s.effets.deja.get(motif)}
        try:
            verdict = evaluer(
                initial=s.initial or Decimal(0),
                motif=motif,
                nature=s.nature_achat,
                deja=s.effets.deja.get(motif, Decimal(0)),
                montant=Decimal(0),
                limites=limites_de(c.marche, c.today),
            )
        except Refus as refus:
            row |= {"marge": None, "phrase": refus.phrase, "sans_limite": False}
        else:
            free = verdict.marge is None
            row |= {"marge": verdict.marge, "phrase": verdict.phrase if free else "", "sans_limite": free}
            row["source"] = verdict.source
        rows.append(row)
    return rows
