"""Drawing the lines of streams with numpy: exact sums, the same everywhere (raw generator words, no libm)."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fanal.demonstration.lignes.modele import Flux

Entiers = NDArray[np.int64]
EPOQUE = date(1970, 1, 1)
SEMAINE = 7
PAR_LIGNE = 3  # units that a line needs at least, so that none is empty


class Des:
    """Uniform draws made of the raw words of PCG64, named by their seed."""

    def __init__(self, *graine: object) -> None:
        digest = hashlib.sha256(("fanal/" + "/".join(map(str, graine))).encode()).digest()
        self._source = np.random.PCG64(int.from_bytes(digest[:16], "big"))

    def unites(self, nombre: int) -> NDArray[np.float64]:
        """Floats in [0, 1)."""
        words = self._source.random_raw(nombre)
        return (words >> np.uint64(11)).astype(np.float64) * 2.0**-53

    def entiers(self, nombre: int, borne: int) -> Entiers:
        """Integers in [0, borne)."""
        tires: Entiers = (self.unites(nombre) * borne).astype(np.int64)
        return tires


@dataclass
class Lignes:
    """Lines drawn: rank of their stream, day (from 1970), quantity, price in millionths, kind of line.

    `commande` and `rang` are filled by `number`; the rest of a line follows from its stream.
    """

    flux: Entiers
    jour: Entiers
    quantite: Entiers
    prix: Entiers
    genre: Entiers
    commande: Entiers
    rang: Entiers

    def __len__(self) -> int:
        return len(self.flux)

    @property
    def centimes(self) -> Entiers:
        """Quantity times price, to the cent, halves away from zero."""
        produit = self.quantite * self.prix
        arrondi: Entiers = np.sign(produit) * ((np.abs(produit) + 5_000) // 10_000)
        return arrondi

    def prendre(self, choix: Any) -> "Lignes":
        """The lines chosen by a mask or by ranks."""
        return Lignes(**{nom: valeurs[choix] for nom, valeurs in vars(self).items()})


def joined(parties: Sequence[Lignes]) -> Lignes:
    """Several sets of lines one after the other."""
    return Lignes(**{nom: np.concatenate([getattr(p, nom) for p in parties]) for nom in vars(parties[0])})


def days(jour: date) -> int:
    """Days since 1970."""
    return (jour - EPOQUE).days


def counts(flux: Sequence[Flux], nombre: int, mini: int, souple: bool) -> Entiers:
    """Lines of each stream, *nombre* in all when *souple* (its quantities may grow), at most *nombre* else.

    Proportional to the square root of the weights, no line for less than three units, one a day at most.
    """
    poids = np.sqrt(np.array([max(f.poids, 1.0) for f in flux]))
    if nombre < len(flux):
        # Too few lines for all: streams spread over the whole list, one line each.
        rangs = np.arange(len(flux), dtype=np.int64)
        return (((rangs + 1) * nombre) // len(flux) - (rangs * nombre) // len(flux)).astype(np.int64)
    bornes = np.array([max(1, min(f.quantite // PAR_LIGNE, (f.fin - f.debut).days)) for f in flux])
    if souple:
        bornes[:] = nombre
    plancher = np.minimum(bornes, max(1, min(mini, nombre // len(flux))))
    reste = nombre - int(plancher.sum())
    part = np.floor(poids * (reste / poids.sum())).astype(np.int64)
    trouves = np.minimum(bornes, plancher + part)
    if souple:
        manque = nombre - int(trouves.sum())
        trouves[: manque % len(flux)] += 1
        trouves += manque // len(flux)
    return np.asarray(trouves, dtype=np.int64)


def draw(flux: Sequence[Flux], nombres: Entiers, des: Des, premier: int = 0) -> Lignes:
    """The lines of each stream: quantities add up to its own, days lie inside its period.

    Ranks of streams start at *premier*.
    """
    total = int(nombres.sum())
    de = np.repeat(np.arange(len(flux), dtype=np.int64), nombres)
    depart = np.cumsum(nombres) - nombres
    k = np.arange(total, dtype=np.int64) - depart[de]
    n = nombres[de]
    quantites = np.maximum(
        np.array([f.quantite for f in flux], dtype=np.int64), np.where(nombres > 1, nombres * PAR_LIGNE, 1)
    )
    bas = _edges(k, n, des.unites(total))
    # The upper edge of a line is the lower one of the next of its stream.
    haut = np.append(bas[1:], 1.0)
    haut[k == n - 1] = 1.0
    q = quantites[de]
    quantite = np.floor(q * haut + 0.5).astype(np.int64) - np.floor(q * bas + 0.5).astype(np.int64)
    debut = np.array([days(f.debut) for f in flux], dtype=np.int64)
    duree = np.array([max(1, (f.fin - f.debut).days) for f in flux], dtype=np.int64)
    jour = debut[de] + ((k + des.unites(total)) * duree[de] / n).astype(np.int64)
    # An establishment orders from a supplier on the same day of each week.
    pas = np.array([_weekday(f) for f in flux], dtype=np.int64)
    jour = np.maximum(debut[de], jour - (jour + pas[de]) % SEMAINE)
    prix = np.array([f.prix for f in flux], dtype=np.int64)
    zeros = np.zeros(total, dtype=np.int64)
    return Lignes(de + premier, jour, quantite, prix[de], zeros, zeros, zeros)


def _edges(k: Entiers, n: Entiers, u: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where a line's share of its stream begins: even steps, moved by less than a third of a step."""
    deplace = np.where(k > 0, 0.6 * (u - 0.5), 0.0)
    return (k + deplace) / n


def _weekday(f: Flux) -> int:
    return (int(f.finess[-3:], 36) + int(f.fournisseur[-6:])) % SEMAINE


def yearly(jour: Entiers, rang: Entiers) -> Entiers:
    """Order numbers: the year, then ten digits."""
    annees = jour.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    numeros: Entiers = annees * 10**10 + rang
    return numeros


def number(lignes: Lignes, acheteurs: Entiers, fournisseurs: Entiers, premier: int) -> Lignes:
    """Sorted by day, establishment and supplier, who make one order together, after number *premier*."""
    ordre = np.lexsort((lignes.flux, fournisseurs, acheteurs, lignes.jour))
    tries = lignes.prendre(ordre)
    a, f, j = acheteurs[ordre], fournisseurs[ordre], tries.jour
    neuf = np.ones(len(tries), dtype=bool)
    neuf[1:] = (a[1:] != a[:-1]) | (f[1:] != f[:-1]) | (j[1:] != j[:-1])
    tries.commande = yearly(j, np.cumsum(neuf) + premier)
    debuts = np.flatnonzero(neuf)
    tries.rang = np.arange(len(tries), dtype=np.int64) - debuts[np.cumsum(neuf) - 1] + 1
    return tries
