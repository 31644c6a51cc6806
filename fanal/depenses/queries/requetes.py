"""The published questions with the parameters in force, for what an account may read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from fanal.depenses.queries.portee import Portee
from fanal.depenses.queries.source import contexte
from fanal.moteurs.consolidation.axes import AXES
from fanal.moteurs.consolidation.filtres import Filtres, check_noms
from fanal.moteurs.consolidation.requetes.concentration import Concentration
from fanal.moteurs.consolidation.requetes.concentration import concentration as _concentration
from fanal.moteurs.consolidation.requetes.maximum import Depassement
from fanal.moteurs.consolidation.requetes.maximum import depassements as _depassements
from fanal.moteurs.consolidation.requetes.pareto import Pareto
from fanal.moteurs.consolidation.requetes.pareto import pareto as _pareto
from fanal.moteurs.consolidation.requetes.reperes import Observation, observer
from fanal.parametres import valeur

AUCUN = Filtres()
ACTIVITES = ("pui", "magasin")
# Benchmarks held beside what lines show, then those that lines cannot show.
COMPARES = {
    "montant_moyen_ligne": "montant_moyen_ligne",
    "commandes_stock_par_uf": "par_uf_et_an_stocke",
    "commandes_par_uf": "par_uf_et_an",
}
SEULS = ("lignes_hors_stock_sur_commandes", "par_lit_et_jour", "stock_moyen_par_lit")


def pareto(axe: str, filtres: Filtres = AUCUN, portee: Portee | None = None, *, le: date) -> Pareto:
    """The values of *axe* in classes A, B, C by spend. Raises `Inutilisable` for an unknown axis."""
    check_noms([axe], AXES, "un axe")
    thresholds = [Decimal(s) for s in valeur("depenses.pareto.seuils", le=le)]
    return _pareto(contexte(), axe, filtres, seuils=thresholds, codes=_codes(portee))


def concentration(
    axe: str, filtres: Filtres = AUCUN, portee: Portee | None = None, *, premiers: int = 5
) -> list[Concentration]:
    """How concentrated suppliers are in each value of *axe*. Raises `Inutilisable` for an unknown axis."""
    check_noms([axe], AXES, "un axe")
    return _concentration(contexte(), axe, filtres, codes=_codes(portee), premiers=premiers)


def depassements(
    maximums: "dict[int, Decimal]", filtres: Filtres = AUCUN, portee: Portee | None = None
) -> list[Depassement]:
    """The contracts of *maximums* ({primary key: maximum excl. VAT}) that the lines read take beyond it."""
    return _depassements(contexte(), maximums, filtres, codes=_codes(portee))


@dataclass(frozen=True)
class Repere:
    """A benchmark of logistics: indicative, and never derived from another.

    `observe` is what the lines show, None when they cannot.
    """

    code: str
    activite: str
    repere: Decimal
    observe: Decimal | None
    comparable: bool


def reperes(
    filtres: Filtres = AUCUN, portee: Portee | None = None, *, le: date, activites: Sequence[str] = ACTIVITES
) -> tuple[dict[str, Observation], list[Repere]]:
    """What the lines of each activity show, and the benchmarks beside it."""
    accounts = valeur("depenses.reperes.comptes", le=le)
    stocked = tuple(valeur("depenses.reperes.comptes_stockes", le=le))
    seen = {
        a: observer(contexte(), tuple(accounts[a]), filtres, stockes=stocked, codes=_codes(portee))
        for a in activites
    }
    found = [
        Repere(code, a, valeur(f"depenses.reperes.{a}.{code}", le=le), getattr(seen[a], shown), True)
        for a in activites
        for code, shown in COMPARES.items()
    ]
    found += [
        Repere(code, a, valeur(f"depenses.reperes.{a}.{code}", le=le), None, False)
        for a in activites
        for code in SEULS
    ]
    return seen, found


def _codes(portee: Portee | None) -> frozenset[int] | None:
    return None if portee is None else portee.codes
