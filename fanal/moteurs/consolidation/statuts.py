"""What the contract number of each line comes to, worked out once for all the lines of a state.

A lake holds some hundred thousand pairs of establishment and contract number. Most keep one status whatever
the day of order; the others, whose contract begins or ends among their orders, have one a day.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np

from fanal.moteurs.consolidation.contexte import Contexte, cle_double, parmi
from fanal.moteurs.consolidation.faits import Contrat

COUVERT, SANS_NUMERO, INCONNU, NON_COUVERT, HORS_DATES = (
    "couvert",
    "sans_numero",
    "numero_inconnu",
    "etablissement_non_couvert",
    "hors_dates",
)
STATUTS = (COUVERT, SANS_NUMERO, INCONNU, NON_COUVERT, HORS_DATES)
HORS_MARCHE = STATUTS[1:]
RANG = {statut: rang for rang, statut in enumerate(STATUTS)}
ORIGINE = date(1970, 1, 1)
# A pair of codes and a day in one integer: 15 bits of establishment, 31 of contract, 17 of day.
BITS_JOUR, BITS_MARCHE = 17, 31
BITS = 32  # a pair of codes in one integer
PARTAGEE = -1
JAMAIS = 2**62  # a day that no line has


@dataclass(frozen=True)
class Statuts:
    """Ranks in `STATUTS`. Keys are integers in order, made of codes.

    `paires`, `etats`: of each (establishment, number), `PARTAGEE` when the day tells. `jours`,
    `etats_du_jour`: of each (establishment, number, day) of the latter.
    """

    paires: Any
    etats: Any
    jours: Any
    etats_du_jour: Any

    @property
    def partagees(self) -> Any:
        """The pairs whose status changes with the day."""
        return self.paires[self.etats == PARTAGEE]

    def des(self, paires: Any, jours: Any) -> Any:
        """The status of lines by their pair and, where it is shared, their day. Raises `LookupError`."""
        found = _chercher(paires, self.paires, self.etats)
        shared = np.flatnonzero(found == PARTAGEE)
        if len(shared):
            keys = cle_du_jour(paires[shared] >> BITS, paires[shared] & (2**BITS - 1), jours[shared])
            found[shared] = _chercher(keys, self.jours, self.etats_du_jour)
        return found


def cle_du_jour(etablissement: Any, marche: Any, jour: Any) -> Any:
    """Two codes and a day since 1970 as one integer: arrays, or columns of a question."""
    return etablissement * 2 ** (BITS_JOUR + BITS_MARCHE) + marche * 2**BITS_JOUR + jour


def statuts(ctx: Contexte) -> Statuts:
    """The statuses of all the lines, for as long as the lake and the contracts stay as they are."""
    found: Statuts = ctx.source.retenir("statuts", lambda: _etablir(ctx), de=ctx.faits.contrats)
    return found


def _chercher(cles: Any, connues: Any, etats: Any) -> Any:
    places = np.minimum(np.searchsorted(connues, cles), len(connues) - 1) if len(connues) else cles
    if len(cles) and (not len(connues) or (connues[places] != cles).any()):
        raise LookupError("A line has a pair of codes that the state of the lake does not know.")
    return etats[places] if len(connues) else np.zeros(0, np.int8)


def _etablir(ctx: Contexte) -> Statuts:
    lire = _lecteur(ctx)
    places, numbers, firsts, lasts = _periodes(ctx)
    states = np.fromiter(map(_etat, map(lire, places, numbers), firsts, lasts), np.int8, len(places))
    pairs = (np.asarray(places, np.int64) << BITS) + np.asarray(numbers, np.int64)
    order = np.argsort(pairs)
    pairs, states = pairs[order], states[order]
    days, of_days = _par_jour(ctx, pairs[states == PARTAGEE], lire)
    return Statuts(pairs, states, days, of_days)


def _lecteur(ctx: Contexte) -> Callable[[int, int], Sequence[Contrat]]:
    """The contracts that an establishment and a number, by their codes, answer to."""
    numeros, finess = ctx.dimensions["marche"], ctx.dimensions["etablissement"]
    return lambda place, number: ctx.faits.contrats(numeros.lire(number) or "", finess.lire(place) or "")


def _periodes(ctx: Contexte) -> list[list[Any]]:
    """Establishment, number, first and last day of order of each pair of codes."""

    def demander() -> list[list[Any]]:
        t = ctx.source.lignes
        t = t.filter(t.marche.notnull())
        seen = ctx.source.executer(
            t.group_by("etablissement", "marche").aggregate(
                du=t.date_commande.min(), au=t.date_commande.max()
            )
        )
        return [seen[n].to_pylist() for n in ("etablissement", "marche", "du", "au")]

    found: list[list[Any]] = ctx.source.retenir("periodes", demander)
    return found


def _etat(contrats: Sequence[Contrat], premier: date, dernier: date) -> int:
    """The status of orders from *premier* to *dernier*; `PARTAGEE` when some may lie out of the dates."""
    if not contrats:
        return RANG[INCONNU]
    covering = [c for c in contrats if c.couvre]
    if not covering:
        return RANG[NON_COUVERT]
    if any(c.court(premier) and c.court(dernier) for c in covering):
        return RANG[COUVERT]
    touching = any((c.du or premier) <= dernier and (c.au or dernier) >= premier for c in covering)
    return PARTAGEE if touching else RANG[HORS_DATES]


def _par_jour(
    ctx: Contexte, partagees: Any, lire: Callable[[int, int], Sequence[Contrat]]
) -> tuple[Any, Any]:
    """The days of order of the shared pairs as keys, and the status of each."""
    if not len(partagees):
        return np.zeros(0, np.int64), np.zeros(0, np.int8)
    t = ctx.source.lignes
    kept = t.filter(parmi(cle_double(t.etablissement, t.marche), partagees))
    pair = cle_double(kept.etablissement, kept.marche)
    seen = ctx.source.executer(kept.select(paire=pair, jour=jour_depuis(kept)).distinct())
    pairs, days = seen["paire"].to_numpy(), seen["jour"].to_numpy()
    order = np.lexsort((days, pairs))
    pairs, days = pairs[order], days[order]
    within = np.zeros(len(pairs), np.bool_)
    starts = np.searchsorted(pairs, partagees)
    for key, start, end in zip(partagees.tolist(), starts, [*starts[1:], len(pairs)], strict=True):
        own = days[start:end]
        for c in lire(key >> BITS, key & (2**BITS - 1)):
            if c.couvre:
                within[start:end] |= (own >= _jours(c.du, -JAMAIS)) & (own <= _jours(c.au, JAMAIS))
    states = np.where(within, RANG[COUVERT], RANG[HORS_DATES]).astype(np.int8)
    return cle_du_jour(pairs >> BITS, pairs & (2**BITS - 1), days), states


def _jours(jour: date | None, inconnu: int) -> int:
    return inconnu if jour is None else (jour - ORIGINE).days


def jour_depuis(t: ir.Table) -> ir.IntegerValue:
    """The day of order of lines, in days since 1970."""
    return t.date_commande.delta(ibis.date(1970, 1, 1), unit="day").cast("int64")
