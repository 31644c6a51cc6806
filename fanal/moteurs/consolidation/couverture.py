"""Whether the contract that a line names may be ordered on: the axis of purchases off contract."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, ClassVar

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc

from fanal.moteurs.consolidation.colonne import Colonne, traduite, une
from fanal.moteurs.consolidation.contexte import Contexte, cle_double, parmi
from fanal.moteurs.consolidation.filtres import Filtre
from fanal.moteurs.lac.schema import TYPES_LIGNE

COUVERT, SANS_NUMERO, INCONNU, NON_COUVERT, HORS_DATES = (
    "couvert",
    "sans_numero",
    "numero_inconnu",
    "etablissement_non_couvert",
    "hors_dates",
)
STATUTS = (COUVERT, SANS_NUMERO, INCONNU, NON_COUVERT, HORS_DATES)
HORS_MARCHE = STATUTS[1:]
# Off contract by its number, attached to one by a decision.
RATTACHE = "rattache"
# Columns of a group that decisions are about, after the year.
GROUPE = ("etablissement", "fournisseur", "famille", "marche")
ORIGINE = date(1970, 1, 1)
ACHATS = tuple(TYPES_LIGNE.index(n) for n in ("commande", "avoir"))
# A pair of codes and a day in one integer: 15 bits of establishment, 31 of contract, 17 of day.
BITS_JOUR, BITS_MARCHE = 17, 31
MASQUE_JOUR, MASQUE_MARCHE = 2**BITS_JOUR - 1, 2**BITS_MARCHE - 1


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

    def statut(self, ctx: Contexte, place: int, number: int, day: date | None) -> str:
        """The status of a line; *day* None when it makes no difference."""
        contracts = self._contrats(ctx, place, number)
        if not contracts:
            return INCONNU
        covering = [c for c in contracts if c.couvre]
        if not covering:
            return NON_COUVERT
        day = day or ctx.periodes[place, number][0]
        return COUVERT if any(c.court(day) for c in covering) else HORS_DATES

    def _contrats(self, ctx: Contexte, place: int, number: int) -> Any:
        numero = ctx.dimensions["marche"].lire(number)
        finess = ctx.dimensions["etablissement"].lire(place)
        return ctx.faits.contrats(numero or "", finess or "")

    def partagees(self, ctx: Contexte) -> set[tuple[int, int]]:
        """The pairs some of whose orders may lie out of the dates of their contract, and others within."""
        if "partagees" not in ctx.garde:
            ctx.garde["partagees"] = {
                pair for pair, (start, end) in ctx.periodes.items() if self._partagee(ctx, pair, start, end)
            }
        found: set[tuple[int, int]] = ctx.garde["partagees"]
        return found

    def _partagee(self, ctx: Contexte, pair: tuple[int, int], start: date, end: date) -> bool:
        covering = [c for c in self._contrats(ctx, *pair) if c.couvre]
        whole = any(c.court(start) and c.court(end) for c in covering)
        touching = any((c.du or start) <= end and (c.au or end) >= start for c in covering)
        return touching and not whole

    def fusionne(self, ctx: Contexte) -> bool:
        return True

    def base(self, ctx: Contexte, t: ir.Table) -> dict[str, ir.Value]:
        pairs = self.partagees(ctx)
        found: dict[str, ir.Value] = {"etablissement": t.etablissement, "marche": t.marche}
        if pairs:
            among = self._parmi_partagees(ctx, t).fill_null(False)
            found["jour_partage"] = ibis.ifelse(among, _jour(t), ibis.literal(0, "int64"))
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
        found = self._lire_nu(ctx, table)
        if "rattachee" not in table.column_names:
            return found
        words = found.mots.to_pylist()
        marked = pc.add(pc.multiply(pc.cast(found.codes, pa.int64()), 2), une(table["rattachee"]))
        return traduite(marked, lambda key: _decide(words[key >> 1], bool(key & 1)))

    def _lire_nu(self, ctx: Contexte, table: pa.Table) -> Colonne:
        """The status that the number alone gives."""
        places, numbers = (pc.cast(une(table[n]), pa.int64()) for n in ("etablissement", "marche"))
        keys = pc.add(pc.shift_left(places, BITS_JOUR + BITS_MARCHE), pc.shift_left(numbers, BITS_JOUR))
        if "jour_partage" in table.column_names:
            keys = pc.add(keys, une(table["jour_partage"]))
        return traduite(pc.fill_null(keys, -1), lambda key: self._lu(ctx, key))

    def _lu(self, ctx: Contexte, key: int) -> str:
        if key < 0:
            return SANS_NUMERO
        place, number = key >> (BITS_JOUR + BITS_MARCHE), (key >> BITS_JOUR) & MASQUE_MARCHE
        day = key & MASQUE_JOUR
        return self.statut(ctx, place, number, ORIGINE + timedelta(days=day) if day else None)

    def condition(self, ctx: Contexte, t: ir.Table, filtre: Filtre) -> ir.BooleanValue:
        oui, attached = self.accepte(filtre), self._rattachees(ctx, t)
        if attached is None:
            return self._parmi_statuts(ctx, t, oui)
        decided = self._parmi_statuts(ctx, t, lambda s: oui(_decide(s, True)))
        return ibis.ifelse(attached, decided, self._parmi_statuts(ctx, t, oui))

    def _parmi_statuts(
        self, ctx: Contexte, t: ir.Table, oui: Callable[[str | None], bool]
    ) -> ir.BooleanValue:
        """Whether the status that the number alone gives is one of those of *oui*."""
        pairs = self.partagees(ctx)
        whole = [
            (p << 32) + n
            for p, n in ctx.periodes
            if (p, n) not in pairs and oui(self.statut(ctx, p, n, None))
        ]
        found = parmi(cle_double(t.etablissement, t.marche), whole).fill_null(False)
        if oui(SANS_NUMERO):
            found = found | t.marche.isnull()
        days = [d for d in self._jours(ctx) if oui(self._lu(ctx, d))] if pairs else []
        return found | parmi(_cle_du_jour(t), days).fill_null(False) if days else found

    def _jours(self, ctx: Contexte) -> list[int]:
        """The days of order of the pairs that lie on both sides of a date, as keys."""
        if "jours" not in ctx.garde:
            t = ctx.source.lignes
            seen = t.filter(self._parmi_partagees(ctx, t)).select(cle=_cle_du_jour(t)).distinct()
            ctx.garde["jours"] = ctx.source.executer(seen)["cle"].to_pylist()
        found: list[int] = ctx.garde["jours"]
        return found

    def _parmi_partagees(self, ctx: Contexte, t: ir.Table) -> ir.BooleanValue:
        pairs = [(p << 32) + n for p, n in self.partagees(ctx)]
        return parmi(cle_double(t.etablissement, t.marche), pairs)


def _decide(statut: str | None, rattachee: bool) -> str | None:
    return RATTACHE if rattachee and statut in HORS_MARCHE else statut


def _melanger(annee: Any, codes: Sequence[Any], largeurs: Sequence[int]) -> Any:
    """A year and codes as one integer; an engine refuses one that would not hold in 64 bits."""
    key = annee
    for code, width in zip(codes, largeurs, strict=True):
        key = key * width + code
    return key


def _jour(t: ir.Table) -> ir.IntegerValue:
    return t.date_commande.delta(ibis.date(1970, 1, 1), unit="day").cast("int64")


def _cle_du_jour(t: ir.Table) -> ir.IntegerValue:
    place, number = t.etablissement.cast("int64"), t.marche.cast("int64")
    return place * 2 ** (BITS_JOUR + BITS_MARCHE) + number * 2**BITS_JOUR + _jour(t)
