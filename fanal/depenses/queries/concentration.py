"""How concentrated the suppliers of a territory are, by family and as a whole."""

from fanal.depenses.queries.source import contexte
from fanal.memoire import Memoire
from fanal.moteurs.consolidation.filtres import Filtres
from fanal.moteurs.consolidation.requetes.concentration import Concentration, concentration
from fanal.moteurs.consolidation.requetes.pareto import RangPareto

FOURNISSEUR = "siren_fournisseur"
_lues: Memoire[tuple[Concentration, ...]] = Memoire(32)


def familles(filtres: Filtres, codes: frozenset[int] | None) -> tuple[Concentration, ...]:
    """The concentration of suppliers within each family, the largest spend first."""
    return _lire("famille", filtres, codes, 3)


def fournisseurs(filtres: Filtres, codes: frozenset[int] | None) -> Concentration | None:
    """All the suppliers of the lines that filters keep, as one market; None without any line.

    Shares, first ones and index as in `Concentration`, over the whole.
    """
    from fanal.moteurs.consolidation.requetes.concentration import mesurer

    sums: dict[str | None, int] = {}
    for rank in rangs(filtres, codes):
        sums[rank.valeur] = int(rank.montant_ht * 100)
    return mesurer(None, sums, 5) if sums else None


def rangs(filtres: Filtres, codes: frozenset[int] | None) -> list[RangPareto]:
    """Every supplier from the largest, with shares cumulated and classes A, B, C."""
    from fanal.depenses.compute.croise import CLASSES
    from fanal.moteurs.consolidation.requetes.pareto import pareto

    bounds = [bound for _, bound in CLASSES[:2]]
    return pareto(contexte(), FOURNISSEUR, filtres, seuils=bounds, codes=codes).rangs


def _lire(
    axe: str, filtres: Filtres, codes: frozenset[int] | None, premiers: int
) -> tuple[Concentration, ...]:
    ctx = contexte()
    state = (ctx.source.manifeste.signature, ctx.faits.etat, id(ctx))
    key = (axe, filtres, codes, premiers)
    return _lues.lire(
        key, state, lambda: tuple(concentration(ctx, axe, filtres, codes=codes, premiers=premiers))
    )
