"""What a decision on groups off contract would change, then the decision, with its reason."""

from collections.abc import Sequence
from decimal import Decimal
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from fanal.campagnes.rules import pluriel
from fanal.comptes.acces import compte, exiger, perimetre_de
from fanal.comptes.perimetre import Perimetre
from fanal.depenses.actions.hors_marche import DECIDER, decider, empreinte
from fanal.depenses.mots import nommer
from fanal.depenses.queries.hors_marche import Cle, Groupe, ensemble, groupes, parts, suivis
from fanal.depenses.queries.hors_marche_propositions import dates_de, par_numero
from fanal.depenses.queries.portee import Portee
from fanal.depenses.rules.hors_marche import DECISIONS, GROUPES_MAX, RATTACHE, check_rattachement
from fanal.depenses.views.hors_marche import STATUTS, TITRE
from fanal.depenses.views.lieu import Lieu, lieu
from fanal.interface.nombres import ecrire_montant, ecrire_taux
from fanal.refus import Refus
from fanal.territoires.models import Etablissement, Niveau
from fanal.territoires.noeuds import Noeud

MONTREES = 50


@require_http_methods(["GET", "POST"])
def apercu(request: HttpRequest) -> HttpResponse:
    """The preview of a decision on the checked groups; posting it writes them all, or none."""
    held = exiger(request, DECIDER)
    place = lieu(request)
    back = _retour(request, place)
    voir = perimetre_de(request, "marche.voir")
    codes = Portee(place.finess, place.portee.prix).codes
    every = groupes(place.annee, codes, voir) if not place.vide else []
    asked = set(request.GET.getlist("groupe"))
    chosen = [g for g in _miens(every, held) if g.cle.jeton in asked]
    status = request.GET.get("statut", "")
    if not chosen or status not in DECISIONS or len(chosen) > GROUPES_MAX:
        messages.error(request, _rien(len(chosen), status))
        return redirect(back)
    number = request.GET.get("numero", "").strip()[:80]
    contracts, left, refusal = _marches(chosen, number, voir) if status == RATTACHE else ({}, [], "")
    kept = [g for g in chosen if g.cle in contracts] if status == RATTACHE else chosen
    known = suivis(place.annee, {g.cle.finess for g in kept})
    proof = empreinte([g.achats for g in kept], known)
    if request.method == "POST" and kept and _write(request, kept, status, contracts):
        return redirect(back)
    before = ensemble(parts(place.annee, codes, every).values())
    names = nommer("siret_fournisseur", {g.cle.siret for g in chosen})
    places = nommer("finess", {g.cle.finess for g in chosen})
    numbers = dates_de(contracts.values())
    context = {
        "titre": f"Aperçu : {DECISIONS[status].lower()}",
        "phrase": _phrase(kept, status, before.total, before.sur_marche),
        "fil": [(TITRE, back)],
        "statut": status,
        "numero": number,
        "refus": refusal,
        "rangs": [
            (
                places[g.cle.finess],
                names[g.cle.siret or None],
                g,
                STATUTS[g.statut][0],
                (contracts[g.cle], numbers[contracts[g.cle]][0]) if g.cle in contracts else None,
            )
            for g in kept[:MONTREES]
        ],
        "autres": max(0, len(kept) - MONTREES),
        "ecartes": left,
        "nombre": len(kept),
        "garde": [(k, v) for k, vs in request.GET.lists() if k != "numero" for v in vs],
        "motif": request.POST.get("motif", "")[:500],
        "empreinte": proof,
        "retour": back,
        "confirmer": f"{DECISIONS[status]} ({pluriel(len(kept), 'groupe', 'groupes')})",
    }
    return render(request, "depenses/hors_marche/apercu.html", context)


def _retour(request: HttpRequest, place: Lieu) -> str:
    pairs = {"territoire": request.GET.get("territoire", ""), "annee": str(place.annee)}
    return f"{reverse('depenses:hors_marche')}?{urlencode({k: v for k, v in pairs.items() if v})}"


def _miens(rows: Sequence[Groupe], held: Perimetre) -> list[Groupe]:
    """The groups of the establishments where the account decides."""
    places = {e.finess: e for e in Etablissement.objects.filter(finess__in={g.cle.finess for g in rows})}
    may = {f for f, e in places.items() if held.contient(Noeud(Niveau.ETABLISSEMENT, e))}
    return [g for g in rows if g.cle.finess in may]


def _rien(number: int, status: str) -> str:
    if status not in DECISIONS:
        return "Choisissez ce qui est décidé, puis prévisualisez."
    if number > GROUPES_MAX:
        return f"Cochez au plus {GROUPES_MAX} groupes à la fois."
    return "Cochez au moins un groupe d'achats, parmi ceux de vos établissements."


def _marches(
    chosen: Sequence[Groupe], number: str, voir: Perimetre
) -> tuple[dict[Cle, int], list[tuple[str, str]], str]:
    """The contract of each group (the number given for all, else its proposal), those left out and why."""
    offered = {g.cle: g.proposition.marche for g in chosen}
    if number:
        named, why = par_numero(number, voir)
        if named is None:
            return (
                {},
                [],
                why.replace(" : la ligne est à rattacher", "").replace(", ou rattachez la ligne", ""),
            )
        offered = dict.fromkeys(offered, named.pk)
    dates = dates_de(pk for pk in offered.values() if pk)
    found: dict[Cle, int] = {}
    left = []
    for g in chosen:
        pk = offered[g.cle]
        try:
            if not pk:
                raise Refus(g.proposition.raison)
            check_rattachement(*dates[pk], g.achats.premiere, g.achats.derniere)
            found[g.cle] = pk
        except Refus as refus:
            left.append((g.cle.siret or "fournisseur non renseigné", refus.phrase))
    return found, left, ""


def _phrase(kept: Sequence[Groupe], status: str, total: Decimal, share: Decimal | None) -> str:
    amount = sum((g.achats.montant_ht for g in kept), Decimal("0.00"))
    text = f"{pluriel(len(kept), 'groupe', 'groupes')} pour {ecrire_montant(amount, 0)} HT"
    if status != RATTACHE or share is None or not kept:
        return f"{text}."
    more = sum((g.achats.montant_ht for g in kept if not g.rattache), Decimal(0))
    return (
        f"{text} : la part des achats sur marché passerait de {ecrire_taux(share)} à "
        f"{ecrire_taux(share + more / total)}."
    )


def _write(request: HttpRequest, kept: Sequence[Groupe], status: str, contracts: dict[Cle, int]) -> bool:
    try:
        done = decider(
            groupes=[g.achats for g in kept],
            statut=status,
            marches=contracts,
            motif=request.POST.get("motif", "")[:500],
            attendu=request.POST.get("empreinte", ""),
            by=compte(request),
            instant=timezone.now(),
        )
    except Refus as refus:
        messages.error(request, refus.phrase)
        return False
    said = pluriel(len(done), "groupe d'achats a", "groupes d'achats ont")
    messages.success(request, f"{said} maintenant pour décision : {STATUTS[status][0].lower()}.")
    return True
