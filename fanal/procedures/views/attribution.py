"""Choosing, waiting, signing: from the analysis of a lot to its contract."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from fanal.comptes.acces import compte, perimetre_de
from fanal.interface.actes import dire
from fanal.interface.nombres import ecrire_nombre
from fanal.marches.queries.portee import marches_visibles
from fanal.procedures.actions import attribution as actions
from fanal.procedures.forms.champs import Jour
from fanal.procedures.forms.offres import IssueForm, MarcheForm, RejetsForm
from fanal.procedures.forms.procedures import MotifForm
from fanal.procedures.models import Lot, Offre, Procedure
from fanal.procedures.queries.besoins import exprimes, interrogeables
from fanal.procedures.queries.offres import analyse_de
from fanal.procedures.queries.situation import suspension_jours
from fanal.procedures.views.commun import GERER, VOIR, lot_analyse, page_acte, vers
from fanal.procedures.views.offres import ETATS_OFFRE, fil_lot
from fanal.refus import Refus


@require_http_methods(["GET", "POST"])
def choisir(request: HttpRequest, pk: int, numero: int) -> HttpResponse:
    """Retain an offer, write the reasons of the others."""
    p, lot = lot_analyse(request, pk, numero, GERER)
    offres = list(lot.offres.select_related("fournisseur").order_by("rang", "pk"))
    poste = request.method == "POST"
    erreur = ""
    retenues = _retenues(request, offres) if poste else [o.pk for o in offres if o.rang == 1][:1]
    if poste:
        try:
            actions.choisir(
                procedure=p,
                lot=lot.numero,
                retenues=retenues,
                motif=request.POST.get("motif", ""),
                motifs_rejet={o.pk: request.POST.get(f"motif-{o.pk}", "") for o in offres},
                rejets_envoyes_le=_jour(request.POST.get("rejets", "")),
                le=timezone.localdate(),
                by=compte(request),
                instant=timezone.now(),
            )
        except Refus as refus:
            erreur = refus.phrase
        else:
            dire(request, "Le choix est enregistré. Le marché se signe après le délai de suspension.")
            return redirect("procedures:offres", p.pk, lot.numero)
    contexte = {
        "titre": f"Choisir l'attributaire du lot {lot.numero}",
        "phrase": "La première classée est économiquement la plus avantageuse ; un autre choix se motive.",
        "fil": fil_lot(p, lot),
        "procedure": p,
        "lot": lot,
        "offres": _propositions(request, lot, p, offres, retenues),
        "motif": request.POST.get("motif", ""),
        "rejets": request.POST.get("rejets", ""),
        "erreur": erreur,
        "delai": suspension_jours(p, timezone.localdate()),
        "retour": reverse("procedures:offres", args=[p.pk, lot.numero]),
    }
    return render(request, "procedures/choisir.html", contexte, status=422 if erreur else 200)


def _retenues(request: HttpRequest, offres: list[Offre]) -> list[int]:
    connues = {str(o.pk): o.pk for o in offres}
    return [connues[v] for v in request.POST.getlist("retenue") if v in connues]


def _jour(texte: str) -> Any:
    if not texte.strip():
        return None
    try:
        return Jour().to_python(texte)
    except Exception as erreur:
        raise Refus(
            "La date d'envoi des rejets n'est pas une date : saisissez par exemple 31/12/2026."
        ) from erreur


def _propositions(
    request: HttpRequest, lot: Lot, p: Procedure, offres: list[Offre], retenues: list[int]
) -> list[dict[str, Any]]:
    """Each offer with its total and a proposed reason of rejection, which people complete."""
    notees = {
        n.offre.cle: n for n in analyse_de(lot, p.date_lancement or timezone.localdate(), offres).offres
    }
    premiere = next((o for o in offres if o.pk in retenues), None)
    lignes = []
    for o in offres:
        total = notees[o.pk].total
        motif = request.POST.get(f"motif-{o.pk}")
        if motif is None:
            motif = _motif_propose(o, total, premiere, notees) if o.pk not in retenues else ""
        lignes.append(
            {
                "offre": o,
                "total": total,
                "etat": ETATS_OFFRE[o.sort],
                "retenue": o.pk in retenues,
                "motif": motif,
            }
        )
    return lignes


def _motif_propose(offre: Offre, total: Any, premiere: Offre | None, notees: dict[int, Any]) -> str:
    if offre.sort == Offre.Sort.IRREGULIERE or premiere is None or total is None:
        return offre.motif
    devant = notees[premiere.pk].total
    return (
        f"Classée {offre.rang} avec {ecrire_nombre(total)} points sur 100 ; l'offre de "
        f"{premiere.fournisseur.nom}, retenue, en a {ecrire_nombre(devant)}."
    )


@require_http_methods(["GET", "POST"])
def rejets(request: HttpRequest, pk: int, numero: int) -> HttpResponse:
    """Record the day the rejections left."""
    p, lot = lot_analyse(request, pk, numero, GERER)
    initial = {"envoyes_le": lot.rejets_envoyes_le or timezone.localdate()}
    form = RejetsForm(request.POST if request.method == "POST" else None, initial=initial)

    def agir(d: dict[str, Any]) -> HttpResponse:
        actions.noter_rejets(
            procedure=p,
            lot=lot.numero,
            envoyes_le=d["envoyes_le"],
            le=timezone.localdate(),
            by=compte(request),
            instant=timezone.now(),
        )
        dire(request, "La date d'envoi des rejets est enregistrée.")
        return redirect("procedures:offres", p.pk, lot.numero)

    contexte = {
        "titre": "Envoi des lettres de rejet",
        "phrase": "En procédure formalisée, le délai de suspension part de ce jour (R2182-1).",
        "fil": fil_lot(p, lot),
        "bouton": "Enregistrer",
        "retour": reverse("procedures:offres", args=[p.pk, lot.numero]),
    }
    return page_acte(request, form, agir, contexte)


@require_http_methods(["GET", "POST"])
def revenir(request: HttpRequest, pk: int, numero: int) -> HttpResponse:
    """Go back on a choice that is not signed."""
    p, lot = lot_analyse(request, pk, numero, GERER)
    form = MotifForm(request.POST if request.method == "POST" else None)

    def agir(d: dict[str, Any]) -> HttpResponse:
        actions.revenir(
            procedure=p, lot=lot.numero, motif=d["motif"], by=compte(request), instant=timezone.now()
        )
        dire(request, "Le lot est de nouveau à décider.")
        return redirect("procedures:offres", p.pk, lot.numero)

    contexte = {
        "titre": f"Revenir sur le choix du lot {lot.numero}",
        "phrase": "Les notes sont gardées ; le choix et les rejets sont à refaire.",
        "fil": fil_lot(p, lot),
        "bouton": "Revenir sur le choix",
        "danger": True,
        "retour": reverse("procedures:offres", args=[p.pk, lot.numero]),
    }
    return page_acte(request, form, agir, contexte)


@require_http_methods(["GET", "POST"])
def clore(request: HttpRequest, pk: int, numero: int) -> HttpResponse:
    """Declare a lot unsuccessful or without outcome."""
    p, lot = lot_analyse(request, pk, numero, GERER)
    form = IssueForm(request.POST if request.method == "POST" else None)

    def agir(d: dict[str, Any]) -> HttpResponse:
        actions.clore_lot(
            procedure=p,
            lot=lot.numero,
            issue=d["issue"],
            motif=d["motif"],
            by=compte(request),
            instant=timezone.now(),
        )
        dire(request, f"Le lot {lot.numero} est déclaré {d['issue'].replace('_', ' ')}.")
        return vers(p, "#lots")

    contexte = {
        "titre": f"Clore le lot {lot.numero} sans attributaire",
        "phrase": f"{lot.intitule}",
        "fil": fil_lot(p, lot),
        "bouton": "Clore le lot",
        "danger": True,
        "retour": reverse("procedures:offres", args=[p.pk, lot.numero]),
    }
    return page_acte(request, form, agir, contexte)


@require_http_methods(["GET", "POST"])
def signer(request: HttpRequest, pk: int, numero: int) -> HttpResponse:
    """Sign: the contract is created."""
    p, lot = lot_analyse(request, pk, numero, GERER)
    today = timezone.localdate()
    membres = interrogeables(p.ght, today)
    visibles = marches_visibles(perimetre_de(request, VOIR))
    predecesseurs = list(visibles.filter(procedures_de_remplacement=p))
    form = MarcheForm(
        request.POST if request.method == "POST" else None,
        etablissements=[(e.finess, f"{e.nom} ({e.finess})") for e in membres],
        predecesseurs=[(str(m.pk), str(m)) for m in predecesseurs],
        initial=_initial(p, lot, membres, predecesseurs),
    )

    def agir(d: dict[str, Any]) -> HttpResponse:
        choisis = [e for e in membres if e.finess in d["beneficiaires"]]
        ancien = next((m for m in predecesseurs if str(m.pk) == d["successeur_de"]), None)
        contrat = actions.Contrat(
            identifiant=d["identifiant"],
            date_signature=d["date_signature"],
            date_debut=d["date_debut"],
            duree_mois=d["duree_mois"],
            montant=d["montant"],
            maximum_ht=d["maximum_ht"],
            accord_cadre=d["accord_cadre"],
            modalites=tuple(d["modalites"]),
            beneficiaires=choisis,
            date_notification=d["date_notification"],
            reconductions=d["reconductions"],
            reconduction_mois=d["reconduction_mois"],
            motif_duree=d["motif_duree"],
            ccag=d["ccag"],
            successeur_de=ancien,
            partager=d["partager"],
        )
        marche = actions.signer(
            procedure=p, lot=lot.numero, contrat=contrat, by=compte(request), instant=timezone.now()
        )
        dire(request, f"Le marché {marche.identifiant} est créé et lié au lot {lot.numero}.")
        return redirect("marches:marche", marche.pk)

    contexte = {
        "titre": f"Signer le marché du lot {lot.numero}",
        "phrase": _quand(lot, today),
        "fil": fil_lot(p, lot),
        "bouton": "Signer et créer le marché",
        "retour": reverse("procedures:offres", args=[p.pk, lot.numero]),
    }
    return page_acte(request, form, agir, contexte)


def _quand(lot: Lot, today: Any) -> str:
    try:
        possible = actions.premiere_signature(lot, today)
    except Refus as refus:
        return refus.phrase
    if possible is None:
        return "Aucun délai de suspension n'est dû : le marché peut être signé."
    return f"Le délai de suspension court : signature possible à partir du {possible:%d/%m/%Y} (R2182-1)."


def _initial(p: Procedure, lot: Lot, membres: list[Any], predecesseurs: list[Any]) -> dict[str, Any]:
    """What the procedure already knows of the contract."""
    besoins = exprimes(p, lot.numero)
    executants = {b.etablissement_id for m in predecesseurs for b in m.beneficiaires.all()}
    connus = set(besoins) or executants
    retenue = lot.offres.filter(sort=Offre.Sort.RETENUE).order_by("rang").first()
    meme = next((m for m in predecesseurs if m.code_cpv == lot.code_cpv), None)
    ancien = meme or (predecesseurs[0] if len(predecesseurs) == 1 else None)
    return {
        "duree_mois": p.duree_mois,
        "date_debut": p.date_besoin,
        "montant": lot.maximum_ht or (retenue.montant_ht if retenue else None),
        "maximum_ht": lot.maximum_ht,
        "accord_cadre": lot.maximum_ht is not None,
        "reconductions": 0,
        "beneficiaires": [e.finess for e in membres if not connus or e.pk in connus],
        "successeur_de": str(ancien.pk) if ancien else "",
    }
