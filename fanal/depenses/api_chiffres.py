"""API of the figures of spend: any cross of the order lines, and the proof of gains of a GHT."""

from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field

from fanal.comptes.acces import exiger
from fanal.depenses.queries.gains import sommer
from fanal.depenses.queries.gains_document import actions_dites, civile, report, somme
from fanal.depenses.queries.gains_territoire import annee_prouvee
from fanal.depenses.queries.portee import VOIR, portee
from fanal.interface.api import REFUS, SANS_NUL, Annee, Code, Pagination, Refusee
from fanal.refus import Inutilisable
from fanal.territoires import queries as territoires
from fanal.territoires.models import Niveau
from fanal.territoires.noeuds import Noeud

router = Router(tags=["Dépenses"])
# What a page of the explorer crosses: two axes in rows, one in columns.
AXES_MAX, FILTRES_MAX = 3, 20
Mot = Annotated[str, Field(max_length=400, pattern=SANS_NUL)]
Montant = str | None


class QuestionDepenses(Pagination):
    """Les axes, les mesures et les filtres de `fanal depenses analyser`."""

    axes: Mot = Field("", examples=["famille,mois"], description="Trois au plus, séparés par des virgules.")
    mesure: list[Mot] = Field(["montant_ht"], max_length=10, examples=[["montant_ht"]])
    filtre: list[Mot] = Field([], max_length=FILTRES_MAX, examples=[["annee=2021"]])


class AnalyseDite(Schema):
    """Une page des groupes, du plus grand au plus petit. Une mesure nulle est inconnue, ou n'est pas lisible
    par le compte : quantités et prix unitaires relèvent du secret des affaires (`masque`)."""

    axes: list[str]
    mesures: list[str]
    total: int
    page: int
    pages: int
    lignes: list[dict[str, str | None]]
    totaux: dict[str, str | None]
    remises_ht: str
    masque: bool


class MontantsGainDits(Schema):
    """Euros TTC à chaque maillon."""

    declare: Montant
    signe: Montant
    commande: Montant
    facture: Montant


class AnneeCivileDite(Schema):
    """Ce qui commence dans l'année, ce qui vient de la précédente, les deux."""

    nouvelles: MontantsGainDits
    report: MontantsGainDits
    total: MontantsGainDits


class EcartGainDit(Schema):
    """Une ligne de ce qui sépare le déclaré du commandé."""

    code: str
    libelle: str
    montant: str


class ActionProuveeDite(MontantsGainDits):
    """Une action du plan. declare + somme des écarts = commande."""

    identifiant: str
    ght: str
    finess: str
    numero_marche: str
    statut: str
    prevu: Montant
    commande_annee: Montant
    commande_report: Montant
    ecart: Montant
    motifs: list[str]
    ecarts: list[EcartGainDit]


class ReportDit(MontantsGainDits):
    """La part de l'année d'une action commencée l'année d'avant."""

    identifiant: str
    ght: str
    finess: str
    numero_marche: str
    annee_plan: int
    premiere_commande: str
    statut: str
    commande_des_mois: Montant
    motifs: list[str]


class GainsDits(MontantsGainDits):
    """La preuve des gains d'un GHT, comme `fanal depenses gains --json`."""

    annee: int
    ght: str
    prevu: Montant
    retrouve: Montant
    confirmes: int
    partiels: int
    non_confirmes: int
    non_mesurables: int
    annee_civile: AnneeCivileDite
    actions: list[ActionProuveeDite]
    report: list[ReportDit]


@router.get(
    "/depenses/analyse",
    response={200: AnalyseDite, REFUS: Refusee},
    summary="Croiser les lignes de commande",
)
def analyse(request: HttpRequest, question: Query[QuestionDepenses]) -> Any:
    """Les lignes que le compte peut lire, croisées par axes. Un filtre s'écrit `axe`, puis `=`, `!=`, `>=`,
    `<=` ou `~`, puis une valeur. Sans axe, le total seul.
    """
    from fanal.depenses.queries.analyse import Filtres, analyser

    held = portee(request)
    axes = [a.strip() for a in question.axes.split(",") if a.strip()]
    if len({*axes}) < len(axes) or len(axes) > AXES_MAX:
        raise Inutilisable(f"Donnez {AXES_MAX} axes au plus, chacun une seule fois.")
    found = analyser(
        axes,
        question.mesure or ["montant_ht"],
        Filtres.lire(question.filtre),
        held,
        debut=(question.page - 1) * question.taille,
        limite=question.taille,
    )
    return {
        "axes": list(found.axes),
        "mesures": list(found.mesures),
        "total": found.groupes,
        "page": question.page,
        "pages": max(1, -(-found.groupes // question.taille)),
        "lignes": [{name: _texte(value) for name, value in line.items()} for line in found.lignes],
        "totaux": {name: _texte(value) for name, value in found.totaux.items()},
        "remises_ht": _texte(found.remises_ht),
        "masque": found.masque,
    }


@router.get(
    "/depenses/gains",
    response={200: GainsDits, REFUS: Refusee},
    summary="La preuve des gains d'un GHT",
)
def gains(request: HttpRequest, ght: Code, annee: Annee) -> Any:
    """Ce que le plan de l'année déclare, et ce que les lignes de commande en montrent, action par action."""
    place = Noeud(Niveau.GHT, territoires.ght(ght))
    exiger(request, VOIR, place)
    proved = annee_prouvee(annee, place, portee(request), timezone.localdate())
    return {
        "annee": annee,
        "ght": place.code,
        **somme(sommer(proved.actions)),
        "annee_civile": civile(proved.civile),
        "actions": actions_dites(proved.actions),
        "report": report(proved.civile),
    }


def _texte(value: str | Decimal | None) -> str | None:
    return format(value, "f") if isinstance(value, Decimal) else value
