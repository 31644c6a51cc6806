"""Pareto, or ABC: the few articles, suppliers or families that make most of the spend."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from fanal.moteurs.consolidation.axes import AXES
from fanal.moteurs.consolidation.contexte import Contexte
from fanal.moteurs.consolidation.filtres import Filtres
from fanal.moteurs.consolidation.mesures import euros
from fanal.moteurs.consolidation.requetes.croisement import grouper

CLASSES = "ABC"
MILLIEME = Decimal("0.0001")


@dataclass(frozen=True)
class RangPareto:
    """One value, from the largest: its share of the whole and that of all down to it (fractions of 1)."""

    rang: int
    valeur: str
    montant_ht: Decimal
    part: Decimal
    cumul: Decimal
    classe: str


@dataclass(frozen=True)
class Pareto:
    """`total_ht` is the sum of positive amounts, which shares are of.

    `non_renseigne_ht` (no value on the axis) and `negatifs_ht` (values whose sum is not positive, `negatifs`
    of them) are not ranked.
    """

    rangs: list[RangPareto]
    total_ht: Decimal
    non_renseigne_ht: Decimal
    negatifs_ht: Decimal
    negatifs: int

    def classe(self, nom: str) -> list[RangPareto]:
        """The values of one class."""
        return [r for r in self.rangs if r.classe == nom]


def pareto(
    ctx: Contexte,
    axe: str,
    filtres: Filtres = Filtres(),  # noqa: B008 - a value that cannot change
    *,
    seuils: Sequence[Decimal],
    codes: frozenset[int] | None = None,
) -> Pareto:
    """The values of *axe* ranked by spend excl. VAT, in classes A, B, C by cumulated share.

    *seuils*: the two shares (fractions of 1) where A and B end; the value that passes a threshold still
    belongs to the class that it ends.
    """
    columns, numbers = grouper(ctx, filtres, [AXES[axe]], ["ht", "lignes"], codes=codes)
    rows = list(zip(columns[axe].textes(), (int(v or 0) for v in numbers["ht"].to_pylist()), strict=True))
    ranked = sorted(((t, c) for t, c in rows if t is not None and c > 0), key=lambda r: (-r[1], r[0]))
    refused = [c for t, c in rows if t is not None and c <= 0]
    return Pareto(
        rangs=classer(ranked, seuils),
        total_ht=_euros(sum(c for _, c in ranked)),
        non_renseigne_ht=_euros(sum(c for t, c in rows if t is None)),
        negatifs_ht=_euros(sum(refused)),
        negatifs=len(refused),
    )


def classer(ranges: Sequence[tuple[str, int]], seuils: Sequence[Decimal]) -> list[RangPareto]:
    """Positive amounts in cents, from the largest, with their shares and classes."""
    total, before, found = sum(c for _, c in ranges), 0, []
    for rank, (text, cents) in enumerate(ranges, 1):
        passed = sum(Decimal(before) >= s * total for s in seuils)
        before += cents
        found.append(
            RangPareto(
                rank, text, _euros(cents), _part(cents, total), _part(before, total), CLASSES[min(passed, 2)]
            )
        )
    return found


def _part(cents: int, total: int) -> Decimal:
    return (Decimal(cents) / total).quantize(MILLIEME)


def _euros(cents: int) -> Decimal:
    return euros(cents) or Decimal("0.00")
