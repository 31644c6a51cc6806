"""How concentrated the suppliers of a territory are, by family and as a whole."""

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from fanal.depenses.queries.source import contexte
from fanal.memoire import Memoire
from fanal.moteurs.consolidation.filtres import Filtres

# The engine takes a second to load: it waits for the first question.
if TYPE_CHECKING:
    from fanal.moteurs.consolidation.requetes.concentration import Concentration
    from fanal.moteurs.consolidation.requetes.pareto import RangPareto

FOURNISSEUR = "siren_fournisseur"
_lues: "Memoire[tuple[Concentration, ...]]" = Memoire(32)
_rangs: "Memoire[list[RangPareto]]" = Memoire(32)


def familles(filtres: Filtres, codes: frozenset[int] | None) -> "tuple[Concentration, ...]":
    """The concentration of suppliers within each family, the largest spend first."""
    return _lire("famille", filtres, codes, 3)


def fournisseurs(rangs: "Sequence[RangPareto]") -> "Concentration | None":
    """All the suppliers ranked, as one market: shares and index over the whole; None without any."""
    from fanal.moteurs.consolidation.requetes.concentration import mesurer

    return mesurer(None, {r.valeur: int(r.montant_ht * 100) for r in rangs}, 5) if rangs else None


def rangs(filtres: Filtres, codes: frozenset[int] | None, seuils: Sequence[Decimal]) -> "list[RangPareto]":
    """Every supplier from the largest, with shares cumulated; classes A and B end at *seuils*."""
    from fanal.moteurs.consolidation.requetes.pareto import pareto

    ctx = contexte()
    return _rangs.lire(
        (filtres, codes, tuple(seuils)),
        ctx.etat,
        lambda: pareto(ctx, FOURNISSEUR, filtres, seuils=seuils, codes=codes).rangs,
        seul=False,
    )


def _lire(
    axe: str, filtres: Filtres, codes: frozenset[int] | None, premiers: int
) -> "tuple[Concentration, ...]":
    from fanal.moteurs.consolidation.requetes.concentration import concentration

    ctx = contexte()
    key = (axe, filtres, codes, premiers)
    return _lues.lire(
        key, ctx.etat, lambda: tuple(concentration(ctx, axe, filtres, codes=codes, premiers=premiers))
    )
