"""The page of a procedure: calendar, needs, lots, links, journal, what can be done now."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from fanal.comptes.acces import perimetre_de
from fanal.interface.nombres import Absence, ecrire_millions
from fanal.procedures.compute.calendrier import JalonSuivi, glissement, suivre
from fanal.procedures.images import frise_jalons
from fanal.procedures.models import Lot, Procedure, Recensement
from fanal.procedures.queries.actions_paat import actions_liees
from fanal.procedures.queries.jalons import jalons_de
from fanal.procedures.queries.possibles import possibles
from fanal.procedures.rules.etats import FINIES, TITRES
from fanal.procedures.views.commun import (
    ETATS,
    REPONDRE,
    fil,
    peut_gerer,
    procedure_vue,
    voit_offres,
)
from fanal.territoires.noeuds import Noeud

ETATS_JALON = {
    "fait": ("Fait", "decide"),
    "fait_en_retard": ("Fait en retard", "attention"),
    "en_retard": ("En retard", "refus"),
    "a_venir": ("À venir", "neutre"),
}
ETATS_LOT = {
    "": ("À décider", "attente"),
    "choisi": ("Attributaire choisi", "information"),
    "attribue": ("Attribué", "decide"),
    "infructueux": ("Infructueux", "refus"),
    "sans_suite": ("Sans suite", "refus"),
}
ETAPES = ("planifiee", "recensement", "redaction", "lancee", "analyse", "attribuee", "terminee")


def procedure(request: HttpRequest, pk: int) -> HttpResponse:
    """One procedure."""
    p = procedure_vue(request, pk)
    today = timezone.localdate()
    gerer = peut_gerer(request, p)
    suivis = suivre(jalons_de(p), today)
    contexte: dict[str, Any] = {
        "titre": p.intitule,
        "phrase": _phrase(p, suivis, today),
        "fil": fil(),
        "procedure": p,
        "etat": ETATS[p.etat],
        "etapes": _etapes(p),
        "possibles": possibles(p, today, gerer=gerer),
        "gerer": gerer,
        "modifiable": gerer and p.etat not in FINIES,
        "avant_lancement": p.etat in {"planifiee", "recensement", "redaction"},
        "jalons": [(s, *ETATS_JALON[s.etat]) for s in suivis],
        "glissement": glissement(suivis),
        "image": frise_jalons(p.intitule, suivis, today) if suivis else None,
        "lots": [_lot(lot) for lot in p.lots.prefetch_related("offres", "marches")],
        "voit_offres": voit_offres(request, p),
        "renouveles": p.remplace.all(),
        "actions_liees": actions_liees(p),
        "montant": Absence.NON_RENSEIGNE if p.montant_estime_ht is None else p.montant_estime_ht,
        "suites": p.suites.all(),
        "url_conseil": _conseil(p),
        **_recensement(request, p, today, gerer=gerer),
    }
    return render(request, "procedures/procedure.html", contexte)


def _phrase(p: Procedure, suivis: list[JalonSuivi], today: date) -> str:
    dit = TITRES[p.etat]
    if p.montant_estime_ht is not None:
        dit += f", {ecrire_millions(p.montant_estime_ht)} HT estimés"
    if p.etat in FINIES:
        return f"{dit}. {p.motif_etat}".strip()
    if p.date_besoin is None:
        return f"{dit}. La date à laquelle le marché doit être exécutable n'est pas renseignée."
    retard = glissement(suivis)
    besoin = f"{p.date_besoin:%d/%m/%Y}"
    if p.etat == "attribuee":
        return f"{dit}. Marché exécutable le {besoin}."
    if retard > 0:
        jours = f"{retard} jour{'s' if retard > 1 else ''}"
        return f"{dit}. Au rythme actuel, le marché serait exécutable {jours} après le besoin du {besoin}."
    prochain = next((s for s in suivis if s.jalon.realise is None), None)
    suite = (
        f" Prochain jalon : {prochain.jalon.titre.lower()}, le {prochain.jalon.prevu:%d/%m/%Y}."
        if prochain
        else ""
    )
    return f"{dit}, à l'heure pour le {besoin}.{suite}"


def _conseil(p: Procedure) -> str:
    """The adviser, asked about this need."""
    if p.montant_estime_ht is None or p.date_lancement is not None:
        return ""
    publication = p.jalons.filter(code="publication").first()
    jour = publication.prevu_le if publication else timezone.localdate()
    query = urlencode(
        {
            "nature": p.nature_achat,
            "montant": p.montant_estime_ht,
            "lancement": jour.isoformat(),
            "cpv": p.code_cpv,
        }
    )
    return f"{reverse('procedures:conseil')}?{query}"


def _etapes(p: Procedure) -> list[tuple[str, str]]:
    """Each step with "fait", "encours" or "avenir"; a procedure that failed shows its steps as they were."""
    if p.etat in {"infructueuse", "sans_suite"}:
        rang = ETAPES.index("analyse") if p.date_lancement else ETAPES.index("redaction")
        return [(TITRES[e], "fait" if i <= rang else "avenir") for i, e in enumerate(ETAPES[: rang + 1])] + [
            (TITRES[p.etat], "encours")
        ]
    rang = ETAPES.index(p.etat)
    tenu = Recensement.objects.filter(procedure=p).exists()
    return [
        (TITRES[e], "fait" if i < rang else "encours" if i == rang else "avenir")
        for i, e in enumerate(ETAPES)
        if e != "recensement" or tenu or i >= rang
    ]


def _lot(lot: Lot) -> dict[str, Any]:
    offres = list(lot.offres.all())
    return {
        "lot": lot,
        "issue": ETATS_LOT[lot.issue],
        "offres": len(offres),
        "irregulieres": sum(1 for o in offres if o.sort == "irreguliere"),
        "montant": Absence.NON_RENSEIGNE if lot.montant_estime_ht is None else lot.montant_estime_ht,
        "maximum": Absence.NON_RENSEIGNE if lot.maximum_ht is None else lot.maximum_ht,
        "marches": list(lot.marches.all()),
    }


def _recensement(request: HttpRequest, p: Procedure, today: date, *, gerer: bool) -> dict[str, Any]:
    """Buyers answer for an establishment from the survey's page; its own people from here."""
    recensement = Recensement.objects.filter(procedure=p).first()
    if recensement is None:
        return {"recensement": None}
    reponses = list(recensement.reponses.select_related("etablissement"))
    repondre = perimetre_de(request, REPONDRE)
    miennes = [
        r.etablissement
        for r in reponses
        if not gerer
        and recensement.clos_le is None
        and repondre.contient(Noeud("etablissement", r.etablissement))
    ]
    return {
        "recensement": recensement,
        "reponses": len([r for r in reponses if r.repondu_le]),
        "interroges": len(reponses),
        "recensement_depasse": recensement.clos_le is None and recensement.echeance < today,
        "a_repondre": [(e, reverse("procedures:repondre", args=[p.pk, e.finess])) for e in miennes],
    }
