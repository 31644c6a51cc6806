"""Whether the contract that a line names may be ordered on: the axis of purchases off contract."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fanal.moteurs.consolidation.colonne import Colonne, une
from fanal.moteurs.consolidation.contexte import Contexte, cle_double, parmi
from fanal.moteurs.consolidation.filtres import Filtre
from fanal.moteurs.consolidation.statuts import (
    BITS,
    COUVERT,
    HORS_MARCHE,
    RANG,
    SANS_NUMERO,
    STATUTS,
    cle_du_jour,
    jour_depuis,
    statuts,
)
from fanal.moteurs.lac.schema import TYPES_LIGNE

# Off contract by its number, attached to one by a decision.
RATTACHE = "rattache"
# Columns of a group that decisions are about, after the year.
GROUPE = ("etablissement", "fournisseur", "famille", "marche")
ACHATS = tuple(TYPES_LIGNE.index(n) for n in ("commande", "avoir"))


@dataclass(frozen=True)
class Couverture:
    """The status of the contract number of a line, on its day: one of `STATUTS`.

    A contract whose executing establishments nobody gave covers all: silence accuses no one. Only pairs of
    establishment and number whose contract begins or ends among their orders are grouped by day. With
    *decisions*, orders and credit notes that one attached to a contract are `RATTACHE` instead.
    """

    accepte: Callable[[Filtre], Callable[[str | None], bool]]
    decisions: bool = True

    colonnes: ClassVar[frozenset[str]] = frozenset(
        {"etablissement", "marche", "date_commande", "fournisseur", "famille", "mois", "type_ligne"}
    )

    def fusionne(self, ctx: Contexte) -> bool:
        return True

    def base(self, ctx: Contexte, t: ir.Table) -> dict[str, ir.Value]:
        shared = statuts(ctx).partagees
        found: dict[str, ir.Value] = {"etablissement": t.etablissement, "marche": t.marche}
        if len(shared):
            among = parmi(cle_double(t.etablissement, t.marche), shared).fill_null(False)
            found["jour_partage"] = ibis.ifelse(among, jour_depuis(t), ibis.literal(0, "int64"))
        attached = self._rattachees(ctx, t)
        if attached is not None:
            found["rattachee"] = ibis.ifelse(attached, ibis.literal(1, "int64"), ibis.literal(0, "int64"))
        return found

    def _rattachees(self, ctx: Contexte, t: ir.Table) -> ir.BooleanValue | None:
        """Whether a decision attached the line; None when there is none."""
        if not (self.decisions and ctx.faits.rattaches):
            return None
        words = {n: ctx.dimensions[n] for n in GROUPE}
        widths = [len(words[n].textes) + 1 for n in GROUPE]
        keys = []
        for finess, year, *texts in sorted(ctx.faits.rattaches):
            codes = [words[n].code(v) if v else 0 for n, v in zip(GROUPE, (finess, *texts), strict=True)]
            if None not in codes:
                keys.append(_melanger(year, codes, widths))
        columns = [t[n].fill_null(0).cast("int64") for n in GROUPE]
        key = _melanger((t.mois // 12).cast("int64"), columns, widths)
        return t.type_ligne.isin(ACHATS) & parmi(key, keys).fill_null(False)

    def lire(self, ctx: Contexte, table: pa.Table) -> Colonne:
        numbers = une(table["marche"])
        named = pc.is_valid(numbers).to_numpy(zero_copy_only=False)
        ranks = np.full(len(named), RANG[SANS_NUMERO], np.int32)
        places, codes = (_entiers(table[n])[named] for n in ("etablissement", "marche"))
        days = _entiers(table["jour_partage"])[named] if "jour_partage" in table.column_names else places
        ranks[named] = statuts(ctx).des((places << BITS) + codes, days)
        if "rattachee" in table.column_names:
            attached = _entiers(table["rattachee"]).astype(bool)
            ranks[attached & (ranks != RANG[COUVERT])] = len(STATUTS)
        return Colonne(pa.array(ranks), pa.array([*STATUTS, RATTACHE]))

    def condition(self, ctx: Contexte, t: ir.Table, filtre: Filtre) -> ir.BooleanValue:
        oui, attached = self.accepte(filtre), self._rattachees(ctx, t)
        if attached is None:
            return self._parmi_statuts(ctx, t, oui)
        decided = self._parmi_statuts(ctx, t, lambda s: oui(_decide(s)))
        return ibis.ifelse(attached, decided, self._parmi_statuts(ctx, t, oui))

    def _parmi_statuts(
        self, ctx: Contexte, t: ir.Table, oui: Callable[[str | None], bool]
    ) -> ir.BooleanValue:
        """Whether the status that the number alone gives is one of those of *oui*."""
        known = statuts(ctx)
        wanted = [rank for rank, statut in enumerate(STATUTS) if oui(statut)]
        pairs = known.paires[np.isin(known.etats, wanted)]
        found = parmi(cle_double(t.etablissement, t.marche), pairs).fill_null(False)
        if oui(SANS_NUMERO):
            found = found | t.marche.isnull()
        days = known.jours[np.isin(known.etats_du_jour, wanted)]
        if not len(days):
            return found
        place, number = t.etablissement.cast("int64"), t.marche.cast("int64")
        return found | parmi(cle_du_jour(place, number, jour_depuis(t)), days).fill_null(False)


def _entiers(colonne: Any) -> Any:
    return pc.fill_null(pc.cast(une(colonne), pa.int64()), 0).to_numpy()


def _decide(statut: str | None) -> str | None:
    return RATTACHE if statut in HORS_MARCHE else statut


def _melanger(annee: Any, codes: Sequence[Any], largeurs: Sequence[int]) -> Any:
    """A year and codes as one integer; an engine refuses one that would not hold in 64 bits."""
    key = annee
    for code, width in zip(codes, largeurs, strict=True):
        key = key * width + code
    return key
