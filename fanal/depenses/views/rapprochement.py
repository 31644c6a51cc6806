"""The matching desk: what labels without a usable code are, one decision for many lines."""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from fanal.comptes.acces import INVISIBLE, compte, exiger, perimetre_de
from fanal.depenses.actions import rapprochement as actions
from fanal.depenses.actions.rapprochement import DECIDER, Choix
from fanal.depenses.compute.groupes import Bilan, Groupe
from fanal.depenses.forms_rapprochement import AUCUN, RETIRER, SEUIL, DecisionForm, SeuilForm
from fanal.depenses.models import DecisionRapprochement, ProduitReference
from fanal.depenses.queries import rapprochement as queries
from fanal.depenses.queries.portee import VOIR
from fanal.depenses.views import rapprochement_tables as tables
from fanal.interface import ici
from fanal.interface.nombres import ecrire_millions, ecrire_nombre, ecrire_taux
from fanal.interface.tableaux import rendre
from fanal.refus import Introuvable, Refus
from fanal.territoires.models import Ght, Niveau
from fanal.territoires.noeuds import Noeud
from fanal.territoires.queries import ght_de

if TYPE_CHECKING:
    from fanal.moteurs.rapprochement.moteur import Proposition

LECTURE = "Votre compte lit ces libellés sans pouvoir décider."
TROUVES = 10
PROBABLE = 0.5


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The desk of the GHT of the top bar; above it, the GHTs that one may choose."""
    today = timezone.localdate()
    exiger(request, VOIR)
    ght = _ght_du_lieu(request, today)
    if ght is None:
        return _choisir(request)
    exiger(request, VOIR, Noeud(Niveau.GHT, ght))
    desk = queries.bureau(ght, today)
    shown = len(desk.travaux)
    context = {
        "titre": "Rapprocher les produits",
        "phrase": phrase(desk.bilan, desk.restants),
        "ght": ght,
        "bilan": desk.bilan,
        "restants": desk.restants,
        "lignes": sum(t.groupe.lignes for t in desk.travaux),
        "sans_referentiel": not ProduitReference.objects.exists(),
        "image": tables.image(desk.bilan),
        "groupes": tables.travaux(ght, desk.travaux),
        "limite": shown if shown < desk.restants else 0,
        "decide": _peut_decider(request, ght),
        "raison": LECTURE,
    }
    return rendre(request, "depenses/rapprochement/page.html", context)


def phrase(bilan: Bilan, restants: int) -> str:
    """The answer in one sentence."""
    if not bilan.sans_code and not bilan.codes:
        return "Aucune ligne de commande n'a encore été reçue pour ce GHT."
    if not restants:
        return "Chaque ligne de commande a un code, ou une décision qui dit son produit."
    groups = f"{ecrire_nombre(restants)} groupe{'s' if restants > 1 else ''} de libellés"
    said = f"{groups} sans code utilisable : {ecrire_millions(bilan.a_traiter)} HT"
    if bilan.total > 0:
        said += f", {ecrire_taux(max(bilan.a_traiter, Decimal(0)) / bilan.total, 0)} des commandes"
    return f"{said}."


@require_http_methods(["GET", "POST"])
def groupe(request: HttpRequest, ght: str) -> HttpResponse:
    """One group: how it is written, what is suggested and why, the decision and its history."""
    place = _ght(request, ght)
    if "cle" not in request.GET:
        return redirect(_accueil(place))
    found = _groupe(place, request.GET["cle"][:400])
    held = queries.decision(place, found.cle)
    if request.method == "GET":
        form = DecisionForm(initial={"attendu": str(held.pk if held else 0)})
        return _page_groupe(request, place, found, held, form)
    exiger(request, DECIDER, Noeud(Niveau.GHT, place))
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return _page_groupe(request, place, found, held, form, status=422)
    try:
        _decider(request, place, found, form.cleaned_data)
    except Refus as refus:
        return _page_groupe(request, place, found, held, form, refus.phrase, refus.statut_http)
    next_one = _suivant(place, found.cle)
    return redirect(tables.adresse(place, next_one) if next_one and not held else _accueil(place))


def _decider(request: HttpRequest, ght: Ght, found: Groupe, data: dict[str, Any]) -> None:
    common = {
        "ght": ght, "motif": data["motif"], "attendu": data["attendu"], "by": compte(request),
        "instant": timezone.now(),
    }  # fmt: skip
    if data["produit"] == RETIRER:
        actions.retirer(cle=found.cle, **common)
        messages.success(request, f"« {found.libelle} » est de nouveau à traiter.")
        return
    code = None if data["produit"] == AUCUN else data["produit"].strip()
    suggested = {p.code: p.confiance for p in queries.suggerer([found])[0].propositions}
    row = actions.decider(choix=_choix(found, code, suggested.get(code or "")), **common)
    lines = f"{ecrire_nombre(found.lignes)} ligne{'s' if found.lignes > 1 else ''}"
    what = str(row.produit) if row.produit else "aucun produit du référentiel"
    messages.success(request, f"« {found.libelle} » ({lines}) : {what}. Les lignes à venir suivront.")


def _choix(found: Groupe, code: str | None, confiance: float | None) -> Choix:
    return Choix(found.cle, code, confiance, tuple(read.libelle for read in found.libelles))


def _page_groupe(
    request: HttpRequest,
    ght: Ght,
    found: Groupe,
    held: DecisionRapprochement | None,
    form: DecisionForm,
    erreur: str = "",
    status: int = 200,
) -> HttpResponse:
    asked = request.GET.get("q", "").strip()[:200]
    suggested = list(queries.suggerer([found])[0].propositions)
    codes = {p.code for p in suggested}
    searched = queries.chercher(asked, TROUVES) if asked else []
    chosen = form["produit"].value() or _premiere(suggested, held)
    next_one = _suivant(ght, found.cle)
    lines = f"{ecrire_nombre(found.lignes)} ligne{'s' if found.lignes > 1 else ''}"
    context = {
        "titre": found.libelle,
        "phrase": f"{lines} de commande, {ecrire_millions(found.montant)} HT : {_etat(held)}.",
        "fil": [("Rapprochement", _accueil(ght))],
        "ght": ght,
        "groupe": found,
        "propositions": [
            (
                p,
                p.code == chosen,
                tables.pourquoi(found.libelle, p.produit),
                ecrire_taux(tables.confiance(p.confiance), 0),
            )
            for p in suggested
        ],
        "trouves": [(p, p.code == chosen) for p in searched if p.code not in codes],
        "q": asked,
        "libelles": tables.libelles(found),
        "historique": tables.decisions(ght, queries.historique(ght, found.cle), "Décisions", lien=False),
        "decision": held,
        "form": form,
        "aucun": AUCUN,
        "retirer": RETIRER,
        "choisi": chosen,
        "erreur": erreur or " ".join(str(e) for e in form.errors.get("produit", [])),
        "suivant": tables.adresse(ght, next_one) if next_one else "",
        "decide": _peut_decider(request, ght),
        "raison": LECTURE,
    }
    return rendre(request, "depenses/rapprochement/groupe.html", context, status=status)


def _premiere(suggested: "list[Proposition]", held: DecisionRapprochement | None) -> str:
    """What is ticked at first: the decision that holds, else a suggestion likelier than not."""
    if held is not None:
        return held.produit.code if held.produit else AUCUN
    return suggested[0].code if suggested and suggested[0].confiance >= PROBABLE else ""


def _etat(held: DecisionRapprochement | None) -> str:
    if held is None:
        return "à décider"
    return f"c'est {held.produit}" if held.produit else "aucun produit du référentiel"


@require_http_methods(["GET", "POST"])
def lot(request: HttpRequest, ght: str) -> HttpResponse:
    """Every suggestion above a confidence: what accepting them does, then does it."""
    place = _ght(request, ght)
    exiger(request, DECIDER, Noeud(Niveau.GHT, place))
    form = SeuilForm(request.POST or {"seuil": request.GET.get("seuil", SEUIL)})
    if not form.is_valid():
        form = SeuilForm({"seuil": SEUIL})
        form.is_valid()
    floor = float(form.cleaned_data["seuil"])
    kept = [
        t
        for t in queries.bureau(place, timezone.localdate()).travaux
        if t.groupe.cle and t.premiere and t.premiere.confiance >= floor
    ]
    choices = [_choix(t.groupe, t.premiere.code, t.premiere.confiance) for t in kept if t.premiere]
    erreur, status = "", 200
    if request.method == "POST":
        try:
            done = actions.accepter(
                ght=place,
                choix=choices,
                attendue=form.cleaned_data["attendue"],
                by=compte(request),
                instant=timezone.now(),
            )
        except Refus as refus:
            erreur, status = refus.phrase, refus.statut_http
        else:
            messages.success(
                request, f"{ecrire_nombre(len(done))} groupes décidés. Les lignes à venir suivront."
            )
            return redirect(_accueil(place))
    wrong = sum(1 - t.premiere.confiance for t in kept if t.premiere)
    context = {
        "titre": "Accepter les suggestions sûres",
        "phrase": phrase_lot(kept, wrong, form.cleaned_data["seuil"]),
        "fil": [("Rapprochement", _accueil(place))],
        "ght": place,
        "form": form,
        "attendue": actions.signature(choices),
        "groupes": tables.travaux(place, kept, titre="Ce qui sera décidé"),
        "nombre": len(kept),
        "erreur": erreur,
    }
    return rendre(request, "depenses/rapprochement/lot.html", context, status=status)


def phrase_lot(kept: list[queries.Travail], wrong: float, seuil: str) -> str:
    """What accepting does, and how many of these suggestions may be wrong."""
    if not kept:
        return f"Aucune suggestion n'atteint {ecrire_taux(Decimal(seuil), 0)} de confiance."
    lines, amount = sum(t.groupe.lignes for t in kept), sum(t.groupe.montant for t in kept)
    many = "s" if len(kept) > 1 else ""
    said = (
        f"{ecrire_nombre(len(kept))} groupe{many} {'seraient' if many else 'serait'} décidé{many}, soit "
        f"{ecrire_nombre(lines)} ligne{'s' if lines > 1 else ''} et {ecrire_millions(amount)} HT"
    )
    if wrong < 1:
        return f"{said} ; d'après la confiance annoncée, moins d'une suggestion serait fausse."
    count = round(wrong)
    false = "seraient fausses" if count > 1 else "serait fausse"
    return f"{said} ; d'après la confiance annoncée, environ {ecrire_nombre(count)} {false}."


@require_GET
def decisions(request: HttpRequest, ght: str) -> HttpResponse:
    """Every decision of a GHT; each opens its group, where it is corrected."""
    place = _ght(request, ght)
    rows = DecisionRapprochement.objects.filter(ght=place).select_related("produit", "auteur").order_by("-pk")
    held = queries.en_vigueur(place).count()
    many = "s" if held > 1 else ""
    context = {
        "titre": "Décisions de rapprochement",
        "phrase": f"{ecrire_nombre(held)} groupe{many} de libellés décidé{many} pour {place}. "
        "Ouvrez un groupe pour revenir sur sa décision."
        if held
        else f"Aucun groupe de libellés n'est décidé pour {place}.",
        "fil": [("Rapprochement", _accueil(place))],
        "decisions": tables.decisions(place, list(rows), "Toutes les décisions"),
    }
    return rendre(request, "depenses/rapprochement/decisions.html", context)


def _choisir(request: HttpRequest) -> HttpResponse:
    """Above a GHT: which one to work on."""
    rows = Ght.objects.filter(perimetre_de(request, VOIR).ghts_q()).order_by("code")
    context = {
        "titre": "Rapprocher les produits",
        "phrase": "Le rapprochement se décide GHT par GHT : choisissez le vôtre.",
        "ghts": [(g, f"?{urlencode({'territoire': f'ght:{g.code}'})}") for g in rows],
    }
    return rendre(request, "depenses/rapprochement/choisir.html", context)


def _ght_du_lieu(request: HttpRequest, today: date) -> Ght | None:
    node = ici.ici(request, today).noeud
    if isinstance(node.objet, Ght):
        return node.objet
    return ght_de(node.code, today) if node.niveau == Niveau.ETABLISSEMENT else None


def _ght(request: HttpRequest, code: str) -> Ght:
    """The GHT of an address, if the account sees its spend. Raises `Introuvable`, `Interdit`."""
    found = Ght.objects.filter(code=code).first()
    if found is None:
        raise Introuvable(INVISIBLE)
    exiger(request, VOIR, Noeud(Niveau.GHT, found))
    return found


def _groupe(place: Ght, key: str) -> Groupe:
    found = queries.groupe(place, key, timezone.localdate())
    if found is None:
        held = queries.historique(place, key)
        if not held:
            raise Introuvable("Ce groupe de libellés n'existe pas, ou plus, dans les commandes de ce GHT.")
        found = queries.groupe_sans_ligne(held[0])
    return found


def _suivant(ght: Ght, cle: str) -> str:
    """The group to settle after this one, by amount; the first one when it is the last or is settled."""
    left = [t.groupe.cle for t in queries.bureau(ght, timezone.localdate()).travaux]
    rank = left.index(cle) + 1 if cle in left else 0
    return next((c for c in (*left[rank:], *left) if c != cle), "")


def _accueil(ght: Ght) -> str:
    query = urlencode({"territoire": f"ght:{ght.code}"})
    return f"{reverse('depenses:rapprochement')}?{query}"


def _peut_decider(request: HttpRequest, ght: Ght) -> bool:
    return perimetre_de(request, DECIDER).contient(Noeud(Niveau.GHT, ght))
