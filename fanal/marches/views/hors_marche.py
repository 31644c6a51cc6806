"""Orders without a contract: the worklist, what an attachment would do, the attachment."""

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from fanal.campagnes.canonique import sha256
from fanal.campagnes.rules import pluriel
from fanal.comptes.acces import compte, exiger, perimetre_de
from fanal.interface import ici
from fanal.interface.images import Image
from fanal.interface.nombres import ecrire_montant
from fanal.interface.tableaux import Absence, Colonne, Tableau, rendre
from fanal.marches.actions.rattachement import rattacher
from fanal.marches.images_consommation import par_mois
from fanal.marches.models import Consommation, Marche
from fanal.marches.queries.hors_marche import Groupe, candidats, effets, groupes
from fanal.marches.rules.rattachement import cle_numero
from fanal.refus import Refus

VOIR, SAISIR = "marche.voir", "consommation.saisir"
TOUT = "tout"
MONTREES = 50
SIRET = re.compile(r"[0-9]{14}")


@require_GET
def worklist(request: HttpRequest) -> HttpResponse:
    """What was ordered without a contract, on the territory of the top bar."""
    held, today = exiger(request, VOIR), timezone.localdate()
    rows = groupes(held, held, ici.ici(request, today).noeud, today)
    context = {
        "titre": "Achats hors marché",
        "phrase": _phrase(rows),
        "montant": _sum(rows),
        "lignes": sum(len(g.lignes) for g in rows),
        "proposes": sum(g.probable is not None for g in rows),
        "image": _image(rows),
        "peut_rattacher": bool(rows) and not perimetre_de(request, SAISIR).vide,
        "peut_transmettre": not perimetre_de(request, SAISIR).vide,
        "groupes": _table(rows),
        "territoire": request.GET.get("territoire", ""),
    }
    return rendre(request, "marches/hors_marche.html", context)


def _sum(rows: Sequence[Groupe]) -> Decimal:
    return sum((g.montant for g in rows), Decimal("0.00"))


def _phrase(rows: Sequence[Groupe]) -> str:
    if not rows:
        return "Aucun achat hors marché : chaque consommation reçue porte le numéro d'un marché connu."
    number = sum(len(g.lignes) for g in rows)
    lines = pluriel(number, "ligne reçue ne porte", "lignes reçues ne portent")
    likely = sum(g.probable is not None for g in rows)
    return (
        f"{ecrire_montant(_sum(rows), 0)} HT : {lines} pas le numéro d'un marché connu. Un marché est "
        f"proposé pour {likely} groupe{'s' if likely > 1 else ''} sur {len(rows)}."
    )


def _image(rows: Sequence[Groupe]) -> Image | None:
    months: dict[date, Decimal] = defaultdict(Decimal)
    for g in rows:
        months[g.mois] += g.montant
    return par_mois(months, "Le mois le plus lourd hors marché")


def _table(rows: Sequence[Groupe]) -> Tableau:
    return Tableau(
        nom="groupes",
        titre="Achats hors marché",
        lignes=rows,
        vide="Aucun achat hors marché.",
        cle_ligne=lambda g: g.cle,
        selection="groupe",
        formulaire="choix",
        colonnes=[
            Colonne("nom", "Établissement", choix=True),
            Colonne("finess", "FINESS", visible=False),
            Colonne(
                "fournisseur",
                "Fournisseur",
                valeur=lambda g: g.fournisseur or (f"SIREN {g.siren}" if g.siren else Absence.NON_RENSEIGNE),
            ),
            Colonne("siren", "SIREN", visible=False),
            Colonne("mois", "Mois", valeur=lambda g: f"{g.mois:%m/%Y}"),
            Colonne("numero", "Numéro reçu", valeur=lambda g: g.numero or "aucun"),
            Colonne("nombre", "Lignes", "entier", valeur=lambda g: len(g.lignes), total="somme"),
            Colonne("montant", "Montant HT", "montant", total="somme"),
            Colonne(
                "probable",
                "Marché probable",
                "lien",
                valeur=lambda g: g.probable_numero or Absence.SANS_OBJET,
                lien=lambda g: reverse("marches:marche", args=[g.probable]) if g.probable else "",
            ),
            Colonne("raison", "Pourquoi"),
        ],
    )


@require_http_methods(["GET", "POST"])
def preview(request: HttpRequest) -> HttpResponse:
    """What the attachment would do, then the attachment, with its reason."""
    held, today = exiger(request, SAISIR), timezone.localdate()
    voir = perimetre_de(request, VOIR)
    known = {g.cle: g for g in groupes(held, voir, ici.ici(request, today).noeud, today)}
    territory = request.GET.get("territoire", "")
    back = reverse("marches:hors_marche") + (f"?{urlencode({'territoire': territory})}" if territory else "")
    asked = request.GET.getlist("groupe")
    if request.GET.get("portee") == TOUT:
        asked = [g.cle for g in known.values() if g.probable]
    chosen = [known[cle] for cle in dict.fromkeys(asked) if cle in known]
    if not chosen:
        messages.error(request, "Cochez au moins un groupe à rattacher, parmi ceux qui le restent.")
        return redirect(back)
    number = request.GET.get("numero", "").strip()[:80]
    choice, refusal = _choice(chosen, number, voir)
    lines = list(
        Consommation.objects.filter(pk__in=list(choice), marche=None).select_related("etablissement")
    )
    contracts = Marche.objects.filter(pk__in=set(choice.values()))
    proof = sha256(sorted(choice.items()))
    if request.method == "POST" and choice:
        done = _attach(request, choice, proof)
        if done:
            return redirect(back)
    what = effets(choice, lines, contracts, today) if choice else []
    left = [g for g in chosen if not set(g.lignes) & set(choice)]
    context = {
        "titre": "Aperçu : rattacher des achats",
        "phrase": f"{pluriel(len(lines), 'ligne serait rattachée', 'lignes seraient rattachées')} à "
        f"{pluriel(len(what), 'marché', 'marchés')}, pour {ecrire_montant(_sum(chosen) - _sum(left))} HT.",
        "fil": [("Achats hors marché", back)],
        "effets": what[:MONTREES],
        "autres_effets": max(0, len(what) - MONTREES),
        "sans_marche": left,
        "depassent": sum(len(e.depassent) for e in what),
        "numero": number,
        "refus": refusal,
        "garde": [(k, v) for k, vs in request.GET.lists() if k != "numero" for v in vs],
        "motif": request.POST.get("motif", "")[:500],
        "empreinte": proof,
        "retour": back,
        "nombre": len(lines),
        "confirmer": f"Rattacher {pluriel(len(lines), 'ligne', 'lignes')}",
    }
    return render(request, "marches/hors_marche_apercu.html", context)


def _choice(chosen: Sequence[Groupe], number: str, voir: Any) -> tuple[dict[int, int], str]:
    """{line: contract}: the number that a person gave for all, else each group's proposal."""
    if not number:
        return {pk: g.probable for g in chosen if g.probable is not None for pk in g.lignes}, ""
    # "M-2025-01 21000000100010": the number, then the buyer's SIRET when two buyers use it.
    plain, _, last = number.rpartition(" ")
    siret = last if plain and SIRET.fullmatch(last) else ""
    found = candidats(voir).par_numero.get(cle_numero(plain if siret else number), [])
    found = [c for c in found if not siret or c.acheteur_siret == siret]
    if not found:
        return {}, f"Aucun marché que vous voyez ne porte le numéro « {number} »."
    if len(found) > 1:
        return {}, f"{len(found)} marchés portent ce numéro : ajoutez après lui le SIRET de l'acheteur."
    return {pk: found[0].pk for g in chosen for pk in g.lignes}, ""


def _attach(request: HttpRequest, choice: dict[int, int], proof: str) -> bool:
    if request.POST.get("empreinte") != proof:
        messages.error(request, "Ces lignes ont changé depuis l'aperçu : relisez-les avant de rattacher.")
        return False
    try:
        done = rattacher(
            choix=choice,
            motif=request.POST.get("motif", "")[:500],
            by=compte(request),
            instant=timezone.now(),
        )
    except Refus as refus:
        messages.error(request, refus.phrase)
        return False
    number = sum(e.lignes for e in done)
    said = pluriel(number, "ligne est rattachée", "lignes sont rattachées")
    over = sum(len(e.depassent) for e in done)
    more = f" {pluriel(over, 'dépasse', 'dépassent')} un maximum." if over else ""
    messages.success(request, f"{said} à {pluriel(len(done), 'marché', 'marchés')}.{more}")
    return True
