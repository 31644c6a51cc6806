"""Creating, editing, leading a procedure from state to state."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from fanal.comptes.acces import compte, exiger, perimetre_de
from fanal.comptes.perimetre import Perimetre
from fanal.comptes.rules import check_permission
from fanal.interface.actes import dire
from fanal.marches.models import Marche
from fanal.marches.queries.etat import vie
from fanal.marches.queries.portee import un_marche
from fanal.procedures.actions import etats, liens
from fanal.procedures.actions import procedures as actions
from fanal.procedures.compute.echeancier import besoin_apres
from fanal.procedures.forms.procedures import (
    ActeForm,
    LancementForm,
    LienActionForm,
    MotifForm,
    NouvelleForm,
    ProcedureForm,
    RelanceForm,
)
from fanal.procedures.models import Procedure
from fanal.procedures.rules.etats import ADAPTEE, PASSAGES, SANS_CONCURRENCE
from fanal.procedures.views.commun import (
    GERER,
    VOIR,
    fil,
    page_acte,
    procedure_geree,
    verrou_de,
    vers,
)
from fanal.refus import Introuvable
from fanal.territoires.models import Ght
from fanal.territoires.noeuds import Noeud

CHAMPS = (
    "intitule",
    "nature_achat",
    "code_cpv",
    "famille",
    "montant_estime_ht",
    "procedure",
    "motif_non_allotissement",
    "acheteur_fonction",
    "charge_jours",
    "duree_mois",
    "date_besoin",
    "envoi_electronique",
)
SUITES = (
    "Aucune offre, ou seulement des offres inappropriées : le marché peut être passé sans publicité ni mise "
    "en concurrence, sans modifier substantiellement les conditions initiales (R2122-2). Seulement des "
    "offres irrégulières ou inacceptables : la procédure avec négociation est ouverte (R2124-3, 6°)."
)


@require_http_methods(["GET", "POST"])
def nouvelle(request: HttpRequest) -> HttpResponse:
    """Create a procedure; `?marche=12` starts from a contract that ends."""
    gere = exiger(request, GERER)
    marche = _marche(request)
    ghts = _ghts(gere)
    form = NouvelleForm(request.POST or None, ghts=ghts, initial=_depuis(marche))

    def agir(d: dict[str, Any]) -> HttpResponse:
        ght = Ght.objects.get(code=d["ght"])
        check_permission(gere, Noeud("ght", ght), GERER)
        champs = {c: d[c] for c in CHAMPS if c not in {"motif_non_allotissement", "envoi_electronique"}}
        cree = actions.creer(
            ght=ght,
            remplace=[marche] if marche else [],
            by=compte(request),
            instant=timezone.now(),
            **champs,
        )
        autres = {c: d[c] for c in ("motif_non_allotissement", "envoi_electronique")}
        actions.modifier(
            procedure=cree, champs=autres, verrou=None, by=compte(request), instant=timezone.now()
        )
        dire(request, f"La procédure {cree.numero} est créée. Son calendrier est compté depuis le besoin.")
        return vers(cree)

    phrase = "Le calendrier est compté à rebours depuis le jour où le marché doit être exécutable."
    if marche:
        phrase = f"Cette procédure renouvellera le marché {marche.identifiant}. {phrase}"
    contexte = {
        "titre": "Créer une procédure",
        "phrase": phrase,
        "fil": fil(),
        "bouton": "Créer la procédure",
        "cache": [("marche", marche.pk)] if marche else [],
        "retour": reverse("procedures:liste"),
    }
    return page_acte(request, form, agir, contexte)


def _marche(request: HttpRequest) -> Marche | None:
    """The contract that the address or the form names, among those the account sees."""
    texte = request.POST.get("marche") or request.GET.get("marche", "")
    if not texte:
        return None
    if not texte.isdecimal() or len(texte) > 18:
        raise Introuvable("Ce marché n'existe pas. Revenez à l'échéancier et choisissez-le de nouveau.")
    return un_marche(int(texte), perimetre_de(request, VOIR))


def _ghts(gere: Perimetre) -> list[tuple[str, str]]:
    return [(g.code, str(g)) for g in Ght.objects.filter(gere.ghts_q()).order_by("code")]


def _depuis(marche: Marche | None) -> dict[str, Any]:
    """What a contract that ends says of its successor."""
    if marche is None:
        return {}
    today = timezone.localdate()
    fin = vie(marche, today).fin_totale
    return {
        "ght": marche.ght.code if marche.ght else None,
        "intitule": marche.objet[:300],
        "nature_achat": marche.nature_achat or "fournitures",
        "code_cpv": marche.code_cpv,
        "famille": marche.famille,
        "duree_mois": marche.duree_mois,
        "acheteur_fonction": marche.acheteur_fonction,
        "montant_estime_ht": marche.maximum_ht if marche.maximum_ht is not None else marche.montant,
        "date_besoin": besoin_apres(fin, today) if fin else None,
        "envoi_electronique": True,
    }


@require_http_methods(["GET", "POST"])
def modifier(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit a procedure; two people at once do not overwrite each other."""
    p = procedure_geree(request, pk)
    form = ProcedureForm(request.POST or None, initial={c: getattr(p, c) for c in CHAMPS})

    def agir(d: dict[str, Any]) -> HttpResponse:
        champs = {c: d[c] for c in CHAMPS}
        actions.modifier(
            procedure=p, champs=champs, verrou=verrou_de(request), by=compte(request), instant=timezone.now()
        )
        dire(request, "La procédure est modifiée.")
        return vers(p)

    contexte = {
        "titre": "Modifier la procédure",
        "phrase": f"{p.numero} {p.intitule}",
        "fil": fil(p),
        "bouton": "Enregistrer",
        "cache": [("verrou", verrou_de(request) if request.method == "POST" else p.verrou)],
        "retour": reverse("procedures:procedure", args=[p.pk]),
    }
    return page_acte(request, form, agir, contexte)


@require_http_methods(["GET", "POST"])
def franchir(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Take one act of the state machine, with what it needs."""
    p = procedure_geree(request, pk)
    passage = PASSAGES.get(code)
    if passage is None:
        raise Introuvable("Cet acte n'existe pas. Revenez à la procédure.")
    today = timezone.localdate()
    initial = {"date_lancement": today} if code == "lancer" else {}
    genre = LancementForm if code == "lancer" else MotifForm if passage.motif else ActeForm
    form = genre(request.POST if request.method == "POST" else None, initial=initial)

    def agir(d: dict[str, Any]) -> HttpResponse:
        etats.franchir(
            procedure=p,
            code=code,
            le=today,
            verrou=verrou_de(request),
            by=compte(request),
            instant=timezone.now(),
            motif=d.get("motif", ""),
            date_lancement=d.get("date_lancement"),
            date_limite=d.get("date_limite"),
            reduction=d.get("reduction", ""),
        )
        dire(request, "C'est enregistré.")
        return vers(p)

    contexte = {
        "titre": passage.titre.removesuffix("…"),
        "phrase": f"{p.numero} {p.intitule}",
        "fil": fil(p),
        "bouton": passage.titre.removesuffix("…"),
        "danger": passage.motif,
        "cache": [("verrou", p.verrou)],
        "retour": reverse("procedures:procedure", args=[p.pk]),
    }
    return page_acte(request, form, agir, contexte)


@require_http_methods(["GET", "POST"])
def relancer(request: HttpRequest, pk: int) -> HttpResponse:
    """The next call, for what found nobody."""
    p = procedure_geree(request, pk)
    propose = p.procedure if p.procedure and p.procedure != SANS_CONCURRENCE else ADAPTEE
    form = RelanceForm(
        request.POST if request.method == "POST" else None,
        initial={"procedure": propose, "date_besoin": p.date_besoin},
    )

    def agir(d: dict[str, Any]) -> HttpResponse:
        suite = etats.relancer(
            procedure=p,
            libelle=d["procedure"],
            date_besoin=d["date_besoin"],
            by=compte(request),
            instant=timezone.now(),
        )
        dire(request, f"La procédure {suite.numero} est créée, avec les lots à relancer.")
        return vers(suite)

    contexte = {
        "titre": "Relancer une consultation",
        "phrase": SUITES,
        "fil": fil(p),
        "bouton": "Créer la suite",
        "retour": reverse("procedures:procedure", args=[p.pk]),
    }
    return page_acte(request, form, agir, contexte)


@require_http_methods(["GET", "POST"])
def lier_action(request: HttpRequest, pk: int) -> HttpResponse:
    """Link an action of the purchase plan."""
    p = procedure_geree(request, pk)
    initial = {"annee": (p.date_besoin or timezone.localdate()).year}
    form = LienActionForm(request.POST if request.method == "POST" else None, initial=initial)

    def agir(d: dict[str, Any]) -> HttpResponse:
        liens.lier_action(
            procedure=p,
            annee=d["annee"],
            identifiant=d["identifiant"],
            by=compte(request),
            instant=timezone.now(),
        )
        dire(request, "L'action du plan est liée à la procédure.")
        return vers(p, "#liens")

    contexte = {
        "titre": "Lier une action du plan d'achat",
        "phrase": f"{p.numero} {p.intitule}",
        "fil": fil(p),
        "bouton": "Lier l'action",
        "retour": reverse("procedures:procedure", args=[p.pk]),
    }
    return page_acte(request, form, agir, contexte)


@require_POST
def delier_action(request: HttpRequest, pk: int, lien: int) -> HttpResponse:
    """Take a link away."""
    p: Procedure = procedure_geree(request, pk)
    liens.delier_action(procedure=p, lien=lien, by=compte(request), instant=timezone.now())
    dire(request, "Le lien est retiré.")
    return vers(p, "#liens")
