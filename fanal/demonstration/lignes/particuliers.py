"""Lines out of the ordinary, made from those drawn: credit notes, free units, rebates."""

import numpy as np

from fanal.demonstration.lignes.modele import Flux
from fanal.demonstration.lignes.tirage import Des, Entiers, Lignes, days, joined, yearly
from fanal.demonstration.plan.marches.contrats import REPERE
from fanal.moteurs.lac.schema import TYPES_LIGNE

COMMANDE, AVOIR, GRATUIT, REMISE = range(len(TYPES_LIGNE))
PART_AVOIRS, PART_GRATUITS, PART_REMISES = 0.012, 0.006, 0.002
SANS_ORIGINE = 12  # one credit note in twelve bears an order number that nobody knows
RANG_AVOIR, RANG_GRATUIT = 800, 700
ORPHELINES = 900_000_000  # their order numbers lie apart


def number_of(nombre: int) -> int:
    """How many lines out of the ordinary stand among *nombre* lines of a GHT."""
    return sum(int(nombre * part) for part in (PART_AVOIRS, PART_GRATUITS, PART_REMISES))


def make(lignes: Lignes, nombre: int, des: Des, premier: int) -> Lignes:
    """The lines out of the ordinary that go with *lignes*, *nombre* being the size of the whole."""
    if len(lignes) == 0:
        return lignes
    return joined(
        [
            _credit_notes(lignes, int(nombre * PART_AVOIRS), des, premier),
            _free_units(lignes, int(nombre * PART_GRATUITS), des),
            _rebates(lignes, int(nombre * PART_REMISES), des, premier),
        ]
    )


def _some(lignes: Lignes, nombre: int, des: Des) -> Lignes:
    """Lines spread over the whole, distinct while there are enough of them."""
    if nombre == 0:
        return lignes.prendre(slice(0, 0))
    pas = len(lignes) / nombre
    rangs = (np.arange(nombre) * pas + des.unites(nombre) * max(0.0, pas - 1)).astype(np.int64)
    return lignes.prendre(rangs)


def _credit_notes(lignes: Lignes, nombre: int, des: Des, premier: int) -> Lignes:
    """All or part of a line given back two to six weeks later, on the same order, at the same price."""
    avoirs = _some(lignes, nombre, des)
    entier = des.unites(nombre) < 0.6
    rendue = np.where(entier, avoirs.quantite, np.maximum(1, avoirs.quantite // 3))
    avoirs.quantite = -rendue
    avoirs.jour = np.minimum(avoirs.jour + 14 + des.entiers(nombre, 28), days(REPERE) - 1)
    avoirs.genre = np.full(nombre, AVOIR)
    avoirs.rang = RANG_AVOIR + avoirs.rang
    perdus = np.arange(nombre) % SANS_ORIGINE == SANS_ORIGINE - 1
    avoirs.commande = np.where(
        perdus, yearly(avoirs.jour, ORPHELINES + premier + np.arange(nombre)), avoirs.commande
    )
    return avoirs


def _free_units(lignes: Lignes, nombre: int, des: Des) -> Lignes:
    """Units given on top of an order, at no price."""
    gratuits = _some(lignes, nombre, des)
    gratuits.quantite = np.maximum(1, gratuits.quantite // 20)
    gratuits.prix = np.zeros(nombre, dtype=np.int64)
    gratuits.genre = np.full(nombre, GRATUIT)
    gratuits.rang = RANG_GRATUIT + gratuits.rang
    return gratuits


def _rebates(lignes: Lignes, nombre: int, des: Des, premier: int) -> Lignes:
    """Year-end rebates on a contract: one unit, taken back at a few per cent of an order."""
    remises = _some(lignes, nombre, des)
    prix = np.maximum(10_000, remises.centimes * 10_000 * 3 // 100)
    remises.prix = prix - prix % 10_000
    remises.quantite = np.full(nombre, -1)
    annees = remises.jour.astype("datetime64[D]").astype("datetime64[Y]")
    fin_annee = (annees + 1).astype("datetime64[D]").astype(np.int64) - 1
    remises.jour = np.minimum(fin_annee, days(REPERE) - 1)
    remises.genre = np.full(nombre, REMISE)
    remises.commande = yearly(remises.jour, 2 * ORPHELINES + premier + np.arange(nombre))
    remises.rang = np.ones(nombre, dtype=np.int64)
    return remises


def buyers(flux: list[Flux]) -> tuple[Entiers, Entiers]:
    """Ranks of the establishment and of the supplier of each stream, in the order of their texts."""
    finess = {v: i for i, v in enumerate(sorted({f.finess for f in flux}))}
    sirets = {v: i for i, v in enumerate(sorted({f.fournisseur for f in flux}))}
    return (
        np.array([finess[f.finess] for f in flux], dtype=np.int64),
        np.array([sirets[f.fournisseur] for f in flux], dtype=np.int64),
    )
