"""Spend by any cross of axes: the question that pages, exports and the command line ask."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fanal.moteurs.consolidation.axes import AXES, Axe, bases
from fanal.moteurs.consolidation.colonne import Colonne, une
from fanal.moteurs.consolidation.contexte import Contexte
from fanal.moteurs.consolidation.filtres import Filtres
from fanal.moteurs.consolidation.mesures import AGREGATS, MESURES, euros
from fanal.moteurs.consolidation.requetes.commandes import commandes
from fanal.moteurs.consolidation.requetes.portion import sommes_de


@dataclass(frozen=True)
class Croisement:
    """The groups, in no order: a column of texts per axis, and their integer aggregates."""

    colonnes: Mapping[str, Colonne]
    mesures: tuple[str, ...]
    nombres: pa.Table
    totaux: Mapping[str, Decimal | None]
    remises_ht: Decimal
    masque: bool = False

    @property
    def axes(self) -> tuple[str, ...]:
        return tuple(self.colonnes)

    @property
    def groupes(self) -> int:
        return int(self.nombres.num_rows)

    def lignes(
        self, ordre: Sequence[str] = (), debut: int = 0, nombre: int | None = None
    ) -> list[dict[str, Any]]:
        """Groups as dictionaries: texts (None: missing) by axis, `Decimal` (None: unknown) by measure.

        *ordre*: names of axes and measures, a leading « - » from the largest, missing values last whichever
        way; by default the first measure from the largest, then the axes.
        """
        debut = min(debut, self.groupes)
        fin = self.groupes if nombre is None else min(debut + nombre, self.groupes)
        rangees = self._rangees(ordre or (f"-{self.mesures[0]}", *self.axes), fin).slice(debut, fin - debut)
        textes = {a: c.prendre(rangees).textes() for a, c in self.colonnes.items()}
        return [
            {
                **{a: textes[a][i] for a in self.axes},
                **{m: MESURES[m].valeur(row) for m in self.mesures},
            }
            for i, row in enumerate(self.nombres.take(rangees).to_pylist())
        ]

    def _cle(self, nom: str) -> pa.Array:
        return self.colonnes[nom].rangs if nom in self.colonnes else _valeurs(self.nombres, nom)

    def _rangees(self, ordre: Sequence[str], fin: int) -> pa.Array:
        """The places of the *fin* first groups in that order."""
        candidates = _tete(self._cle(ordre[0].removeprefix("-")), ordre[0].startswith("-"), fin)
        cles, colonnes = [], {}
        for rang, nom in enumerate(ordre):
            colonnes[str(rang)] = pc.take(self._cle(nom.removeprefix("-")), candidates)
            cles.append((str(rang), "descending" if nom.startswith("-") else "ascending", "at_end"))
        return pc.take(candidates, pc.sort_indices(pa.table(colonnes), sort_keys=cles))


def _tete(cle: Any, descend: bool, fin: int) -> pa.Array:
    """The places among which the *fin* first groups lie: a page needs not put all the groups in order."""
    nombre = len(cle)
    tout = pa.array(np.arange(nombre))
    if fin * 4 >= nombre:
        return tout
    bords = pc.select_k_unstable(
        pa.table({"cle": cle}), fin, [("cle", "descending" if descend else "ascending")]
    )
    dernier = pc.take(cle, bords.slice(fin - 1, 1))[0]
    if not dernier.is_valid:
        return tout
    garde = pc.greater_equal(cle, dernier) if descend else pc.less_equal(cle, dernier)
    return tout.filter(pc.fill_null(garde, False))


def _valeurs(table: pa.Table, mesure: str) -> pa.Array:
    """Numbers that order like the measure."""
    match mesure:
        case "montant_moyen_ligne":
            return une(pc.divide(_reel(table["ht_commande"]), _positif(table["lignes_commande"])))
        case "prix_moyen_ht":
            return une(pc.divide(_reel(table["ht_prix"]), _positif(table["quantite_prix"])))
        case "commandes":
            return une(table["commandes"])
    return une(table[MESURES[mesure].agregats[0]])


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
    chosen = [AXES[a] for a in dict.fromkeys(axes)]
    noms = _agregats(mesures)
    colonnes, nombres = grouper(ctx, filtres, chosen, noms, codes=codes, codes_prix=codes_prix)
    totaux = _totaux(nombres, noms)
    if any(MESURES[m].distincte for m in mesures):
        comptes, totaux["commandes"] = commandes(ctx, filtres, codes, chosen, colonnes, nombres.num_rows)
        nombres = nombres.append_column("commandes", comptes)
    return Croisement(
        colonnes=colonnes,
        mesures=tuple(dict.fromkeys(mesures)),
        nombres=nombres,
        totaux={m: MESURES[m].valeur(totaux) for m in mesures},
        remises_ht=euros(totaux["remise"]) or Decimal("0.00"),
        masque=bool(totaux.get("hors_prix")),
    )


def _agregats(mesures: Sequence[str]) -> list[str]:
    asked = [a for m in mesures for a in MESURES[m].agregats]
    return list(dict.fromkeys([*asked, "lignes", "remise"]))


def grouper(
    ctx: Contexte,
    filtres: Filtres,
    axes: Sequence[Axe],
    agregats: Sequence[str],
    *,
    codes: frozenset[int] | None = None,
    codes_prix: frozenset[int] | None = None,
) -> tuple[dict[str, Colonne], pa.Table]:
    """The groups of lines by axes: a column of texts per axis, and the integer aggregates, row by row."""
    needed = frozenset().union(*(a.colonnes for a in axes), *(AGREGATS[a].colonnes for a in agregats))
    t = sommes_de(ctx, filtres, codes, needed)
    lues = ctx.source.executer(question(ctx, t, axes, agregats, codes_prix))
    colonnes = {axe.nom: axe.lire(ctx, lues) for axe in axes}
    return _reunir(colonnes, lues.select(list(agregats)), any(axe.fusionne(ctx) for axe in axes))


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


def _reunir(
    colonnes: dict[str, Colonne], nombres: pa.Table, fusion: bool
) -> tuple[dict[str, Colonne], pa.Table]:
    """Groups that read the same added together; without an axis, no group when there is no line."""
    if not colonnes:
        return colonnes, nombres.filter(
            pc.greater(nombres["lignes"], 0)
        ) if "lignes" in nombres.column_names else nombres
    if not fusion:
        return colonnes, nombres
    cles = {f"axe_{nom}": colonne.codes for nom, colonne in colonnes.items()}
    table = pa.table({**cles, **{n: nombres[n] for n in nombres.column_names}})
    fusions = [(n, AGREGATS[n].fusion) for n in nombres.column_names]
    reunie = table.group_by(list(cles), use_threads=False).aggregate(fusions)
    return (
        {nom: colonne.avec(une(reunie[f"axe_{nom}"])) for nom, colonne in colonnes.items()},
        pa.table({n: reunie[f"{n}_{fusion}"] for n, fusion in fusions}),
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
