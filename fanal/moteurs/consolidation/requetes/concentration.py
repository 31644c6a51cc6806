"""How concentrated suppliers are: shares, the first ones, and the Herfindahl-Hirschman index."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from fanal.moteurs.consolidation.axes import AXES
from fanal.moteurs.consolidation.contexte import Contexte
from fanal.moteurs.consolidation.filtres import Filtres
from fanal.moteurs.consolidation.mesures import euros
from fanal.moteurs.consolidation.requetes.croisement import grouper

MILLIEME = Decimal("0.0001")


@dataclass(frozen=True)
class Concentration:
    """One market (a value of the axis): its suppliers by SIREN, from the largest, and how concentrated it is.

    `ihh` is the Herfindahl-Hirschman index, the sum of the squares of the shares in per cent: from near 0 to
    10,000 for a single supplier. Shares are fractions of the positive amounts; `sans_fournisseur_ht` (no
    SIRET on the line) is left out of them.
    """

    valeur: str | None
    montant_ht: Decimal
    fournisseurs: int
    premiers: tuple[tuple[str, Decimal, Decimal], ...]
    part_premier: Decimal | None
    part_trois_premiers: Decimal | None
    ihh: int | None
    sans_fournisseur_ht: Decimal


def concentration(
    ctx: Contexte,
    axe: str,
    filtres: Filtres = Filtres(),  # noqa: B008 - a value that cannot change
    *,
    codes: frozenset[int] | None = None,
    premiers: int = 5,
) -> list[Concentration]:
    """The concentration of suppliers within each value of *axe*, the largest spend first."""
    axes = [AXES[axe], AXES["siren_fournisseur"]]
    columns, numbers = grouper(ctx, filtres, axes, ["ht", "lignes"], codes=codes)
    markets: dict[str | None, dict[str | None, int]] = {}
    texts = (columns[a.nom].textes() for a in axes)
    for value, siren, cents in zip(*texts, numbers["ht"].to_pylist(), strict=True):
        markets.setdefault(value, {})[siren] = int(cents or 0)
    found = [mesurer(value, sums, premiers) for value, sums in markets.items()]
    return sorted(found, key=lambda c: (-c.montant_ht, c.valeur is None, c.valeur or ""))


def mesurer(valeur: str | None, sommes: dict[str | None, int], premiers: int) -> Concentration:
    """The concentration of one market from the cents of each supplier (None: supplier not given)."""
    ranked = sorted(
        ((s, c) for s, c in sommes.items() if s is not None and c > 0), key=lambda r: (-r[1], r[0])
    )
    total = sum(c for _, c in ranked)
    index = sum((Fraction(c, total) ** 2 for _, c in ranked), Fraction(0)) * 10_000 if total else None
    return Concentration(
        valeur=valeur,
        montant_ht=euros(sum(sommes.values())) or Decimal("0.00"),
        fournisseurs=len([s for s in sommes if s is not None]),
        premiers=tuple((s, euros(c) or Decimal(0), _part(c, total)) for s, c in ranked[:premiers]),
        part_premier=_somme(ranked[:1], total),
        part_trois_premiers=_somme(ranked[:3], total),
        ihh=None if index is None else int(index + Fraction(1, 2)),
        sans_fournisseur_ht=euros(sommes.get(None, 0)) or Decimal("0.00"),
    )


def _somme(ranges: Iterable[tuple[str, int]], total: int) -> Decimal | None:
    return _part(sum(c for _, c in ranges), total) if total else None


def _part(cents: int, total: int) -> Decimal:
    return (Decimal(cents) / total).quantize(MILLIEME, ROUND_HALF_UP)
