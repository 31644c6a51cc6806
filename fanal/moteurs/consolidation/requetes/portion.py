"""The lines that a question is about: what the account may read, and what the filters keep."""

from collections.abc import Callable, Iterator
from functools import reduce

import ibis.expr.types as ir

from fanal.moteurs.consolidation.axes import AXES, IDENTIFIANTS, condition
from fanal.moteurs.consolidation.condense import COLONNES
from fanal.moteurs.consolidation.contexte import Contexte, parmi
from fanal.moteurs.consolidation.ecriture import annee_lue, mois_lu, trimestre_lu
from fanal.moteurs.consolidation.filtres import Filtre, Filtres
from fanal.moteurs.lac.manifeste import Fichier

# For each axis of time: the first and last month of a value.
_BORNES: dict[str, Callable[[str], tuple[int, int]]] = {
    "mois": lambda v: (mois_lu(v), mois_lu(v)),
    "trimestre": lambda v: (trimestre_lu(v) * 3, trimestre_lu(v) * 3 + 2),
    "annee": lambda v: (annee_lue(v) * 12, annee_lue(v) * 12 + 11),
}


def lignes_de(ctx: Contexte, filtres: Filtres, codes: frozenset[int] | None = None) -> ir.Table:
    """The lines of the establishments *codes* (None: all) that meet the filters.

    Files that cannot hold any are not opened. Raises `Inutilisable` for a value that an axis cannot take.
    """
    debut, fin = bornes(filtres)
    t = ctx.source.partie(_etablissements(ctx, filtres, codes), debut, fin)
    return _filtrer(ctx, t, filtres, codes)


def lots_de(
    ctx: Contexte, filtres: Filtres, codes: frozenset[int] | None, taille: int
) -> Iterator[tuple[list[Fichier], ir.Table]]:
    """The same lines, some files of about *taille* lines in all at a time, with the places of their rows."""
    debut, fin = bornes(filtres)
    reste = ctx.source.manifeste.restreint(_etablissements(ctx, filtres, codes), debut, fin)
    lot: list[Fichier] = []
    for fichier in reste.lignes:
        lot.append(fichier)
        if sum(f.lignes for f in lot) >= taille:
            yield lot, _filtrer(ctx, ctx.source.rangs(lot), filtres, codes)
            lot = []
    if lot:
        yield lot, _filtrer(ctx, ctx.source.rangs(lot), filtres, codes)


def sommes_de(
    ctx: Contexte, filtres: Filtres, codes: frozenset[int] | None, colonnes: frozenset[str]
) -> ir.Table:
    """The same as sums kept beside the lake, when they hold *colonnes* and all that the filters read."""
    lues = colonnes.union(*(_lues(f) for f in filtres.conditions))
    if not lues <= COLONNES:
        return lignes_de(ctx, filtres, codes)
    debut, fin = bornes(filtres)
    t = ctx.source.condense(_etablissements(ctx, filtres, codes), debut, fin)
    return lignes_de(ctx, filtres, codes) if t is None else _filtrer(ctx, t, filtres, codes)


def _lues(filtre: Filtre) -> frozenset[str]:
    return frozenset({filtre.axe}) if filtre.axe in IDENTIFIANTS else AXES[filtre.axe].colonnes


def _filtrer(ctx: Contexte, t: ir.Table, filtres: Filtres, codes: frozenset[int] | None) -> ir.Table:
    gardes = [condition(ctx, t, f) for f in filtres.conditions]
    if codes is not None:
        gardes.append(parmi(t.etablissement, codes))
    return t.filter(reduce(lambda a, b: a & b, gardes)) if gardes else t


def bornes(filtres: Filtres) -> tuple[int | None, int | None]:
    """The first and last month that the filters leave; None where they say nothing."""
    debuts: list[int] = []
    fins: list[int] = []
    for f in filtres.conditions:
        lire = _BORNES.get(f.axe)
        if lire is None or f.operateur in ("!=", "~") or "" in f.valeurs:
            continue
        lues = [lire(v) for v in f.valeurs]
        if f.operateur in ("=", ">="):
            debuts.append(min(b for b, _ in lues))
        if f.operateur in ("=", "<="):
            fins.append(max(b for _, b in lues))
    return max(debuts, default=None), min(fins, default=None)


def _etablissements(ctx: Contexte, filtres: Filtres, codes: frozenset[int] | None) -> frozenset[int] | None:
    found = codes
    for f in filtres.sur("finess"):
        if f.operateur == "=" and "" not in f.valeurs:
            chosen = frozenset(ctx.dimensions["etablissement"].parmi(f.valeurs))
            found = chosen if found is None else found & chosen
    return found
