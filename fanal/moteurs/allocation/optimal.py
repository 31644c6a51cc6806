"""Indivisible projects: all of the maximum or nothing, the largest sum of scores, then the smallest spending.

Two exact ways. Without constraints and with modest scores, dynamic programming over the total score: one
vector operation per request, and ties settled by the order of the requests. Otherwise CP-SAT.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from ortools.sat.python import cp_model

from fanal.moteurs.allocation.modele import Contraintes, Demande

CASES = 300_000_000  # requests × total score that one machine holds as bits without noticing
SECONDES = 60.0
INFINI = np.int64(2**62)


@dataclass(frozen=True)
class Capacite:
    """Another envelope that the same choice must hold in: what each request takes of it, in cents."""

    enveloppe: int
    montants: Mapping[str, int]


def choose(
    enveloppe: int,
    requests: Sequence[Demande],
    limits: Contraintes,
    others: Sequence[Capacite] = (),
) -> tuple[list[bool], bool]:
    """Which requests are served, and whether that is proven the best.

    A request that is worth nothing (score ≤ 0), or whose maximum is below its minimum, is never served. Among
    choices of the same score and the same spending, the one that serves the earliest requests is kept.
    """
    possible = candidates(enveloppe, requests)
    chosen = [False] * len(requests)
    kept = [requests[i] for i in possible]
    plain = not (limits.planchers or limits.plafonds or limits.nombres or others)
    weights, total = reduced(kept)
    if plain and (total + 1) * len(kept) <= CASES:
        served, proven = _by_score(enveloppe, kept, weights), True
    else:
        served, proven = _by_solver(Question(enveloppe, kept, limits, autres=tuple(others)))
    for i, yes in zip(possible, served, strict=True):
        chosen[i] = yes
    return chosen, proven


def candidates(enveloppe: int, requests: Sequence[Demande]) -> list[int]:
    """Ranks of the requests that a choice may serve at all."""
    return [
        i
        for i, r in enumerate(requests)
        if r.score > 0 and r.minimum <= r.maximum <= enveloppe and r.maximum > 0
    ]


def reduced(requests: Sequence[Demande]) -> tuple[list[int], int]:
    """The scores divided by what divides them all, and their sum: same choice, fewer levels."""
    scores = [r.score for r in requests]
    unit = math.gcd(*scores) or 1
    weights = [s // unit for s in scores]
    return weights, sum(weights)


def _by_score(enveloppe: int, requests: Sequence[Demande], weights: Sequence[int]) -> list[bool]:
    """least[s]: the smallest spending that reaches the score s with the requests seen so far, last first."""
    total = sum(weights)
    least = np.full(total + 1, INFINI, dtype=np.int64)
    least[0] = 0
    taken = []
    for request, weight in zip(reversed(requests), reversed(weights), strict=True):
        with_it = np.full(total + 1, INFINI, dtype=np.int64)
        with_it[weight:] = least[: total + 1 - weight] + request.maximum
        # At equal spending the earlier request is taken: it is the one that comes last here.
        better = with_it <= least
        better &= with_it < INFINI
        taken.append(np.packbits(better))
        least = np.where(better, with_it, least)
    reachable = np.flatnonzero(least <= enveloppe)
    score = int(reachable[-1])
    served = []
    for weight, bits in zip(weights, reversed(taken), strict=True):
        yes = bool(bits[score >> 3] >> (7 - (score & 7)) & 1)
        served.append(yes)
        score -= weight if yes else 0
    return served


def next_by_solver(
    enveloppe: int, requests: Sequence[Demande], limits: Contraintes, count: int
) -> list[list[bool]]:
    """The *count* best choices under constraints, each found with the former ones forbidden."""
    found: list[list[bool]] = []
    while len(found) < count:
        pick = _best(Question(enveloppe, requests, limits, tuple(found)))[0]
        if pick is None:
            break
        found.append(pick)
    return found


def _by_solver(question: "Question") -> tuple[list[bool], bool]:
    """The same choice under constraints; nothing served when the constraints cannot be met."""
    pick, proven = _best(question)
    return pick or [False] * len(question.demandes), proven


@dataclass(frozen=True)
class Question:
    """A choice to make; `ecartes` are the choices that it may not be."""

    enveloppe: int
    demandes: Sequence[Demande]
    limites: Contraintes
    ecartes: tuple[list[bool], ...] = ()
    autres: tuple[Capacite, ...] = ()


def _best(question: Question) -> tuple[list[bool] | None, bool]:
    """Score first, then spending, then the order of the requests; None when there is no choice left."""
    requests = question.demandes
    model, variables = _model(question)
    model.maximize(_score(requests, variables))
    best, first = _solve(model)
    if first is None:
        return None, best
    score = round(first.objective_value)
    model.add(_score(requests, variables) == score)
    model.minimize(_spent(requests, variables))
    least, second = _solve(model)
    if second is None:
        return [bool(first.value(v)) for v in variables], False
    spent = round(second.objective_value)
    pick = _earliest(question, score, spent) or [bool(second.value(v)) for v in variables]
    return pick, best and least


def _earliest(question: Question, score: int, spent: int) -> list[bool] | None:
    """Of all the choices of that score and that spending, the one that serves the earliest requests."""
    model, variables = _model(question)
    model.add(_score(question.demandes, variables) == score)
    model.add(_spent(question.demandes, variables) == spent)
    model.add_decision_strategy(variables, cp_model.CHOOSE_FIRST, cp_model.SELECT_MAX_VALUE)
    solver = cp_model.CpSolver()
    solver.parameters.search_branching = cp_model.FIXED_SEARCH
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = SECONDES
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    return [bool(solver.value(v)) for v in variables]


def _score(requests: Sequence[Demande], variables: Sequence[cp_model.IntVar]) -> cp_model.LinearExpr:
    return cp_model.LinearExpr.weighted_sum(variables, [r.score for r in requests])


def _spent(requests: Sequence[Demande], variables: Sequence[cp_model.IntVar]) -> cp_model.LinearExpr:
    return cp_model.LinearExpr.weighted_sum(variables, [r.maximum for r in requests])


def _model(question: Question) -> tuple[cp_model.CpModel, list[cp_model.IntVar]]:
    requests, limits = question.demandes, question.limites
    model = cp_model.CpModel()
    variables = [model.new_bool_var(f"x{i}") for i in range(len(requests))]
    model.add(sum(r.maximum * v for r, v in zip(requests, variables, strict=True)) <= question.enveloppe)
    for region in sorted(set(limits.planchers) | set(limits.plafonds)):
        inside = [(r, v) for r, v in zip(requests, variables, strict=True) if r.region == region]
        spent = sum(r.maximum * v for r, v in inside)
        if inside and region in limits.plafonds:
            model.add(spent <= limits.plafonds[region])
        if inside and region in limits.planchers:
            model.add(spent >= min(limits.planchers[region], sum(r.maximum for r, _ in inside)))
    for name, most in sorted(limits.nombres.items()):
        model.add(sum(v for r, v in zip(requests, variables, strict=True) if r.classe == name) <= most)
    for other in question.autres:
        taken = [other.montants.get(r.id, 0) for r in requests]
        model.add(cp_model.LinearExpr.weighted_sum(variables, taken) <= other.enveloppe)
    for pick in question.ecartes:
        model.add_bool_or(~v if yes else v for v, yes in zip(variables, pick, strict=True))
    return model, variables


def _solve(model: cp_model.CpModel) -> tuple[bool, cp_model.CpSolver | None]:
    """Whether the answer is proven, and the solver that holds it (None when there is none)."""
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 8
    solver.parameters.max_time_in_seconds = SECONDES
    status = solver.solve(model)
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return status == cp_model.OPTIMAL, solver
    return status == cp_model.INFEASIBLE, None
