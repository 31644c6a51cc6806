"""Envelopes and their simulations, for who organises the call; nothing is decided through the API."""

from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from fanal.appels.actions.enveloppes import simuler
from fanal.appels.models import Attribution, Simulation
from fanal.appels.queries.enveloppes import Solde, attributions_de, enveloppes_de, solde, soldes
from fanal.appels.queries.simulations import Reglages
from fanal.appels.views.enveloppes_commun import appel_reparti, une_enveloppe, une_simulation
from fanal.comptes.acces import compte
from fanal.interface.api import REFUS, Code, Numero, Refusee, Texte
from fanal.refus import Inutilisable

router = Router(tags=["Appels"])
MONTANT = r"^[0-9]{1,13}(\.[0-9]{1,2})?$"


class EnveloppeDite(Schema):
    numero: int
    annee: int
    nom: str
    ferme: bool = Field(description="Faux : une prévision, qui n'attribue rien.")
    montant: str
    provisoire: str
    definitif: str
    solde: str
    retenus: int
    en_liste_complementaire: int


class AttributionDite(Schema):
    dossier: int
    declarant: str
    reference: str
    statut: str = Field(description="provisoire, definitive, complementaire, refusee ou abandonnee.")
    demande: str
    maximum: str
    attribue: str
    rang: int | None
    motif: str


class EnveloppeEntiere(EnveloppeDite):
    attributions: list[AttributionDite]


class SimulationVoulue(Schema):
    """Ce qui n'est pas donné est pris aux règles de l'appel, le montant au solde de l'enveloppe."""

    titre: Code = ""
    montant: str | None = Field(None, pattern=MONTANT)
    regle: Code = ""
    taux_max: str | None = Field(None, pattern=r"^(0(\.[0-9]{1,4})?|1(\.0{1,4})?)$")
    plafond: str | None = Field(None, pattern=MONTANT)
    note_minimale: str | None = Field(None, pattern=r"^[0-9]{1,3}(\.[0-9]{1,3})?$")
    contraintes: dict[str, Any] = {}
    exclus: list[Numero] = Field([], max_length=1000)


class SimulationDite(Schema):
    numero: int
    enveloppe: int
    titre: str
    empreinte: Texte = Field(description="SHA-256 de la question et de la réponse.")
    retenue: bool
    question: dict[str, Any] = Field(description="À rejouer par « fanal repartition calculer ».")
    resultat: dict[str, Any]


@router.get(
    "/appels/{code}/enveloppes",
    response={200: list[EnveloppeDite], REFUS: Refusee},
    summary="Les enveloppes d'un appel",
)
def enveloppes(request: HttpRequest, code: Code) -> Any:
    """Montant voté ou prévu, ce qui est attribué, le solde."""
    return [decrire(s) for s in soldes(enveloppes_de(appel_reparti(request, code)))]


@router.get(
    "/enveloppes/{numero}",
    response={200: EnveloppeEntiere, REFUS: Refusee},
    summary="Une enveloppe et ses décisions",
)
def enveloppe(request: HttpRequest, numero: Numero) -> Any:
    """Dossier par dossier : demandé, maximum, attribué, et pourquoi."""
    lue = une_enveloppe(request, numero)
    return decrire(solde(lue)) | {"attributions": [_attribution(a) for a in attributions_de(lue)]}


@router.post(
    "/enveloppes/{numero}/simulations",
    response={201: SimulationDite, REFUS: Refusee},
    summary="Simuler une répartition",
)
def creer_simulation(request: HttpRequest, numero: Numero, corps: SimulationVoulue) -> Any:
    """La simulation est gardée avec son empreinte ; rien n'est attribué."""
    lue = une_enveloppe(request, numero)
    nombres: dict[str, Any] = {
        nom: None if (texte := getattr(corps, nom)) is None else Decimal(texte)
        for nom in ("montant", "taux_max", "plafond", "note_minimale")
    }
    if len(str(corps.contraintes)) > 20_000:
        raise Inutilisable("contraintes : trop long.")
    reglages = Reglages(
        regle=corps.regle, contraintes=corps.contraintes, exclus=tuple(corps.exclus), **nombres
    )
    faite = simuler(
        enveloppe=lue, titre=corps.titre, reglages=reglages, by=compte(request), instant=timezone.now()
    )
    return 201, _simulation(faite)


@router.get("/simulations/{numero}", response={200: SimulationDite, REFUS: Refusee}, summary="Une simulation")
def simulation(request: HttpRequest, numero: Numero) -> Any:
    """Sa question, sa réponse, leur empreinte."""
    return _simulation(une_simulation(request, numero))


def decrire(s: Solde) -> dict[str, Any]:
    """An envelope as the API says it."""
    return {
        "numero": s.enveloppe.pk,
        "annee": s.enveloppe.annee,
        "nom": s.enveloppe.nom,
        "ferme": s.enveloppe.ferme,
        "montant": f"{s.montant:.2f}",
        "provisoire": f"{s.provisoire:.2f}",
        "definitif": f"{s.definitif:.2f}",
        "solde": f"{s.reste:.2f}",
        "retenus": s.retenus,
        "en_liste_complementaire": s.en_attente,
    }


def _attribution(a: Attribution) -> dict[str, Any]:
    return {
        "dossier": a.dossier_id,
        "declarant": a.dossier.nom_noeud,
        "reference": a.dossier.reference,
        "statut": a.statut,
        "demande": f"{a.demande:.2f}",
        "maximum": f"{a.maximum:.2f}",
        "attribue": f"{a.montant:.2f}",
        "rang": a.rang,
        "motif": a.motif,
    }


def _simulation(s: Simulation) -> dict[str, Any]:
    return {
        "numero": s.pk,
        "enveloppe": s.enveloppe_id,
        "titre": s.titre,
        "empreinte": s.empreinte,
        "retenue": s.retenue_le is not None and s.rouverte_le is None,
        "question": s.question,
        "resultat": s.resultat,
    }
