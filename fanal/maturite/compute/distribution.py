"""The scores of peers: their spread, not their mean alone. Below a number of peers nothing is said."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from statistics import mean, quantiles

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Repartition:
    """Minimum, quartiles, maximum and mean of `nombre` scores out of 20."""

    nombre: int
    minimum: Decimal
    q1: Decimal
    mediane: Decimal
    q3: Decimal
    maximum: Decimal
    moyenne: Decimal


def repartition(notes: Sequence[Decimal], *, au_moins: int) -> Repartition | None:
    """The spread of *notes*, None below *au_moins* of them: a single peer would be recognised.

    Quartiles are those of the sample, ends included (linear interpolation).
    """
    if len(notes) < max(au_moins, 1):
        return None
    triees = sorted(notes)
    q1, mediane, q3 = quantiles(triees, n=4, method="inclusive") if len(triees) > 1 else [triees[0]] * 3
    centres = (_cent(v) for v in (triees[0], q1, mediane, q3, triees[-1], mean(triees)))
    return Repartition(len(triees), *centres)


def _cent(valeur: Decimal) -> Decimal:
    return valeur.quantize(CENT, ROUND_HALF_UP)
