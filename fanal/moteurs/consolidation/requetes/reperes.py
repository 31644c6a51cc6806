"""What order lines say of an activity (pharmacy, general store), to be held beside indicative benchmarks."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from fanal.moteurs.consolidation.axes import AXES
from fanal.moteurs.consolidation.contexte import Contexte
from fanal.moteurs.consolidation.filtres import Filtre, Filtres
from fanal.moteurs.consolidation.mesures import CENTIME, euros
from fanal.moteurs.consolidation.requetes.croisement import grouper

MOIS_PAR_AN = 12


@dataclass(frozen=True)
class Observation:
    """What the lines of one activity show. Amounts excl. VAT; None when the lines cannot say.

    `montant_moyen_ligne`: per order line (credit notes, free units and rebates are none); `par_uf_et_an`: per
    unit that ordered and per year of `mois` months; `par_uf_et_an_stocke`: the same on accounts of stocked
    purchases.
    """

    montant_ht: Decimal
    lignes_commande: int
    ufs: int
    mois: int
    montant_moyen_ligne: Decimal | None
    par_uf_et_an: Decimal | None
    par_uf_et_an_stocke: Decimal | None


def observer(
    ctx: Contexte,
    comptes: Sequence[str],
    filtres: Filtres = Filtres(),  # noqa: B008 - a value that cannot change
    *,
    stockes: Sequence[str] = (),
    codes: frozenset[int] | None = None,
) -> Observation:
    """The lines whose account begins with one of *comptes*; *stockes*: beginnings of the stocked accounts."""
    words = [w for w in ctx.dimensions["compte"].valeurs.to_pylist() if w.startswith(tuple(comptes))]
    if not words:
        return Observation(Decimal("0.00"), 0, 0, 0, None, None, None)
    kept = Filtres((*filtres.conditions, Filtre("compte_m21", "=", tuple(words))))
    axes = [AXES[a] for a in ("finess", "uf", "compte_m21", "mois")]
    columns, numbers = grouper(ctx, kept, axes, ["ht", "ht_commande", "lignes_commande"], codes=codes)
    rows = list(
        zip(
            *(columns[a.nom].textes() for a in axes),
            *(numbers[n].to_pylist() for n in ("ht", "ht_commande", "lignes_commande")),
            strict=True,
        )
    )
    units = {(r[0], r[1]) for r in rows if r[1] is not None}
    months = len({r[3] for r in rows})
    known = sum(int(r[4] or 0) for r in rows if r[1] is not None)
    stocked = sum(int(r[4] or 0) for r in rows if r[1] is not None and r[2].startswith(tuple(stockes)))
    ordered, lines = sum(int(r[5] or 0) for r in rows), sum(int(r[6] or 0) for r in rows)
    return Observation(
        montant_ht=euros(sum(int(r[4] or 0) for r in rows)) or Decimal("0.00"),
        lignes_commande=lines,
        ufs=len(units),
        mois=months,
        montant_moyen_ligne=_quotient(ordered, lines),
        par_uf_et_an=_quotient(known * MOIS_PAR_AN, len(units) * months),
        par_uf_et_an_stocke=_quotient(stocked * MOIS_PAR_AN, len(units) * months) if stockes else None,
    )


def _quotient(cents: int, nombre: int) -> Decimal | None:
    if not nombre:
        return None
    return (Decimal(cents) / (100 * nombre)).quantize(CENTIME, ROUND_HALF_UP)
