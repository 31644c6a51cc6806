"""Contracts ordered beyond their maximum, and the first day it happened."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import ibis.expr.types as ir

from fanal.moteurs.consolidation.contexte import Contexte, cle_double, parmi
from fanal.moteurs.consolidation.filtres import Filtres
from fanal.moteurs.consolidation.mesures import AVOIR, COMMANDE, euros
from fanal.moteurs.consolidation.requetes.portion import lignes_de
from fanal.moteurs.lac.schema import CENTIMES


@dataclass(frozen=True)
class Depassement:
    """A contract whose orders, less credit notes, passed its maximum excl. VAT, in euros.

    `premier_jour`: the first day whose orders took the total beyond; `plus_haut`: the highest
    total at the end of a day; `total_ht`: where it stands after the last order;
    `par_etablissement`: its parts.
    """

    contrat: int
    maximum_ht: Decimal
    total_ht: Decimal
    plus_haut: Decimal
    premier_jour: date
    par_etablissement: Mapping[str, Decimal]

    @property
    def depasse_ht(self) -> Decimal:
        """How far the highest total went beyond the maximum."""
        return self.plus_haut - self.maximum_ht


def depassements(
    ctx: Contexte,
    maximums: Mapping[int, Decimal],
    filtres: Filtres = Filtres(),  # noqa: B008 - a value that cannot change
    *,
    codes: frozenset[int] | None = None,
) -> list[Depassement]:
    """The contracts of *maximums* ({contract: maximum excl. VAT}) ordered beyond it, the furthest first.

    A line is of the contract that its number names for its establishment, when only one answers.
    """
    t = lignes_de(ctx, filtres, codes)
    t = t.filter(t.type_ligne.isin([COMMANDE, AVOIR]), t.marche.notnull())
    pairs = _paires(ctx, t)
    gross: dict[int, int] = {}
    for pair, cents in pairs.items():
        contract = _contrat(ctx, *pair)
        if contract is not None and contract in maximums:
            gross[contract] = gross.get(contract, 0) + cents
    # Orders alone, without their credit notes, must pass it: the other contracts never do.
    passed = {c for c, cents in gross.items() if cents > maximums[c] * CENTIMES}
    wanted = {pair: c for pair in pairs if (c := _contrat(ctx, *pair)) in passed}
    if not wanted:
        return []
    days: dict[int, list[tuple[date, int, int]]] = {}
    for place, number, day, cents in _jours(ctx, t, wanted):
        days.setdefault(wanted[place, number] or 0, []).append((day, place, cents))
    found = [_depassement(ctx, c, maximums[c], seen) for c, seen in days.items()]
    return sorted((d for d in found if d), key=lambda d: (-d.depasse_ht, d.contrat))


def _contrat(ctx: Contexte, place: int, number: int) -> int | None:
    numero = ctx.dimensions["marche"].lire(number) or ""
    finess = ctx.dimensions["etablissement"].lire(place) or ""
    known = ctx.faits.contrats(numero, finess)
    chosen = [c for c in known if c.couvre] or list(known)
    return chosen[0].pk if len(chosen) == 1 else None


def _paires(ctx: Contexte, t: ir.Table) -> dict[tuple[int, int], int]:
    """Cents ordered, credit notes left out, by establishment and contract number."""
    seen = ctx.source.executer(
        t.group_by("etablissement", "marche").aggregate(ht=t.montant_ht.sum(where=t.montant_ht > 0))
    )
    columns = (seen[n].to_pylist() for n in ("etablissement", "marche", "ht"))
    return {(place, number): int(cents or 0) for place, number, cents in zip(*columns, strict=True)}


def _jours(
    ctx: Contexte, t: ir.Table, wanted: Mapping[tuple[int, int], object]
) -> list[tuple[int, int, date, int]]:
    kept = t.filter(parmi(cle_double(t.etablissement, t.marche), [(p << 32) + n for p, n in wanted]))
    seen = ctx.source.executer(
        kept.group_by("etablissement", "marche", "date_commande").aggregate(ht=kept.montant_ht.sum())
    )
    columns = (seen[n].to_pylist() for n in ("etablissement", "marche", "date_commande", "ht"))
    return list(zip(*columns, strict=True))


def _depassement(
    ctx: Contexte, contract: int, maximum: Decimal, seen: list[tuple[date, int, int]]
) -> Depassement | None:
    by_day: dict[date, int] = {}
    places: dict[int, int] = {}
    for day, place, cents in seen:
        by_day[day] = by_day.get(day, 0) + int(cents)
        places[place] = places.get(place, 0) + int(cents)
    total, highest, first = 0, 0, None
    for day in sorted(by_day):
        total += by_day[day]
        highest = max(highest, total)
        if first is None and total > maximum * CENTIMES:
            first = day
    if first is None:
        return None
    names = ctx.dimensions["etablissement"]
    return Depassement(
        contrat=contract,
        maximum_ht=maximum,
        total_ht=euros(total) or Decimal("0.00"),
        plus_haut=euros(highest) or Decimal("0.00"),
        premier_jour=first,
        par_etablissement={
            names.lire(p) or "": euros(c) or Decimal("0.00") for p, c in sorted(places.items())
        },
    )
