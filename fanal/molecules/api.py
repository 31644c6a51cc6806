"""API of expensive medicines: requests, the balance of a year, the lists."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field

from fanal.comptes.acces import exiger, perimetre_de
from fanal.interface.api import REFUS, Annee, Numero, Page, Pagination, Refusee, paginer
from fanal.molecules.compute.analyse import Groupe
from fanal.molecules.compute.bilan import bilans
from fanal.molecules.models import DemandeMolecule, Inscription
from fanal.molecules.queries import demandes as lectures
from fanal.molecules.queries.analyse import lectures as lire_annees
from fanal.molecules.queries.analyse import prevision
from fanal.molecules.queries.listes import inscriptions
from fanal.questionnaires.compute.masquage import Masque
from fanal.refus import Introuvable
from fanal.territoires import queries as territoires
from fanal.territoires.models import Niveau
from fanal.territoires.noeuds import NATIONAL, Noeud

router = Router(tags=["Molécules onéreuses"])
LECTEURS = ("candidature.voir", "instruction.voir")


class Demande(Schema):
    """Une demande. Montants en euros, en texte exact."""

    numero: int
    dossier: int
    annee: int
    finess: str
    secteur: str = Field(examples=["smr"])
    ucd: str = Field(description="Sept chiffres.", examples=["9000001"])
    indication: str
    libelle: str
    classe: str
    montant: str
    patients: int | None = Field(description="`null` : non renseigné, ou masqué (voir `patients_masques`).")
    patients_masques: bool = Field(
        description="Vrai si l'effectif, trop petit, n'est pas montré à ce compte."
    )
    etape: str
    a_examiner: bool = Field(description="Une proposition (déjà financé, doublon) attend un pharmacien.")
    priorite: int | None = Field(description="Proposée par l'OMEDIT ; `null` pour le déclarant.")
    accorde: str | None


class Part(Schema):
    """Un secteur : son nombre et son montant sont deux parts différentes."""

    secteur: str
    nombre: int
    montant: str
    part_nombre: str | None = Field(description="Part du nombre de demandes.", examples=["0.500"])
    part_montant: str | None = Field(description="Part des montants demandés.", examples=["0.610"])


class Prevision(Schema):
    """L'année suivante : un ordre de grandeur et son intervalle, avec ses limites en mots."""

    annee: int
    attendu: str
    bas: str
    haut: str
    limites: list[str]


class Bilan(Schema):
    """Le bilan d'une année."""

    annee: int
    nombre: int
    montant: str
    variation: str | None
    sous_enveloppe: str = Field(description="Montant des secteurs de la campagne sous enveloppe.")
    accorde: str | None
    decidees: int
    secteurs: list[Part]
    prevision: Prevision | None


class Inscrite(Schema):
    """Un médicament sur une liste en sus."""

    liste: str
    ucd: str
    indication: str = Field(description="Vide : toutes les indications.")
    libelle: str
    debut: date
    fin: date | None
    source: str


class ParDate(Pagination):
    le: date | None = Field(None, description="Seulement ce qui est en vigueur ce jour.")


@router.get("/molecules/demandes", response={200: Page[Demande], REFUS: Refusee}, summary="Les demandes")
def liste(request: HttpRequest, demande: Query[Pagination]) -> Any:
    """Celles que le compte voit : les siennes, ou celles qu'il instruit."""
    _exiger_lecture(request)
    vues = list(lectures.demandes(request).order_by("-annee", "pk"))
    return paginer(_dire(request, vues), demande)


@router.get("/molecules/demandes/{numero}", response={200: Demande, REFUS: Refusee}, summary="Une demande")
def detail(request: HttpRequest, numero: Numero) -> Any:
    """Une demande que le compte voit."""
    return _dire(request, [lectures.demande_de(request, numero)])[0]


@router.get("/molecules/bilan", response={200: Bilan, REFUS: Refusee}, summary="Le bilan d'une année")
def bilan(request: HttpRequest, annee: Annee, region: str = "") -> Any:
    """Pour ceux qui instruisent, dans leur région ou au niveau national. 404 sans demande cette année."""
    noeud = Noeud(Niveau.REGION, territoires.region(region)) if region else NATIONAL
    exiger(request, lectures.INSTRUIRE, noeud)
    le = timezone.localdate()
    lues = lire_annees(lectures.du_noeud(lectures.demandes_instruites(request), noeud, le), le)
    annuel = next((b for b in bilans(lues.par_annee, lues.enveloppe) if b.annee == annee and b.nombre), None)
    if annuel is None:
        raise Introuvable(f"Aucune demande n'est déposée en {annee}. Demandez une autre année.")
    prevu = prevision(lues, annee, le)
    return {
        "annee": annee,
        "nombre": annuel.nombre,
        "montant": f"{annuel.montant:.2f}",
        "variation": None if annuel.variation is None else f"{annuel.variation:.4f}",
        "sous_enveloppe": f"{annuel.sous_enveloppe:.2f}",
        "accorde": None if annuel.accorde is None else f"{annuel.accorde:.2f}",
        "decidees": annuel.decidees,
        "secteurs": [_part(g) for g in annuel.secteurs],
        "prevision": None
        if prevu is None
        else {
            "annee": prevu.annee,
            "attendu": f"{prevu.attendu:.2f}",
            "bas": f"{prevu.bas:.2f}",
            "haut": f"{prevu.haut:.2f}",
            "limites": list(prevu.limites),
        },
    }


@router.get("/molecules/listes", response={200: Page[Inscrite], REFUS: Refusee}, summary="Les listes en sus")
def listes(request: HttpRequest, demande: Query[ParDate]) -> Any:
    """Les médicaments inscrits, par liste, indication et période."""
    _exiger_lecture(request)
    return paginer(inscriptions(demande.le).order_by("liste", "ucd", "debut"), demande, _inscrite)


def _exiger_lecture(request: HttpRequest) -> None:
    if all(perimetre_de(request, p).vide for p in LECTEURS):
        exiger(request, LECTEURS[0])


def _dire(request: HttpRequest, vues: list[DemandeMolecule]) -> list[dict[str, Any]]:
    le, suites = timezone.localdate(), lectures.suites(vues)
    instruit = perimetre_de(request, lectures.INSTRUIRE)
    dites = []
    for d in vues:
        suite, effectif = suites[d.pk], lectures.effectif(request, d, le)
        vue = suite.proposition if instruit.contient(Noeud.de(d.dossier)) else None
        dites.append(
            {
                "numero": d.pk,
                "dossier": d.dossier_id,
                "annee": d.annee,
                "finess": d.finess,
                "secteur": d.secteur,
                "ucd": d.ucd,
                "indication": d.indication,
                "libelle": d.libelle,
                "classe": d.classe,
                "montant": f"{d.cout_annuel:.2f}",
                "patients": None if isinstance(effectif, Masque) else effectif,
                "patients_masques": isinstance(effectif, Masque),
                "etape": d.dossier.etape,
                "a_examiner": bool(getattr(d, "a_examiner", False)),
                "priorite": vue.priorite if vue else None,
                "accorde": None if suite.accorde is None else f"{suite.accorde:.2f}",
            }
        )
    return dites


def _part(groupe: Groupe) -> dict[str, Any]:
    return {
        "secteur": groupe.nom,
        "nombre": groupe.nombre,
        "montant": f"{groupe.montant:.2f}",
        "part_nombre": None if groupe.part_nombre is None else str(groupe.part_nombre),
        "part_montant": None if groupe.part_montant is None else str(groupe.part_montant),
    }


def _inscrite(i: Inscription) -> dict[str, Any]:
    champs = ("liste", "ucd", "indication", "libelle", "debut", "fin", "source")
    return {nom: getattr(i, nom) for nom in champs}
