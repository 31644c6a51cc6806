"""Keeping a proposal, setting it aside, and what was decided."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fanal.comptes.acces import compte, exiger, perimetre_de
from fanal.convergence.actions import decisions as actions
from fanal.convergence.forms import Motif
from fanal.convergence.queries.decisions import (
    Effets,
    deja_remplaces,
    effets,
    propositions_visibles,
    une_proposition,
)
from fanal.convergence.queries.plan import place_au_plan
from fanal.convergence.views import tableaux
from fanal.convergence.views.atelier import lien_nu
from fanal.convergence.views.commun import (
    DECIDER,
    PRIX,
    VOIR,
    Lieu,
    compter,
    depart_demande,
    lien,
    lieu_exige,
    segment_demande,
)
from fanal.interface.nombres import ecrire_date
from fanal.interface.tableaux import rendre
from fanal.moteurs.convergence import dire_besoins
from fanal.refus import Refus
from fanal.territoires.models import Niveau
from fanal.territoires.noeuds import Noeud

DEPOSER = "dossier.deposer"


@require_http_methods(["GET", "POST"])
def retenir(request: HttpRequest) -> HttpResponse:
    """What keeping the proposal creates, then its creation."""
    return _decider(request, retenue=True)


@require_http_methods(["GET", "POST"])
def ecarter(request: HttpRequest) -> HttpResponse:
    """Setting a proposal aside asks why, and keeps it."""
    return _decider(request, retenue=False)


def _decider(request: HttpRequest, *, retenue: bool) -> HttpResponse:
    place = lieu_exige(request)
    noeud = Noeud(Niveau.GHT, place.ght)
    exiger(request, DECIDER, noeud)
    segment = segment_demande(request, place)
    depart = depart_demande(request, segment)
    au_plan = perimetre_de(request, DEPOSER).contient(noeud)
    form = Motif(request.POST or None)
    erreur, status = "", 200
    if request.method == "POST" and form.is_valid():
        common: dict[str, Any] = {
            "ght": place.ght,
            "cle": segment.cle,
            "depart": depart,
            "vue": request.POST.get("empreinte", ""),
            "motif": form.cleaned_data["motif"],
            "by": compte(request),
            "instant": timezone.now(),
            "avec_prix": place.avec_prix,
        }
        try:
            act = partial(actions.retenir, au_plan=au_plan) if retenue else actions.ecarter
            decided = act(**common)
        except Refus as refus:
            erreur, status = refus.phrase, refus.statut_http
        else:
            said = "Proposition retenue : la procédure est créée." if retenue else "Proposition écartée."
            messages.success(request, said)
            return redirect("convergence:proposition", decided.pk)
    contexte = _apercu(place, effets(segment, depart), au_plan=au_plan)
    contexte |= {"form": form, "erreur": erreur, "retenue": retenue}
    contexte["titre"] = "Retenir ce départ commun" if retenue else "Écarter ce départ commun"
    return render(request, "convergence/decision.html", contexte, status=status)


def _apercu(place: Lieu, found: Effets, *, au_plan: bool) -> dict[str, Any]:
    """What the decision would write, in words and rows."""
    segment, proposition = found.segment, found.proposition
    pairs = zip(segment.avec_echeance, proposition.options, strict=True)
    campagne = place_au_plan(place.ght, proposition.depart, place.le)
    return {
        "phrase": (
            f"{segment.nom} : {compter(len(found.rejoignent), 'marché', 'marchés')} "
            f"rejoindraient un marché commun le {ecrire_date(proposition.depart)}, pour "
            f"{tableaux.montant(proposition.cout)}."
        ),
        "fil": [
            ("Convergence", lien_nu(place)),
            (segment.nom, lien("atelier", place, segment, proposition.depart)),
        ],
        "lieu": place,
        "effets": found,
        "actes": [
            (f.connu.identifiant, dire_besoins(o)) for f, o in pairs if o.acte.value not in ("terme", "hors")
        ],
        "deja": deja_remplaces(found.rejoignent),
        "plan": campagne.campagne.annee if campagne and au_plan else None,
        "sans_plan": actions.SANS_DROIT if not au_plan else "",
        "retour": lien("atelier", place, segment, proposition.depart),
    }


@require_GET
def propositions(request: HttpRequest) -> HttpResponse:
    """The proposals already kept or set aside."""
    held = exiger(request, VOIR)
    lignes = list(propositions_visibles(held)[:500])
    kept = sum(p.statut == p.Statut.ACCEPTEE for p in lignes)
    contexte = {
        "titre": "Propositions de convergence",
        "phrase": (
            f"{compter(kept, 'proposition retenue', 'propositions retenues')}, "
            f"{compter(len(lignes) - kept, 'écartée', 'écartées')}."
        ),
        "fil": [("Convergence", reverse("convergence:atelier"))],
        "lignes": tableaux.gardees(lignes),
    }
    return rendre(request, "convergence/propositions.html", contexte)


@require_GET
def proposition(request: HttpRequest, pk: int) -> HttpResponse:
    """A decided proposal, as it was when it was decided."""
    found = une_proposition(pk, exiger(request, VOIR))
    noeud = Noeud(Niveau.GHT, found.ght)
    segment = found.donnees
    answer = (segment.get("propositions") or [{}])[0]
    action = segment.get("action", {})
    may = perimetre_de(request, DECIDER).contient(noeud) and perimetre_de(request, DEPOSER).contient(noeud)
    contexte = {
        "titre": segment.get("libelle") or found.segment,
        "phrase": (
            f"{found.get_statut_display()} le {ecrire_date(found.decidee_le)} : départ commun le "
            f"{ecrire_date(found.depart)}."
        ),
        "fil": [
            ("Convergence", reverse("convergence:atelier")),
            ("Propositions", reverse("convergence:propositions")),
        ],
        "proposition": found,
        "segment": segment,
        "reponse": answer,
        "action": action,
        "calculee_le": timezone.localdate(found.created_at),
        "peut_inscrire": may,
        "avec_prix": perimetre_de(request, PRIX).contient(noeud),
    }
    return render(request, "convergence/proposition.html", contexte)


@require_POST
def inscrire(request: HttpRequest, pk: int) -> HttpResponse:
    """Write in the plan the action that could not be written before."""
    found = une_proposition(pk, exiger(request, VOIR))
    noeud = Noeud(Niveau.GHT, found.ght)
    exiger(request, DECIDER, noeud)
    exiger(request, DEPOSER, noeud)
    try:
        actions.inscrire_au_plan(proposition=found, by=compte(request), instant=timezone.now())
    except Refus as refus:
        messages.error(request, refus.phrase)
    else:
        messages.success(request, "L'action est inscrite au plan d'actions achat et liée à la procédure.")
    return redirect("convergence:proposition", pk)
