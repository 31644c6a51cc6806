"""What the index of a revision clause alone would have made of a reference price.

The clause of the contract says how prices follow the market: P0 × [a + Σ b·I1/I0] (R2112-13 CCP). Here I0 is
the mean index of the months of the reference and I1 that of the month paid. What is left of the change of
price is the buyer's action.
"""

from collections.abc import Iterable
from datetime import date
from fractions import Fraction

from fanal.depenses.compute.gains_fenetre import mois_entre
from fanal.prix.compute.clause import Clause
from fanal.prix.compute.series import Maillon, Series, chaine
from fanal.refus import Refus


def coefficients(
    clause: Clause, series: Series, *, du: date, au: date, mois: Iterable[date]
) -> dict[date, Fraction]:
    """The coefficient of each month that every index of the clause is known for.

    Empty when an index is unknown over the months of the reference ([du, au], both included).
    """
    found: dict[date, Fraction] = {}
    chains: list[tuple[Fraction, dict[date, Maillon], Fraction]] = []
    for term in clause.termes:
        try:
            months = chaine(series, term.indice)
        except Refus:
            return {}
        zero = _moyenne(months, du, au)
        if zero is None:
            return {}
        chains.append((term.part, months, zero))
    for month in mois:
        if all(month in months for _, months, _ in chains):
            moved = (part * months[month].valeur / zero for part, months, zero in chains)
            found[month] = clause.fixe + sum(moved, Fraction(0))
    return found


def _moyenne(months: dict[date, Maillon], du: date, au: date) -> Fraction | None:
    wanted = mois_entre(du, au.fromordinal(au.toordinal() + 1))
    if not wanted or any(month not in months for month in wanted):
        return None
    return sum((months[month].valeur for month in wanted), Fraction(0)) / len(wanted)
