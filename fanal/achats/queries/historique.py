"""Three years of results on one territory: computed where a campaign ran here, printed where it did not."""

from dataclasses import dataclass, replace
from decimal import Decimal

from fanal.achats.compute import Filtres
from fanal.achats.compute.gains import couverture_cumulee
from fanal.achats.queries.performance import performance
from fanal.achats.resultats_publies import table
from fanal.campagnes.queries.campagnes import toutes

TYPE = "performance"
MILLION, CENTIEME = Decimal(1_000_000), Decimal("0.01")


@dataclass(frozen=True)
class Annee:
    """One year: amounts in euros, rates as fractions, None where nobody gives them."""

    annee: int
    retenus: Decimal | None = None
    objectif: Decimal | None = None
    atteinte: Decimal | None = None
    couverture: Decimal | None = None
    imprime: bool = False


def three_years(annee: int, filtres: Filtres) -> list[Annee]:
    """The year and the two before, the oldest first."""
    return [one_year(a, filtres) for a in range(annee - 2, annee + 1)]


def one_year(annee: int, filtres: Filtres) -> Annee:
    """The results of a year: computed when its campaign ran here, else as printed."""
    if (TYPE, annee, "fin-annee") not in {(c.type_campagne, c.annee, c.periode) for c in toutes()}:
        return printed_year(annee, filtres)
    total = performance(annee, "fin-annee", filtres).total
    return Annee(annee, total.gains_retenus, total.objectif, total.taux_atteinte, total.taux_couverture)


def printed_year(annee: int, filtres: Filtres) -> Annee:
    """What the ministry printed of a year, for the nation or a région; nothing below."""
    if set(filtres.actifs) - {"region"}:
        return Annee(annee, imprime=True)
    coverage = table("couverture")
    row = coverage.lignes.get(filtres.region, {}) if filtres.region else (coverage.total or {})
    result = Annee(annee, couverture=_times(row.get(str(annee)), CENTIEME), imprime=True)
    if filtres.region != "ARA":
        return result
    ara = table("historique_ara").lignes.get(str(annee), {})
    return replace(
        result,
        retenus=_times(ara.get("gains_retenus_meur"), MILLION),
        objectif=_times(ara.get("objectif_meur"), MILLION),
        atteinte=_times(ara.get("taux_atteinte_pct"), CENTIEME),
    )


def _times(printed: Decimal | None, unit: Decimal) -> Decimal | None:
    return None if printed is None else printed * unit


def cumulated_coverage(years: list[Annee]) -> Decimal | None:
    """Plain sum of the coverage rates, which may exceed 100 %; None when one is missing."""
    return couverture_cumulee([y.couverture for y in years])
