"""Price gaps inside the GHT, as the workbench needs them: by contract and by product."""

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from fanal.convergence.rules.segments import EcartProduit
from fanal.prix.compute.ecarts import EcartPrix

CENT, PIECE = Decimal("0.01"), Decimal("0.0001")
MOIS_PAR_AN = 12


def par_marche(ecarts: Iterable[EcartPrix]) -> dict[int, Decimal]:
    """Euros lost each month by each contract against the best price of each product, quantities being yearly.

    A contract none of whose compared lines has a quantity is absent: its gap is not known.
    """
    sums: dict[int, Fraction] = {}
    for ecart in ecarts:
        for ligne in ecart.lignes:
            if ligne.quantite is not None:
                gap = (ligne.prix_piece - ecart.mini) * Fraction(ligne.conditionnement)
                sums[ligne.marche] = sums.get(ligne.marche, Fraction(0)) + gap * Fraction(ligne.quantite)
    return {marche: _decimal(total / MOIS_PAR_AN, CENT) for marche, total in sums.items()}


def par_produit(ecarts: Sequence[EcartPrix], marches: frozenset[int]) -> tuple[EcartProduit, ...]:
    """The products that at least two contracts of a segment buy, the largest stake first."""
    found = []
    for ecart in ecarts:
        touched = tuple(sorted({ligne.marche for ligne in ecart.lignes} & marches))
        if len(touched) > 1:
            found.append(
                EcartProduit(
                    f"{ecart.type_code} {ecart.code}".strip(),
                    ecart.libelle,
                    _decimal(ecart.mini, PIECE),
                    _decimal(ecart.maxi, PIECE),
                    ecart.enjeu,
                    touched,
                )
            )
    return tuple(found)


def _decimal(value: Fraction, unit: Decimal) -> Decimal:
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(unit, ROUND_HALF_UP)
