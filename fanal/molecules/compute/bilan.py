"""The yearly balance, and what the next year may ask: a rough figure, its interval, its limits in words.

Forecast. The requests of the last year are carried over at the rate seen between the two last years, then the
new ones are added: attendu = total N × (amount in N of the needs already asked in N−1 ÷ total N−1) + amount
in N of the needs not asked in N−1. A need is an establishment, a sector, a drug and an indication. The
interval comes from a Poisson bootstrap (Hanley and MacGibbon, 2006): each need is drawn 0, 1, 2… times, the
same draws on every machine.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from fanal.molecules.compute.analyse import CENT, Groupe, Ligne, centimes, par, somme

# Cumulated probabilities of a Poisson law of mean 1, in millionths: no function of the system is called.
POISSON = (367879, 735759, 919699, 981012, 996340, 999406, 999917, 999990, 1000000)
LIMITES = (
    "Cette prévision ne connaît que les deux dernières années de demandes.",
    "Elle ne sait rien des médicaments qui entreront sur une liste en sus ou en sortiront, ni des prix.",
    "L'intervalle dit ce que le hasard des demandes ferait varier, non ce que changerait une règle nouvelle.",
)


@dataclass(frozen=True)
class BilanAnnee:
    """A year: amount and number asked for, what was granted, change on the year before, shares by sector."""

    annee: int
    nombre: int
    montant: Decimal
    accorde: Decimal | None
    decidees: int
    variation: Decimal | None
    variation_nombre: Decimal | None
    secteurs: tuple[Groupe, ...]
    sous_enveloppe: Decimal
    nombre_sous_enveloppe: int


@dataclass(frozen=True)
class Prevision:
    """The next year in euros: what is expected, the interval, what it is made of."""

    annee: int
    attendu: Decimal
    bas: Decimal
    haut: Decimal
    report: Decimal
    reconduit: Decimal
    nouveau: Decimal
    confiance: Decimal
    limites: tuple[str, ...] = LIMITES


def bilans(
    par_annee: Mapping[int, Sequence[Ligne]], secteurs_enveloppe: Sequence[str]
) -> tuple[BilanAnnee, ...]:
    """One balance per year, the oldest first; a year without request stands between two that have some."""
    if not par_annee:
        return ()
    annees = range(min(par_annee), max(par_annee) + 1)
    return tuple(_bilan(annee, par_annee, secteurs_enveloppe) for annee in annees)


def variation(avant: Decimal | int, apres: Decimal | int) -> Decimal | None:
    """The relative change; None when there was nothing before."""
    return (Decimal(apres) - Decimal(avant)) / Decimal(avant) if avant else None


def _bilan(annee: int, par_annee: Mapping[int, Sequence[Ligne]], enveloppe: Sequence[str]) -> BilanAnnee:
    lignes, avant = par_annee.get(annee, ()), par_annee.get(annee - 1)
    decidees = [ligne.accorde for ligne in lignes if ligne.accorde is not None]
    partagees = [ligne for ligne in lignes if ligne.secteur in enveloppe]
    return BilanAnnee(
        annee,
        len(lignes),
        somme(lignes),
        sum(decidees, Decimal(0)) if decidees else None,
        len(decidees),
        None if avant is None else variation(somme(avant), somme(lignes)),
        None if avant is None else variation(len(avant), len(lignes)),
        par(lignes, lambda ligne: ligne.secteur),
        somme(partagees),
        len(partagees),
    )


def prevoir(
    avant: Sequence[Ligne], dernieres: Sequence[Ligne], *, annee: int, tirages: int, confiance: Decimal
) -> Prevision | None:
    """What *annee* may ask for after *dernieres* (the year before) and *avant* (the year before that).

    None when one of the two years has no request: two points are the least a change is read on.
    """
    if not somme(avant) or not somme(dernieres):
        return None
    besoins = _besoins(avant, dernieres)
    total_avant, total = centimes(somme(avant)), centimes(somme(dernieres))
    reconduits = sum(b for a, b in besoins if a)
    nouveaux = total - reconduits
    tires = sorted(_tirer(besoins, tirages, graine=annee))
    marge = (1 - confiance) / 2
    attendu = Decimal(total) * reconduits / total_avant + nouveaux
    bord = int(marge * (len(tires) - 1))
    return Prevision(
        annee,
        _euros(attendu),
        _euros(min(tires[bord], attendu)),
        _euros(max(tires[-1 - bord], attendu)),
        Decimal(reconduits) / total_avant,
        _euros(Decimal(reconduits)),
        _euros(Decimal(nouveaux)),
        confiance,
    )


def _besoins(avant: Sequence[Ligne], dernieres: Sequence[Ligne]) -> list[tuple[int, int]]:
    """For each need, its cents of the first year and of the second."""
    cumules: dict[tuple[str, str, str, str], list[int]] = {}
    for rang, lignes in enumerate((avant, dernieres)):
        for ligne in lignes:
            cumules.setdefault(ligne.suite, [0, 0])[rang] += centimes(ligne.montant)
    return [(a, b) for _, (a, b) in sorted(cumules.items())]


def _tirer(besoins: Sequence[tuple[int, int]], tirages: int, *, graine: int) -> list[Decimal]:
    """The expected cents of each draw; a draw without any request of the first year is left out."""
    source = random.Random(f"fanal/molecules/{graine}")
    trouves = []
    for _ in range(tirages):
        premiere = seconde = reconduits = 0
        for a, b in besoins:
            if poids := _poisson(source.randrange(1_000_000)):
                premiere += poids * a
                seconde += poids * b
                reconduits += poids * b if a else 0
        if premiere:
            trouves.append(Decimal(seconde) * reconduits / premiere + (seconde - reconduits))
    return trouves or [Decimal(0)]


def _poisson(tire: int) -> int:
    for fois, cumul in enumerate(POISSON):
        if tire < cumul:
            return fois
    return len(POISSON)


def _euros(cents: Decimal | int) -> Decimal:
    return (Decimal(cents) / 100).quantize(CENT)
