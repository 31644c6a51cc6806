"""Indivisible projects: all of the maximum or nothing, the largest sum of scores, then the smallest spending.

Two exact ways. Without constraints and with modest scores, dynamic programming over the total score: one
vector operation per request, and ties settled by the order of the requests. Otherwise CP-SAT.
"""

from collections.abc import Sequence

import numpy as np
from ortools.sat.python import cp_model

from fanal.moteurs.allocation.modele import Contraintes, Demande

CASES = 300_000_000  # requests × total score that one machine holds as bits without noticing
SECONDES = 60.0
INFINI = np.int64(2**62)


def choose(enveloppe: int, requests: Sequence[Demande], limits: Contraintes) -> tuple[list[bool], bool]:
    """Which requests are served, and whether that is proven the best.

    A request that is worth nothing (score ≤ 0), or whose maximum is below its minimum, is never served. Among
    choices of the same score and the same spending, the one that serves the earliest requests is kept.
    """
    possible = [
        i
        for i, r in enumerate(requests)
        if r.score > 0 and r.minimum <= r.maximum <= enveloppe and r.maximum > 0
    ]
    chosen = [False] * len(requests)
    kept = [requests[i] for i in possible]
    plain = not (limits.planchers or limits.plafonds or limits.nombres)
    total = sum(r.score for r in kept)
    if plain and (total + 1) * len(kept) <= CASES:
        served, proven = _by_score(enveloppe, kept, total), True
    else:
        served, proven = _by_solver(enveloppe, kept, limits)
    for i, yes in zip(possible, served, strict=True):
        chosen[i] = yes
    return chosen, proven


def _by_score(enveloppe: int, requests: Sequence[Demande], total: int) -> list[bool]:
    """least[s]: the smallest spending that reaches the score s with the requests seen so far, last first."""
    least = np.full(total + 1, INFINI, dtype=np.int64)
    least[0] = 0
    taken = []
    for request in reversed(requests):
        with_it = np.full(total + 1, INFINI, dtype=np.int64)
        with_it[request.score :] = least[: total + 1 - request.score] + request.maximum
        # At equal spending the earlier request is taken: it is the one that comes last here.
        better = with_it <= least
        better &= with_it < INFINI
        taken.append(np.packbits(better))
        least = np.where(better, with_it, least)
    reachable = np.flatnonzero(least <= enveloppe)
    score = int(reachable[-1])
    served = []
    for request, bits in zip(requests, reversed(taken), strict=True):
        yes = bool(bits[score >> 3] >> (7 - (score & 7)) & 1)
        served.append(yes)
        score -= request.score if yes else 0
    return served


def _by_solver(enveloppe: int, requests: Sequence[Demande], limits: Contraintes) -> tuple[list[bool], bool]:
    """The same choice under constraints: score first, then spending, then the order of the requests."""
    model, variables = _model(enveloppe, requests, limits)
    model.maximize(_score(requests, variables))
    best, first = _solve(model)
    if first is None:
        return [False] * len(requests), best
    score = round(first.objective_value)
    model.add(_score(requests, variables) == score)
    model.minimize(_spent(requests, variables))
    least, second = _solve(model)
    if second is None:
        return [bool(first.value(v)) for v in variables], False
    spent = round(second.objective_value)
    return _earliest(enveloppe, requests, limits, score, spent) or [
        bool(second.value(v)) for v in variables
    ], best and least


def _earliest(
    enveloppe: int, requests: Sequence[Demande], limits: Contraintes, score: int, spent: int
) -> list[bool] | None:
    """Of all the choices of that score and that spending, the one that serves the earliest requests."""
    model, variables = _model(enveloppe, requests, limits)
    model.add(_score(requests, variables) == score)
    model.add(_spent(requests, variables) == spent)
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


def _model(
    enveloppe: int, requests: Sequence[Demande], limits: Contraintes
) -> tuple[cp_model.CpModel, list[cp_model.IntVar]]:
    model = cp_model.CpModel()
    variables = [model.new_bool_var(f"x{i}") for i in range(len(requests))]
    model.add(sum(r.maximum * v for r, v in zip(requests, variables, strict=True)) <= enveloppe)
    for region in sorted(set(limits.planchers) | set(limits.plafonds)):
        inside = [(r, v) for r, v in zip(requests, variables, strict=True) if r.region == region]
        spent = sum(r.maximum * v for r, v in inside)
        if inside and region in limits.plafonds:
            model.add(spent <= limits.plafonds[region])
        if inside and region in limits.planchers:
            model.add(spent >= min(limits.planchers[region], sum(r.maximum for r, _ in inside)))
    for name, most in sorted(limits.nombres.items()):
        model.add(sum(v for r, v in zip(requests, variables, strict=True) if r.classe == name) <= most)
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
