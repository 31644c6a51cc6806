"""Spend by any cross of axes: the question that pages, exports and the command line ask."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc

from fanal.moteurs.consolidation.axes import AXES, Axe
from fanal.moteurs.consolidation.contexte import Contexte
from fanal.moteurs.consolidation.filtres import Filtres
from fanal.moteurs.consolidation.mesures import AGREGATS, MESURES, euros
from fanal.moteurs.consolidation.requetes.portion import lignes_de


@dataclass(frozen=True)
class Croisement:
    """The groups: one row each, its axes as texts under their names, then the integer aggregates."""

    axes: tuple[str, ...]
    mesures: tuple[str, ...]
    groupes: pa.Table
    totaux: Mapping[str, Decimal | None]
    remises_ht: Decimal
    masque: bool = False

    def ordonner(self, ordre: Sequence[str]) -> "Croisement":
        """The groups in an order: names of axes and measures, a leading « - » from the largest.

        A missing value comes last whichever way.
        """
        cles, table = [], self.groupes
        for rang, nom in enumerate(ordre):
            sens = "descending" if nom.startswith("-") else "ascending"
            nom = nom.removeprefix("-")
            colonne = table[nom] if nom in self.axes else _valeurs(table, nom)
            cles.append((f"cle_{rang}", sens, "at_end"))
            table = table.append_column(f"cle_{rang}", colonne)
        rangs = pc.sort_indices(table, sort_keys=cles)
        return replace(self, groupes=self.groupes.take(rangs))

    def lignes(self, debut: int = 0, nombre: int | None = None) -> list[dict[str, Any]]:
        """Groups as dictionaries: texts (None: missing) by axis, `Decimal` (None: unknown) by measure."""
        part = self.groupes.slice(debut, nombre)
        return [
            {**{a: row[a] for a in self.axes}, **{m: MESURES[m].valeur(row) for m in self.mesures}}
            for row in part.to_pylist()
        ]


def _valeurs(table: pa.Table, mesure: str) -> pa.Array:
    """Numbers that order like the measure."""
    match mesure:
        case "montant_moyen_ligne":
            return pc.divide(_reel(table["ht_commande"]), _positif(table["lignes_commande"]))
        case "prix_moyen_ht":
            return pc.divide(_reel(table["ht_prix"]), _positif(table["quantite_prix"]))
        case "commandes":
            return table["commandes"]
    return table[MESURES[mesure].agregats[0]]


def _reel(colonne: Any) -> Any:
    return pc.cast(colonne, pa.float64())


def _positif(colonne: Any) -> Any:
    return pc.if_else(pc.greater(colonne, 0), _reel(colonne), None)


def croiser(
    ctx: Contexte,
    axes: Sequence[str],
    mesures: Sequence[str],
    filtres: Filtres = Filtres(),  # noqa: B008 - a value that cannot change
    *,
    codes: frozenset[int] | None = None,
    codes_prix: frozenset[int] | None = None,
) -> Croisement:
    """Measures by the cross of axes, over the lines of the establishments *codes* that meet the filters.

    *codes_prix*: the establishments whose unit prices may be told (None: all). A group that holds a line of
    another has neither quantity nor price, which would tell it.
    """
    t = lignes_de(ctx, filtres, codes)
    chosen = [AXES[a] for a in dict.fromkeys(axes)]
    noms = _agregats(mesures)
    lues = ctx.source.executer(question(ctx, t, chosen, noms, codes_prix))
    table = _reunir(_lire(ctx, chosen, lues, noms), chosen, noms)
    totaux = _totaux(table, noms)
    if any(MESURES[m].distincte for m in mesures):
        table = _avec_commandes(ctx, t, chosen, table)
        totaux["commandes"] = ctx.source.executer(compter_commandes(t, {}))["commandes"][0].as_py()
    return Croisement(
        axes=tuple(a.nom for a in chosen),
        mesures=tuple(dict.fromkeys(mesures)),
        groupes=table,
        totaux={m: MESURES[m].valeur(totaux) for m in mesures},
        remises_ht=euros(totaux["remise"]) or Decimal("0.00"),
        masque=bool(totaux.get("hors_prix")),
    )


def _agregats(mesures: Sequence[str]) -> list[str]:
    asked = [a for m in mesures for a in MESURES[m].agregats]
    return list(dict.fromkeys([*asked, "lignes", "remise"]))


def question(
    ctx: Contexte,
    t: ir.Table,
    axes: Sequence[Axe],
    agregats: Sequence[str],
    codes_prix: frozenset[int] | None,
) -> ir.Table:
    """The integer aggregates by the codes of the axes."""
    sommes = {nom: AGREGATS[nom].calcul(t, codes_prix).name(nom) for nom in agregats}
    base = bases(ctx, t, axes)
    return t.group_by(**base).aggregate(**sommes) if base else t.aggregate(**sommes)


def bases(ctx: Contexte, t: ir.Table, axes: Sequence[Axe]) -> dict[str, ir.Value]:
    """The columns that all the axes need, each once."""
    return {nom: colonne for axe in axes for nom, colonne in axe.base(ctx, t).items()}


def _lire(ctx: Contexte, axes: Sequence[Axe], lues: pa.Table, agregats: Sequence[str]) -> pa.Table:
    """The answer with the texts of the axes in place of their codes."""
    colonnes = {axe.nom: axe.lire(ctx, lues) for axe in axes}
    return pa.table({**colonnes, **{nom: lues[nom] for nom in agregats}})


def _reunir(table: pa.Table, axes: Sequence[Axe], agregats: Sequence[str]) -> pa.Table:
    """Groups that read the same added together; without an axis, no group when there is no line."""
    if not axes:
        return table.filter(pc.greater(table["lignes"], 0))
    if not any(axe.derive for axe in axes):
        return table
    noms = [axe.nom for axe in axes]
    reunie = table.group_by(noms, use_threads=False).aggregate([(a, AGREGATS[a].fusion) for a in agregats])
    return _renommer(reunie, noms, agregats)


def _renommer(table: pa.Table, noms: Sequence[str], agregats: Sequence[str]) -> pa.Table:
    return pa.table(
        {
            **{nom: table[nom] for nom in noms},
            **{a: table[f"{a}_{AGREGATS[a].fusion}"] for a in agregats},
        }
    )


def _totaux(table: pa.Table, agregats: Sequence[str]) -> dict[str, Any]:
    """The same aggregates over all the groups; sums of nothing are null, numbers of nothing zero."""
    found: dict[str, Any] = {}
    for nom in agregats:
        fusion = {"sum": pc.sum, "min": pc.min, "max": pc.max}[AGREGATS[nom].fusion]
        found[nom] = fusion(table[nom]).as_py()
    for nom in ("lignes", "lignes_commande", "hors_prix"):
        if nom in found:
            found[nom] = found[nom] or 0
    if not found["lignes"]:
        found |= {nom: 0 for nom in ("ht", "ttc", "facture", "quantite") if nom in found}
    return found


def compter_commandes(t: ir.Table, base: Mapping[str, ir.Value]) -> ir.Table:
    """The number of different orders (an order is a number in an establishment) by the columns of *base*."""
    seules = t.select(
        **{f"b_{n}": c for n, c in base.items()}, e=t.etablissement, c=t.numero_commande
    ).distinct()
    compte = seules.count().name("commandes")
    if not base:
        return seules.aggregate(compte)
    return seules.group_by([f"b_{n}" for n in base]).aggregate(compte)


def _avec_commandes(ctx: Contexte, t: ir.Table, axes: Sequence[Axe], table: pa.Table) -> pa.Table:
    """The groups with their number of different orders: an order may lie in several of them."""
    base = bases(ctx, t, axes)
    if not any(axe.derive for axe in axes):
        lues = ctx.source.executer(compter_commandes(t, base))
    else:
        lues = _commandes_derivees(ctx, t, axes, base)
    if not axes:
        return table.append_column("commandes", lues["commandes"].slice(0, table.num_rows))
    if any(axe.derive for axe in axes):
        found = lues
    else:
        lues = lues.rename_columns([n.removeprefix("b_") for n in lues.column_names])
        found = pa.table({**{a.nom: a.lire(ctx, lues) for a in axes}, "commandes": lues["commandes"]})
    par_cle = {tuple(row[a.nom] for a in axes): row["commandes"] for row in found.to_pylist()}
    cles = zip(*(table[a.nom].to_pylist() for a in axes), strict=True)
    return table.append_column("commandes", pa.array([par_cle[c] for c in cles], pa.int64()))


def _commandes_derivees(
    ctx: Contexte, t: ir.Table, axes: Sequence[Axe], base: Mapping[str, ir.Value]
) -> pa.Table:
    """Orders by axes whose texts are not in the engine: the number of each group goes there as a table."""
    lues = ctx.source.executer(t.select(**base).distinct())
    textes = pa.table({axe.nom: axe.lire(ctx, lues) for axe in axes})
    rangs: dict[tuple[Any, ...], int] = {}
    cles = list(zip(*(textes[a.nom].to_pylist() for a in axes), strict=True))
    groupes = pa.array([rangs.setdefault(c, len(rangs)) for c in cles], pa.int32())
    plan = ibis.memtable(pa.table({**{f"p_{n}": pc.fill_null(lues[n], -1) for n in base}, "groupe": groupes}))
    faits = t.mutate(**{f"f_{n}": c.fill_null(-1) for n, c in base.items()})
    jointes = faits.inner_join(plan, [faits[f"f_{n}"] == plan[f"p_{n}"] for n in base])
    compte = ctx.source.executer(compter_commandes(jointes, {"groupe": jointes.groupe}))
    envers = list(rangs)
    found = [(*envers[row["b_groupe"]], row["commandes"]) for row in compte.to_pylist()]
    noms = [*(a.nom for a in axes), "commandes"]
    types = [*(pa.string() for _ in axes), pa.int64()]
    colonnes = list(zip(*found, strict=True)) or [()] * len(noms)
    return pa.table({n: pa.array(c, k) for n, c, k in zip(noms, colonnes, types, strict=True)})
