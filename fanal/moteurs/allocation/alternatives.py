"""The best choices after the best one, in order: what a committee looks at before it settles.

Indivisible projects only. The order is that of the choice itself: largest sum of scores, then smallest
spending, then the earliest requests served.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fanal.moteurs.allocation.modele import Demande, Partage
from fanal.moteurs.allocation.optimal import INFINI, candidates, next_by_solver, reduced
from fanal.refus import Refus

NOMBRE_MAX = 20
CASES = 100_000_000  # bytes kept to find the choices again


@dataclass(frozen=True)
class Alternative:
    """One choice: its rank (1 is the best), its score, its spending in cents, the requests it serves."""

    rang: int
    score: int
    attribue: int
    servies: tuple[str, ...]
    entrent: tuple[str, ...]
    sortent: tuple[str, ...]


def alternatives(partage: Partage, nombre: int = 5) -> list[Alternative]:
    """The *nombre* best distinct choices, the best first; `entrent` and `sortent` compare with the best one.

    Fewer when there are fewer choices. A request worth nothing, or whose maximum is below its minimum, is
    in none of them. Raises Refus for a rule that divides: it gives one answer only.
    """
    if partage.regle != "optimal":
        raise Refus(
            "Les choix classés n'existent que pour la règle « optimal » : les autres règles partagent "
            "l'enveloppe et n'ont qu'une réponse."
        )
    if not 1 <= nombre <= NOMBRE_MAX:
        raise Refus(f"Demandez de 1 à {NOMBRE_MAX} choix.")
    kept = [partage.demandes[i] for i in candidates(partage.enveloppe, partage.demandes)]
    limits = partage.contraintes
    plain = not (limits.planchers or limits.plafonds or limits.nombres)
    weights, total = reduced(kept)
    if plain and (total + 1) * max(1, len(kept)) * nombre <= CASES:
        picks = _by_score(partage.enveloppe, kept, weights, nombre)
    else:
        picks = next_by_solver(partage.enveloppe, kept, limits, nombre)
    return _ranked(kept, picks)


def _ranked(requests: Sequence[Demande], picks: list[list[bool]]) -> list[Alternative]:
    found: list[Alternative] = []
    for rank, pick in enumerate(picks, start=1):
        served = [r for r, yes in zip(requests, pick, strict=True) if yes]
        names = tuple(r.id for r in served)
        first = set(found[0].servies) if found else set(names)
        found.append(
            Alternative(
                rang=rank,
                score=sum(r.score for r in served),
                attribue=sum(r.maximum for r in served),
                servies=names,
                entrent=tuple(n for n in names if n not in first),
                sortent=tuple(r.id for r in requests if r.id in first and r.id not in names),
            )
        )
    return found


def _by_score(
    enveloppe: int, requests: Sequence[Demande], weights: Sequence[int], count: int
) -> list[list[bool]]:
    """least[k][s]: the k-th smallest spending that reaches the score s, last requests first.

    Each spending is one distinct set. Two sorted lists are merged, the sets that hold the request first:
    among equals, those that serve the earliest requests stay ahead.
    """
    total = sum(weights)
    levels = np.arange(total + 1)
    least = np.full((count, total + 1), INFINI, dtype=np.int64)
    least[0, 0] = 0
    origins = []
    for request, weight in zip(reversed(requests), reversed(weights), strict=True):
        with_it = np.full_like(least, INFINI)
        with_it[:, weight:] = least[:, : total + 1 - weight]
        with_it[with_it < INFINI] += request.maximum
        merged = np.empty_like(least)
        origin = np.empty(least.shape, dtype=np.uint8)
        held, left = np.zeros_like(levels), np.zeros_like(levels)
        for k in range(count):
            one, other = with_it[held, levels], least[left, levels]
            yes = one <= other
            merged[k] = np.where(yes, one, other)
            origin[k] = np.where(yes, held, left + count)
            held += yes
            left += ~yes
        least = merged
        origins.append(origin)
    ends = [(s, k) for s in range(total, -1, -1) for k in range(count) if least[k, s] <= enveloppe]
    return [_trace(end, origins, weights, count) for end in ends[:count]]


def _trace(
    end: tuple[int, int], origins: Sequence[np.ndarray], weights: Sequence[int], count: int
) -> list[bool]:
    score, place = end
    pick = []
    for origin, weight in zip(reversed(origins), weights, strict=True):
        source = int(origin[place, score])
        yes = source < count
        place = source if yes else source - count
        score -= weight if yes else 0
        pick.append(yes)
    return pick
