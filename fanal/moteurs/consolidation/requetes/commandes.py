"""The number of different orders: it does not add up, and an order lies in as many groups as its lines do."""

from collections.abc import Mapping, Sequence
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc

from fanal.moteurs.consolidation.axes import Axe, bases
from fanal.moteurs.consolidation.colonne import Colonne
from fanal.moteurs.consolidation.contexte import Contexte
from fanal.moteurs.consolidation.filtres import Filtres
from fanal.moteurs.consolidation.requetes.denombrement import denombrer
from fanal.moteurs.consolidation.requetes.portion import lignes_de


def compter_commandes(t: ir.Table, base: Mapping[str, ir.Value]) -> ir.Table:
    """The number of different orders by the columns of *base*: an order is a number in an establishment."""
    seules = t.select(
        **{f"b_{n}": c for n, c in base.items()}, e=t.etablissement, c=t.numero_commande
    ).distinct()
    compte = seules.count().name("commandes")
    if not base:
        return seules.aggregate(compte)
    return seules.group_by([f"b_{n}" for n in base]).aggregate(compte)


def commandes(
    ctx: Contexte,
    filtres: Filtres,
    codes: frozenset[int] | None,
    axes: Sequence[Axe],
    colonnes: Mapping[str, Colonne],
    groupes: int,
) -> tuple[pa.Array, int]:
    """The number of different orders of each of the groups that *colonnes* read, and over all the lines."""
    if ctx.source.numeros is not None and ctx.source.numeros.pret:
        return denombrer(ctx, ctx.source.numeros, filtres, codes, axes, colonnes, groupes)
    t = lignes_de(ctx, filtres, codes)
    total: int = ctx.source.executer(compter_commandes(t, {}))["commandes"][0].as_py()
    if not axes:
        return pa.array([total] * groupes, pa.int64()), total
    base = bases(ctx, t, axes)
    if any(axe.fusionne(ctx) for axe in axes):
        par_cle = _derivees(ctx, t, axes, base)
    else:
        lues = ctx.source.executer(compter_commandes(t, base))
        comptes = lues["commandes"].to_pylist()
        lues = lues.rename_columns([n.removeprefix("b_") for n in lues.column_names])
        par_cle = dict(zip(_cles({a.nom: a.lire(ctx, lues) for a in axes}), comptes, strict=True))
    return pa.array([par_cle[c] for c in _cles(colonnes)], pa.int64()), total


def _cles(colonnes: Mapping[str, Colonne]) -> list[tuple[Any, ...]]:
    """The texts of each group."""
    return list(zip(*(c.textes() for c in colonnes.values()), strict=True))


def _derivees(
    ctx: Contexte, t: ir.Table, axes: Sequence[Axe], base: Mapping[str, ir.Value]
) -> dict[tuple[Any, ...], int]:
    """Orders by axes whose texts are not in the engine: the rank of each group goes there as a table."""
    lues = ctx.source.executer(t.select(**base).distinct())
    rangs: dict[tuple[Any, ...], int] = {}
    groupes = [rangs.setdefault(c, len(rangs)) for c in _cles({a.nom: a.lire(ctx, lues) for a in axes})]
    plan = ibis.memtable(
        pa.table(
            {
                **{f"p_{n}": pc.fill_null(lues[n], -1) for n in base},
                "groupe": pa.array(groupes, pa.int32()),
            }
        )
    )
    faits = t.mutate(**{f"f_{n}": c.fill_null(-1) for n, c in base.items()})
    jointes = faits.inner_join(plan, [faits[f"f_{n}"] == plan[f"p_{n}"] for n in base])
    compte = ctx.source.executer(compter_commandes(jointes, {"groupe": jointes.groupe}))
    envers = list(rangs)
    return {envers[row["b_groupe"]]: row["commandes"] for row in compte.to_pylist()}
