"""The proof of one action: its chain, month by month, the rows of its difference, its references."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from fanal.achats.queries.performance import regle
from fanal.comptes.acces import INVISIBLE, compte, exiger, perimetre_de
from fanal.depenses.actions.references import Gel, geler, verrou
from fanal.depenses.compute.gains_ecarts import NON_FACTUREES, SUR_MARCHE
from fanal.depenses.compute.gains_reference import ANCIEN_MARCHE, ESTIMATION
from fanal.depenses.compute.gains_report import parts
from fanal.depenses.compute.gains_statut import MOTIFS
from fanal.depenses.compute.gains_valeurs import STATUTS, Mesure, Produit
from fanal.depenses.forms_gains import TOUS, ReferenceForm
from fanal.depenses.models import ReferenceGain
from fanal.depenses.queries.gains import ActionProuvee, preuve
from fanal.depenses.queries.gains_actions import une_action
from fanal.depenses.queries.gains_detail import LIMITE, QUOI, lignes
from fanal.depenses.queries.gains_gel import attente
from fanal.depenses.queries.portee import Portee, portee
from fanal.depenses.views import gains_tables as tables
from fanal.interface.nombres import ecrire_millions, ecrire_nombre, ecrire_taux
from fanal.interface.tableaux import rendre
from fanal.refus import Interdit, Introuvable, Refus
from fanal.territoires.models import Niveau
from fanal.territoires.noeuds import Noeud

DECIDER = "depense.decider"
RESERVE = "Les lignes et les prix de cet établissement ne sont visibles qu'avec le droit de voir ses prix."
LECTURE = "Votre compte lit cette preuve sans pouvoir geler de référence."


@require_GET
def action(request: HttpRequest, pk: int) -> HttpResponse:
    """One action: the sentence, the chain, the picture, the rows, the months, the references."""
    found, held = _trouver(request, pk)
    form = _formulaire(found, None) if _peut_geler(request, found, held) else None
    return _page(request, found, held, form)


@require_http_methods(["POST"])
def reference(request: HttpRequest, pk: int) -> HttpResponse:
    """Freeze a reference, then show the action again."""
    found, held = _trouver(request, pk)
    exiger(request, DECIDER, _noeud(found))
    if not held.voit_prix(found.lue.finess):
        raise Interdit(RESERVE)
    form = _formulaire(found, request.POST)
    if not form.is_valid():
        return _page(request, found, held, form, status=422)
    try:
        written = geler(
            action=found.lue,
            gels=_gels(found, form.cleaned_data),
            motif=form.cleaned_data["motif"],
            attendu=form.cleaned_data["verrou"],
            by=compte(request),
            instant=timezone.now(),
        )
    except Refus as refus:
        return _page(request, found, held, form, erreur=refus.phrase, status=refus.statut_http)
    count = len(written)
    messages.success(request, "La référence est gelée." if count == 1 else f"{count} références sont gelées.")
    return redirect("depenses:gain", found.pk)


@require_GET
def lignes_du_gain(request: HttpRequest, pk: int) -> HttpResponse:
    """The order lines behind a figure, for who may read the prices of the establishment."""
    found, held = _trouver(request, pk)
    if not held.voit_prix(found.lue.finess):
        raise Interdit(RESERVE)
    what = request.GET.get("quoi", "")
    what = what if what in QUOI else SUR_MARCHE
    product, month = request.GET.get("produit", ""), request.GET.get("mois", "")
    rows = lignes(found, what, produit=product, mois=month)
    amount = sum((r.montant_ttc for r in rows if r.montant_ttc is not None), start=tables.ZERO)
    said = f"{ecrire_nombre(len(rows))} ligne{'s' if len(rows) > 1 else ''} de commande"
    context = {
        "titre": QUOI[what],
        "phrase": f"{said}, {ecrire_millions(amount)} TTC." if rows else "Aucune ligne de commande.",
        "limite": LIMITE if len(rows) >= LIMITE else 0,
        "fil": [*_fil(found), (found.lue.action.identifiant, reverse("depenses:gain", args=[found.pk]))],
        "choix": [
            (word, f"?{urlencode({'quoi': code, 'produit': product})}", code == what)
            for code, word in QUOI.items()
        ],
        "lignes_commande": tables.lignes(rows, _filtres(product, month)),
    }
    return rendre(request, "depenses/gains/lignes.html", context)


def _trouver(request: HttpRequest, pk: int) -> tuple[ActionProuvee, Portee]:
    """The proved action, if the account sees the spend of its establishment. Raises `Introuvable`."""
    held = portee(request)
    read = une_action(pk)
    dossier = None if read is None else read.version.dossier
    if read is None or dossier is None or dossier.ght is None or not held.voit(read.finess):
        raise Introuvable(INVISIBLE)
    proofs = preuve(dossier.campagne.annee, dossier.ght, timezone.localdate())
    found = next((a for a in proofs if a.pk == read.pk), None)
    if found is None:
        raise Introuvable(INVISIBLE)
    return found, held


def _noeud(found: ActionProuvee) -> Noeud:
    place = found.lue.action.etablissement
    return Noeud(Niveau.ETABLISSEMENT, place) if place else Noeud(Niveau.GHT, found.lue.ght)


def _peut_geler(request: HttpRequest, found: ActionProuvee, held: Portee) -> bool:
    return held.voit_prix(found.lue.finess) and perimetre_de(request, DECIDER).contient(_noeud(found))


def _formulaire(found: ActionProuvee, data: Any) -> ReferenceForm:
    products = [(p.cle, f"{p.libelle} ({p.cle})" if p.libelle != p.cle else p.cle) for p in _produits(found)]
    return ReferenceForm(data, produits=products, initial={"verrou": verrou(found.lue)})


def _produits(found: ActionProuvee) -> list[Produit]:
    return [*(p.produit for p in found.mesure.produits), *found.mesure.sans_reference]


def _gels(found: ActionProuvee, data: dict[str, Any]) -> list[Gel]:
    """What the form asks to freeze; the figures of the past are computed here, only an estimate is typed."""
    every = _produits(found)
    if data["produit"] == TOUS:
        chosen = [p for p in every if p.reference is not None and not p.reference.gelee]
        if not chosen:
            raise Refus("Toutes les références de cette action sont déjà gelées.")
    else:
        chosen = [p for p in every if p.cle == data["produit"]]
    return [_gel(found, product, data) for product in chosen]


def _gel(found: ActionProuvee, produit: Produit, data: dict[str, Any]) -> Gel:
    source = data["source"]
    if source == ESTIMATION:
        return Gel(produit.cle, source, data["prix"], data["quantite"], produit.unite)
    if source == ANCIEN_MARCHE:
        known = found.anciens.get(produit.cle)
        if known is None:
            raise Refus(
                f"Aucun ancien marché ne donne de prix à « {produit.libelle} ». Indiquez le marché que "
                "celui-ci remplace, ou choisissez une autre référence."
            )
    else:
        known = found.propositions.get(produit.cle)
    return Gel(
        produit.cle,
        source,
        None if known is None else known.prix,
        None if known is None else known.quantite,
        produit.unite,
        None if known is None else known.du,
        None if known is None else known.au,
    )


def _fil(found: ActionProuvee) -> list[tuple[str, str]]:
    query = urlencode({"territoire": f"ght:{found.lue.ght.code}", "annee": found.lue.annee})
    return [("Preuve des gains", f"{reverse('depenses:gains')}?{query}")]


def _filtres(produit: str, mois: str) -> list[str]:
    said = [("Produit", produit), ("Mois", mois)]
    return [f"{name} : {value}" for name, value in said if value]


def _page(
    request: HttpRequest,
    found: ActionProuvee,
    held: Portee,
    form: ReferenceForm | None,
    *,
    erreur: str = "",
    status: int = 200,
) -> HttpResponse:
    from fanal.depenses.images_gains import image_cascade, image_mois

    measure, prices = found.mesure, held.voit_prix(found.lue.finess)
    here = reverse("depenses:gain_lignes", args=[found.pk]) if prices else ""
    context = {
        "titre": found.lue.action.intitule,
        "phrase": phrase(measure),
        "fil": _fil(found),
        "preuve": found,
        "mesure": measure,
        "etat_preuve": (STATUTS[measure.statut], tables.TONS[measure.statut]),
        "motifs": [MOTIFS[code] for code in measure.motifs],
        "attente": attente(found, timezone.localdate()).phrase,
        "action_url": reverse("achats:action", args=[found.pk]),
        "voit_action": perimetre_de(request, "dossier.voir").contient(Noeud(Niveau.GHT, found.lue.ght)),
        "voit_marches": not perimetre_de(request, "marche.voir").vide,
        "prix": prices,
        "secret": "" if prices else RESERVE,
        "lignes_url": here,
        "nombre_lignes": sum(m.lignes for p in measure.produits for m in p.mois),
        "bordereau": sum(p.produit.prix_marche is not None for p in measure.produits),
        "image": image_cascade(_titre(measure), measure),
        "image_mois": image_mois(
            f"{ecrire_millions(measure.commande)} de gain commandé, mois par mois", measure
        )
        if measure.commande is not None
        else None,
        "ecarts": tables.ecarts(measure, here, NON_FACTUREES) if measure.commande is not None else None,
        "produits_prouves": tables.produits(measure, here) if prices and measure.produits else None,
        "mois": tables.mois(measure, here, prices) if measure.produits else None,
        "annees": _annees(found),
        "fenetre": _fenetre(found),
        "references": tables.references(_references(found)) if prices else None,
        "form": form,
        "raison": RESERVE if not prices else LECTURE,
        "produits_a_geler": bool(_produits(found)),
        "erreur": erreur,
    }
    return rendre(request, "depenses/gains/action.html", context, status=status)


def phrase(measure: Mesure) -> str:
    """The answer in one sentence."""
    if measure.declare is None:
        return "Aucun gain n'est déclaré pour cette action."
    said = f"{ecrire_millions(measure.declare)} déclarés"
    if measure.commande is None:
        why = " ".join(MOTIFS[code] for code in measure.motifs)
        return f"{said}, qui ne peuvent pas être mesurés. {why}"
    state = STATUTS[measure.statut].lower()
    if measure.retrouve is None:
        return f"{said}, {ecrire_millions(measure.commande)} dans les commandes : {state}."
    said = f"Sur {said}, {ecrire_millions(measure.retrouve)} se retrouvent dans les commandes"
    said += f" ({ecrire_taux(measure.retrouve / measure.declare, 0)})"
    if measure.commande < 0:
        said += f", qui montrent une perte de {ecrire_millions(-measure.commande)}"
    elif measure.commande > measure.declare:
        said += f", qui en montrent {ecrire_millions(measure.commande)}"
    return f"{said} : {state}."


def _titre(measure: Mesure) -> str:
    if not measure.ecarts:
        return "Ce qui est déclaré se retrouve au centime dans les commandes"
    largest = max(measure.ecarts, key=lambda e: abs(e.montant))
    what = f"{largest.libelle[0].lower()}{largest.libelle[1:]}"
    return f"Premier écart : {what} ({ecrire_millions(largest.montant)})"


def _annees(found: ActionProuvee) -> list[tuple[str, Any, Any]]:
    """Declared and ordered gains cut between the civil year of the first order and the next (carry-over)."""
    window = found.mesure.fenetre
    if window is None:
        return []
    year, following = parts(found.mesure, window.debut, regle=regle(found.lue.annee))
    return [
        (word, getattr(year, name), getattr(following, name))
        for word, name in (("Déclaré", "declare"), ("Commandé", "commande"))
    ]


def _fenetre(found: ActionProuvee) -> dict[str, Any] | None:
    window = found.mesure.fenetre
    if window is None:
        return None
    return {
        "debut": window.debut,
        "fin": window.fin - timedelta(days=1),
        "couverts": window.couverts,
        "jours": window.jours,
        "annee": window.debut.year,
        "absents": window.mois_absents,
        "observee": found.vu.observee,
        "anticipees": found.anticipees,
        "premiere": found.premiere,
    }


def _references(found: ActionProuvee) -> Sequence[ReferenceGain]:
    return list(
        ReferenceGain.objects.filter(
            ght=found.lue.ght, annee=found.lue.annee, identifiant=found.lue.action.identifiant
        )
        .select_related("auteur")
        .order_by("produit", "-pk")
    )
