"""A survey of needs seen by the buyer: opening, who has answered, side by side, closing."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from fanal.comptes.acces import compte
from fanal.interface.actes import dire
from fanal.interface.nombres import Absence, ecrire_montant, ecrire_nombre
from fanal.interface.tableaux import Colonne, Tableau, rendre
from fanal.procedures.actions import recensement as actions
from fanal.procedures.actions.relances import relancer_maintenant
from fanal.procedures.compute.besoins import LigneBesoin, ecart
from fanal.procedures.forms.procedures import FermetureForm, OuvertureForm, RouvrirForm
from fanal.procedures.models import Procedure, Recensement
from fanal.procedures.queries.besoins import Consolidation, consolidation, interrogeables
from fanal.procedures.views.commun import (
    fil,
    page_acte,
    peut_gerer,
    procedure_geree,
    procedure_vue,
    verrou_de,
    vers,
)
from fanal.refus import Introuvable
from fanal.territoires.models import Etablissement


def recensement_de(procedure: Procedure) -> Recensement:
    """The survey of a procedure. Raises Introuvable when there is none."""
    trouve = Recensement.objects.filter(procedure=procedure).first()
    if trouve is None:
        raise Introuvable("Aucun recensement n'est ouvert pour cette procédure. Revenez à la procédure.")
    trouve.procedure = procedure
    return trouve


@require_http_methods(["GET", "POST"])
def ouvrir(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the establishments for their needs."""
    p = procedure_geree(request, pk)
    today = timezone.localdate()
    membres = interrogeables(p.ght, today)
    form = OuvertureForm(
        request.POST if request.method == "POST" else None,
        etablissements=[(e.finess, f"{e.nom} ({e.finess})") for e in membres],
    )

    def agir(d: dict[str, Any]) -> HttpResponse:
        choisis = [e for e in membres if e.finess in d["etablissements"]]
        actions.ouvrir(
            procedure=p,
            echeance=d["echeance"],
            etablissements=choisis,
            consigne=d["consigne"],
            le=today,
            verrou=verrou_de(request),
            by=compte(request),
            instant=timezone.now(),
        )
        dire(
            request,
            "Le recensement est ouvert. Les établissements sont relancés 15, 7 et 1 jours avant la fin.",
        )
        return redirect("procedures:recensement", p.pk)

    contexte = {
        "titre": "Recenser les besoins",
        "phrase": f"{p.numero} {p.intitule}",
        "fil": fil(p),
        "bouton": "Ouvrir le recensement",
        "cache": [("verrou", p.verrou)],
        "retour": reverse("procedures:procedure", args=[p.pk]),
    }
    return page_acte(request, form, agir, contexte)


def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Needs side by side, by establishment, with what they were and what was used."""
    p = procedure_vue(request, pk)
    r = recensement_de(p)
    today = timezone.localdate()
    vue = consolidation(r, today)
    reponses = list(r.reponses.select_related("etablissement"))
    manquants = [x for x in reponses if x.repondu_le is None]
    contexte: dict[str, Any] = {
        "titre": "Recensement des besoins",
        "phrase": _phrase(r, vue, len(reponses), len(manquants)),
        "fil": fil(p),
        "procedure": p,
        "recensement": r,
        "reponses": [
            (x, _total(vue, x.etablissement.finess), vue.consomme.get(x.etablissement.finess))
            for x in reponses
        ],
        "manquants": manquants,
        "besoins": _tableau(vue, p),
        "estimation": vue.estimation,
        "precedent": vue.precedent,
        "ouvert": r.clos_le is None,
        "depasse": r.clos_le is None and r.echeance < today,
        "gerer": peut_gerer(request, p),
    }
    return rendre(request, "procedures/recensement.html", contexte)


def _phrase(r: Recensement, vue: Consolidation, interroges: int, manquants: int) -> str:
    repondu = interroges - manquants
    dit = f"{repondu} établissement{'s ont' if repondu > 1 else ' a'} répondu sur {interroges}"
    estimation = vue.estimation
    if estimation.valeur is None:
        return f"{dit} ; aucun montant n'est encore connu."
    dit += f" : {ecrire_montant(estimation.annuel, 0)} HT par an"
    dit += f", {ecrire_montant(estimation.valeur, 0)} HT sur {estimation.mois} mois"
    if estimation.sans_montant:
        n = estimation.sans_montant
        dit += f", sans compter {ecrire_nombre(n)} besoin{'s' if n > 1 else ''} sans montant"
    return f"{dit}."


def _total(vue: Consolidation, finess: str) -> Any:
    """The known euros of an establishment; « non renseigné » when it gave none."""
    connus = [m for x in vue.lignes if (m := x.montants.get(finess)) is not None]
    return sum(connus) if connus else Absence.NON_RENSEIGNE


def _tableau(vue: Consolidation, p: Procedure) -> Tableau:
    """One row per product; for each establishment its quantity and its euros excl. VAT."""
    colonnes = [
        Colonne("designation", "Désignation"),
        Colonne("code", "Code", visible=False),
        Colonne("unite", "Unité"),
    ]
    for finess, nom in vue.etablissements:
        court = nom if len(nom) <= 44 else f"{nom[:43]}…"
        colonnes += [
            Colonne(f"q-{finess}", f"{court}, quantité", "nombre", valeur=_lire("quantites", finess)),
            Colonne(
                f"m-{finess}", f"{court}, HT", "montant_rond", valeur=_lire("montants", finess), total="somme"
            ),
        ]
    colonnes += [
        Colonne(
            "quantite",
            "Quantité totale",
            "nombre",
            aide="Non calculable quand une quantité manque ou que les unités diffèrent.",
        ),
        Colonne("montant", "Total annuel HT", "montant", total="somme", absence=Absence.NON_RENSEIGNE),
    ]
    if vue.precedent is not None:
        colonnes += [
            Colonne(
                "avant",
                "Dernier recensement HT",
                "montant",
                valeur=lambda x: vue.avant.get(x.cle),
                absence=Absence.NON_RENSEIGNE,
            ),
            Colonne("ecart", "Écart", "taux", valeur=lambda x: ecart(x.montant, vue.avant.get(x.cle))),
        ]
    return Tableau(
        nom="besoins",
        titre=f"Besoins annuels, {p.numero}",
        lignes=vue.lignes,
        tri="designation",
        colonnes=colonnes,
        vide="Aucun besoin n'est encore transmis.",
        filtres=["Montants hors taxes, sur douze mois"],
        demonstration=p.demonstration,
    )


def _lire(champ: str, finess: str) -> Any:
    """Reads a cell: what an establishment did not ask for has no meaning, what it left out is unknown."""

    def lire(ligne: LigneBesoin) -> Any:
        valeurs = getattr(ligne, champ)
        if finess not in valeurs:
            return Absence.SANS_OBJET
        return Absence.NON_RENSEIGNE if valeurs[finess] is None else valeurs[finess]

    return lire


@require_http_methods(["GET", "POST"])
def fermer(request: HttpRequest, pk: int) -> HttpResponse:
    """Close the survey into the estimated value."""
    p = procedure_geree(request, pk)
    r = recensement_de(p)
    today = timezone.localdate()
    valeur = consolidation(r, today).estimation.valeur
    form = FermetureForm(request.POST if request.method == "POST" else None, initial={"montant": valeur})

    def agir(d: dict[str, Any]) -> HttpResponse:
        actions.fermer(
            recensement=r,
            montant=d["montant"],
            motif=d["motif"],
            le=today,
            by=compte(request),
            instant=timezone.now(),
        )
        dire(request, "Le recensement est fermé ; sa valeur est celle de la procédure.")
        return vers(p)

    calcul = "aucun montant connu" if valeur is None else f"{ecrire_montant(valeur)} HT"
    contexte = {
        "titre": "Fermer le recensement",
        "phrase": f"Valeur calculée du besoin homogène au niveau du GHT : {calcul}.",
        "fil": fil(p),
        "bouton": "Fermer le recensement",
        "retour": reverse("procedures:recensement", args=[p.pk]),
    }
    return page_acte(request, form, agir, contexte)


@require_http_methods(["GET", "POST"])
def rouvrir(request: HttpRequest, pk: int) -> HttpResponse:
    """Open it again."""
    p = procedure_geree(request, pk)
    r = recensement_de(p)
    form = RouvrirForm(request.POST if request.method == "POST" else None)

    def agir(d: dict[str, Any]) -> HttpResponse:
        actions.rouvrir(
            recensement=r,
            echeance=d["echeance"],
            le=timezone.localdate(),
            motif=d["motif"],
            by=compte(request),
            instant=timezone.now(),
        )
        dire(request, "Le recensement est rouvert.")
        return redirect("procedures:recensement", p.pk)

    contexte = {
        "titre": "Rouvrir le recensement",
        "phrase": f"{p.numero} {p.intitule}",
        "fil": fil(p),
        "bouton": "Rouvrir",
        "retour": reverse("procedures:recensement", args=[p.pk]),
    }
    return page_acte(request, form, agir, contexte)


@require_POST
def relancer(request: HttpRequest, pk: int) -> HttpResponse:
    """Remind the ticked establishments now."""
    p = procedure_geree(request, pk)
    bilan = relancer_maintenant(
        recensement=recensement_de(p),
        etablissements=request.POST.getlist("etablissement"),
        le=timezone.localdate(),
        instant=timezone.now(),
        by=compte(request),
    )
    parts = [f"{len(bilan.envoyees)} relance(s) envoyée(s)"]
    parts += [f"{bilan.deja} déjà faite(s) aujourd'hui"] if bilan.deja else []
    parts += [f"sans compte à qui écrire : {', '.join(bilan.sans_compte)}"] if bilan.sans_compte else []
    parts += [f"non parties, à refaire : {', '.join(bilan.echecs)}"] if bilan.echecs else []
    dire(request, f"{' ; '.join(parts)}.")
    return redirect("procedures:recensement", p.pk)


def etablissement_interroge(r: Recensement, finess: str) -> Etablissement:
    """An establishment asked by the survey. Raises Introuvable."""
    reponse = r.reponses.filter(etablissement__finess=finess).select_related("etablissement").first()
    if reponse is None:
        raise Introuvable("Cet établissement n'est pas interrogé par ce recensement.")
    return reponse.etablissement
