"""What order lines are drawn from: streams of orders of one product, by one establishment, at one price."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from fanal.demonstration.lignes.produits import Produit
from fanal.demonstration.plan.marches.modele import ContratFictif
from fanal.demonstration.plan.modele import Ligne

MILLIONIEMES = 1_000_000


class Verdict(StrEnum):
    """What the order lines will show of a declared gain."""

    CONFIRME = "confirme"
    PARTIEL_PRIX = "partiel_prix"  # the price fell, by less than declared
    PARTIEL_CONTRAT = "partiel_contrat"  # part of the orders went on at the old price, elsewhere
    PRIX_INCHANGE = "prix_inchange"
    CONTRAT_INUTILISE = "contrat_inutilise"
    AUTRE_EFFET = "autre_effet"  # less bought, at the same price
    A_RAPPROCHER = "a_rapprocher"  # lines without code, under drifting labels
    SANS_NUMERO = "sans_numero"  # the action names no contract
    SANS_LIGNES = "sans_lignes"


@dataclass(frozen=True)
class Flux:
    """Orders of one product at one price (millionths of a euro excl. VAT) over [debut, fin).

    `quantite` is what the whole period adds up to, in units of `unite`; `poids` drives the number of lines.
    """

    finess: str
    produit: Produit
    fournisseur: str
    marche: str
    debut: date
    fin: date
    quantite: int
    prix: int
    poids: float
    unite: str = ""
    code: bool = True
    libelle: int = -1  # rank of the only way to write its label; -1 draws one


@dataclass(frozen=True)
class ActionSuivie:
    """An action of the workbooks and the orders that tell what became of its gain."""

    ligne: Ligne
    verdict: Verdict
    produits: tuple[Produit, ...]
    contrat: ContratFictif | None
    ancien: ContratFictif | None
    flux: tuple[Flux, ...]


@dataclass(frozen=True)
class PlanLignes:
    """All that the order lines of one GHT are drawn from; `suivies` of the campaigns of 2020 and 2021."""

    ght: str
    rang: int
    siret: str
    finess: tuple[str, ...]
    suivies: tuple[ActionSuivie, ...]
    contrats: tuple[ContratFictif, ...]
    execution: tuple[Flux, ...]
    courants: tuple[Flux, ...]
