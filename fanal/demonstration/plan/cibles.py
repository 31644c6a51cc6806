"""The unrounded amounts that the plan aims at, each inside the rounding interval of what was printed.

Printed tables are in millions with one decimal and whole percentages: many unrounded values would print the
same.
These are chosen so that every printed figure (amount, objective, attainment, totals) is found again at once.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import fsum, sqrt

from fanal.achats.resultats_publies import TablePubliee, table
from fanal.demonstration.plan.alea import Alea

EUROS = 100
MILLION = 1_000_000 * EUROS
OPERATEURS = ("GHT", "REGIONAL", "NATIONAL", "UNICANCER")
PART_MEDICAMENTS = 0.497
# Operators alone, taken up by a reasoned decision: the printed 0 % of quality and coverage leave nothing
# else.
REGION_REPRISE = "MARTINIQUE"
REPRIS_2020 = 161_243_517
# What the lower-of rule takes away in 2021; the source does not print it.
ECART_DOUBLONS = 1_250_000 * EUROS
# National operators: as much declared by GHT as retained (138), so withdrawals and differences balance what
# is taken up.
EXCES_NATIONAL = 90_000 * EUROS
REPORT_ANTERIEUR = 0.14  # 2020: share of carry-over of 2019 in addition to the actions of 2020
TAUX_ARA_2020 = 36.6 / 36.8  # objective of 2020 over that of 2021, printed for this région only


@dataclass(frozen=True)
class Cibles:
    """Amounts in cents, by région unless said otherwise; rates are plain numbers."""

    retenu: dict[str, int]
    objectif: dict[str, int]
    report: dict[str, int]
    retire: dict[str, int]
    repris: int
    par_operateur: dict[str, int]
    declare_operateurs_nationaux: int
    achats: dict[int, dict[str, int]]
    couverture: dict[int, dict[str, float]]
    qualite: dict[str, float]
    surperformance: dict[int, float]


def millions(valeur: object) -> float:
    """A printed amount in millions, as a float."""
    return float(str(valeur))


@lru_cache(maxsize=1)
def cibles() -> Cibles:
    """All the targets, from the published tables."""
    publiee = table("performance_2021")
    points = {r: _point(publiee, r) for r in publiee.lignes}
    bruit = Alea("cibles")
    retenu = {r: round(p * MILLION) + _bruit(bruit, p) for r, (p, _) in points.items()}
    objectif = {r: round(o * MILLION) for r, (_, o) in points.items()}
    achats, couverture = {}, {}
    for annee, total in ((2020, 24.70), (2021, 26.69)):
        achats[annee] = _purchases(objectif, total, annee)
        couverture[annee] = _coverage(achats[annee], annee)
    repris = retenu[REGION_REPRISE]
    return Cibles(
        retenu=retenu,
        objectif=objectif,
        report=_carry_over(retenu, objectif, couverture[2020]),
        retire=_withdrawn(retenu),
        repris=repris,
        par_operateur=_by_operator(sum(retenu.values())),
        declare_operateurs_nationaux=280 * MILLION - 1_234_567,
        achats=achats,
        couverture=couverture,
        qualite={r: float(v["taux_qualite_pct"] or 0) / 100 for r, v in table("qualite_2021").lignes.items()},
        surperformance={
            a: float(table("surperformance").valeur(str(a), "indice_pct") or 0) / 100 for a in (2020, 2021)
        },
    )


def _bruit(alea: Alea, montant: float) -> int:
    """A few thousand euros at most, so that no total is round."""
    return alea.entier(-800_000, 800_000) if montant > 5 else alea.entier(-40_000, 40_000)


def _point(publiee: TablePubliee, region: str) -> tuple[float, float]:
    """(retained, objective) in millions: nearest to the printed values such that the rate prints as
    published.

    The rate keeps 0.15 point of margin; the objective is tried in steps of 5 000 euros, the amount of 1 000
    euros.
    """
    ligne = publiee.lignes[region]
    gains, objectif, taux = (millions(ligne[c]) for c in publiee.colonnes[1:])
    meilleur: tuple[float, float, float] | None = None
    for i in range(-8, 9):
        o = objectif + i * 0.005
        for j in range(-44, 45):
            p = gains + j * 0.001
            if p > 0 and abs(100 * p / o - taux) <= 0.35:
                ecart = abs(i * 0.005) + abs(j * 0.001)
                if meilleur is None or ecart < meilleur[0]:
                    meilleur = (ecart, p, o)
    if meilleur is None:
        raise ValueError(f"Rien n'imprime {ligne} pour {region}.")
    return meilleur[1], meilleur[2]


def _carry_over(
    retenu: dict[str, int], objectif: dict[str, int], couverture: dict[str, float]
) -> dict[str, int]:
    """21 % of the national objective, shared by what was treated in 2020 and what is retained in 2021."""
    total = round(0.2101 * sum(objectif.values()))
    poids = {
        r: 0.0 if r in (REGION_REPRISE, "GUYANE") else sqrt(retenu[r] * couverture[r] * objectif[r])
        for r in retenu
    }
    somme = fsum(poids.values())
    brut = {r: min(total * p / somme, 0.45 * retenu[r]) for r, p in poids.items()}
    brut["REUNION"] = 0.45 * retenu["REUNION"]  # it treated four times as much in 2020 as in 2021
    reste = total - fsum(brut.values())
    large = {r: brut[r] for r in brut if retenu[r] > 5 * MILLION}
    return {r: round(b + (reste * b / fsum(large.values()) if r in large else 0)) for r, b in brut.items()}


def _withdrawn(retenu: dict[str, int]) -> dict[str, int]:
    """39.6 M€ by région, in proportion to what the printed quality rates would withdraw."""
    total = round(39.6 * MILLION) + 234_500
    qualite = table("qualite_2021")
    poids: dict[str, float] = {}
    for region, montant in retenu.items():
        q = millions(qualite.valeur(region, "taux_qualite_pct")) / 100
        poids[region] = 0.12 * montant if q == 0 else montant * (1 - q) / q
    somme = fsum(poids.values())
    return {r: round(total * p / somme) for r, p in poids.items()}


def _by_operator(total: int) -> dict[str, int]:
    """41 / 146 / 38 / 138 M€: the pairing of the first three is an inference, said wherever it is shown."""
    publiee = table("acteurs_2021")
    parts = {o: round(millions(publiee.valeur(o, "gains_retenus_meur")) * MILLION) for o in OPERATEURS}
    parts["REGIONAL"] += 3_141_593
    parts["UNICANCER"] -= 2_718_282
    parts["GHT"] += total - sum(parts.values())
    return parts


def _purchases(objectif: dict[str, int], total_md: float, annee: int) -> dict[str, int]:
    """Yearly purchases by région: the printed national amount, shared as the objectives are (a choice: not
    printed).
    """
    somme = sum(objectif.values())
    bruit = Alea("achats", annee)
    brut = {r: o / somme * (1 + bruit.entre(-0.01, 0.01)) for r, o in objectif.items()}
    total = fsum(brut.values())
    return {r: round(b / total * total_md * 1000 * MILLION) for r, b in brut.items()}


def _coverage(achats: dict[str, int], annee: int) -> dict[str, float]:
    """Rates that print as published by région and as a whole, by one shift of at most 0.42 point for all."""
    publiee = table("couverture")
    imprime = {r: millions(publiee.valeur(r, str(annee))) for r in achats}
    vise = millions((publiee.total or {})[str(annee)]) / 100 * sum(achats.values())
    bas, haut = -0.42, 0.42
    for _ in range(60):
        decalage = (bas + haut) / 2
        somme = fsum(_shifted(imprime[r], decalage) / 100 * a for r, a in achats.items())
        bas, haut = (decalage, haut) if somme < vise else (bas, decalage)
    return {r: _shifted(imprime[r], decalage) / 100 for r in achats}


def _shifted(taux: float, decalage: float) -> float:
    """A nil rate stays nil; one or two points take the top of their rounding interval, so that the gains
    found
    on so small a perimeter remain plausible; the others move together."""
    if taux == 0:
        return 0.0
    return taux + (0.38 if taux <= 2 else decalage)
