"""The choice of short contracts under a threshold, as an integer programme solved by CP-SAT."""

from collections.abc import Mapping, Sequence, Set
from typing import NamedTuple

from ortools.sat.python import cp_model


class Objet(NamedTuple):
    """A short contract that may be chosen: its contract, its rank there, its saving and amount (cents)."""

    groupe: int
    rang: int
    gain: int
    poids: int


GRAINE = 1
# Effort, not seconds: the same input stops at the same place on any machine.
EFFORT = 120.0
EFFORT_SEUL = 2.0  # what one worker may spend before eight are called


def chercher(objets: Sequence[Objet], capacite: int) -> tuple[list[Objet], bool]:
    """The best items within the threshold, and whether nothing better exists.

    One worker, always the same, gives the same answer each time, and proves most cases in milliseconds. What
    it does not prove, eight workers do; which of the equal answers they meet depends on the machine's load,
    so that the one worker is then asked for an answer of that value.
    """
    modele, variables, gain = _modele(objets, capacite)
    lu = _solveur(1, EFFORT_SEUL)
    etat = lu.solve(modele)
    if etat != cp_model.OPTIMAL:
        lu = _solveur(8, EFFORT)
        etat = lu.solve(modele)
        if etat not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return [], False
        modele.add(gain >= round(lu.objective_value))
        constant = _solveur(1, EFFORT)
        lu = constant if constant.solve(modele) in (cp_model.OPTIMAL, cp_model.FEASIBLE) else lu
    return [o for o, v in variables.items() if lu.boolean_value(v)], etat == cp_model.OPTIMAL


def _solveur(ouvriers: int, effort: float) -> cp_model.CpSolver:
    solveur = cp_model.CpSolver()
    solveur.parameters.num_workers = ouvriers
    solveur.parameters.random_seed = GRAINE
    solveur.parameters.max_deterministic_time = effort
    return solveur


def _modele(
    objets: Sequence[Objet], capacite: int
) -> tuple[cp_model.CpModel, dict[Objet, cp_model.IntVar], cp_model.LinearExprT]:
    """The choice as a programme: its model, a variable per item, the gain to make as large as can be."""
    modele = cp_model.CpModel()
    variables = {o: modele.new_bool_var(f"c{o.groupe}_{o.rang}") for o in objets}
    groupes: dict[int, list[cp_model.IntVar]] = {}
    for objet, variable in variables.items():
        groupes.setdefault(objet.groupe, []).append(variable)
    for ensemble in groupes.values():
        if len(ensemble) > 1:
            modele.add_at_most_one(ensemble)
    modele.add(sum(v * o.poids for o, v in variables.items()) <= capacite)
    _rank_twins(modele, variables, {g for g, e in groupes.items() if len(e) == 1})
    gain = sum(v * o.gain for o, v in variables.items())
    modele.maximize(gain)
    return modele, variables, gain


def _rank_twins(
    modele: cp_model.CpModel, variables: Mapping[Objet, cp_model.IntVar], seuls: Set[int]
) -> None:
    """Among contracts that nothing tells apart, the first in order is served first."""
    derniers: dict[tuple[int, int], cp_model.IntVar] = {}
    for objet, variable in sorted(variables.items()):
        if objet.groupe not in seuls:
            continue
        jumeau = (objet.gain, objet.poids)
        if jumeau in derniers:
            modele.add_implication(variable, derniers[jumeau])
        derniers[jumeau] = variable
