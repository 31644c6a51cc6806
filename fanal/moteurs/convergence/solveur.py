"""The exact minimum, start by start.

Contracts only meet through their short contracts: those of one segment answer one homogeneous need, so that
their amounts add up against the thresholds (R2121-6 CCP and the appreciation at GHT level). Without that
meeting each contract takes its cheapest option; with it the choice is an integer programme, solved by CP-SAT
to proven optimality. What is left out beforehand is only what can never be in a better answer.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import date
from typing import NamedTuple

from ortools.sat.python import cp_model

from fanal.moteurs.convergence.calendrier import departs
from fanal.moteurs.convergence.empreinte import empreinte
from fanal.moteurs.convergence.modele import (
    COURTS,
    ORDRE,
    Acte,
    Contrat,
    Option,
    Proposition,
    Regles,
    Requete,
    Resultat,
)
from fanal.moteurs.convergence.options import centimes, options_de


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


def proposer(requete: Requete, dates: Iterable[date] | None = None) -> Resultat:
    """The cheapest proposition of each candidate start (those of the rules unless *dates* names others)."""
    r = requete.regles
    if dates is None:
        dates = departs(requete.le, r.delai_preparation_mois, r.horizon_mois, r.pas_mois)
    trouvees = [resoudre(requete, jour) for jour in dates] if requete.contrats else []
    return Resultat(requete, tuple(sorted(trouvees, key=lambda p: (p.cout, p.depart))), empreinte(requete))


def resoudre(requete: Requete, depart: date) -> Proposition:
    """The cheapest lawful set of acts for one start; equal costs are settled the same way each time."""
    regles = requete.regles
    tables = [_table(contrat, depart, requete) for contrat in requete.contrats]
    dispense = _choisir(tables, Acte.MARCHE_COURT, regles)
    consultation = centimes(regles.administratif["consultation"]) if _consultable(regles) else 0
    adapte = _choisir(tables, Acte.MARCHE_COURT_ADAPTE, regles)
    with_courts = any(o.acte is Acte.MARCHE_COURT_ADAPTE for o in adapte[0])
    frais = consultation if with_courts else 0
    if with_courts and _somme(adapte[0]) + frais < _somme(dispense[0]):
        return Proposition(depart, adapte[0], frais, adapte[1] and dispense[1])
    return Proposition(depart, dispense[0], 0, adapte[1] and dispense[1])


def _consultable(regles: Regles) -> bool:
    return "consultation" in regles.administratif


def _somme(options: Sequence[Option]) -> int:
    return sum(o.total for o in options)


def _rang(option: Option) -> tuple[int, int, date, str]:
    """Which of two options of one contract is taken first: cheaper, then simpler, then earlier."""
    return option.total, ORDRE[option.acte], option.sortie, option.motif


def _table(contrat: Contrat, depart: date, requete: Requete) -> tuple[Option, dict[Acte, list[Option]]]:
    """The cheapest option that concerns this contract alone, and the short ones that would cost less."""
    options, _ = options_de(contrat, depart, requete.le, requete.regles)
    seule = min((o for o in options if o.acte not in COURTS), key=_rang)
    courtes = {acte: _utiles(options, acte, seule.total) for acte in COURTS}
    return seule, courtes


def _utiles(options: Iterable[Option], acte: Acte, plafond: int) -> list[Option]:
    """Short options cheaper than *plafond*, each one cheaper than all those that engage no more."""
    gardees: list[Option] = []
    for option in sorted((o for o in options if o.acte is acte), key=lambda o: (o.montant, *_rang(o))):
        if option.total < min(plafond, *(g.total for g in gardees), plafond):
            gardees.append(option)
    return gardees


def _choisir(
    tables: Sequence[tuple[Option, dict[Acte, list[Option]]]], acte: Acte, regles: Regles
) -> tuple[tuple[Option, ...], bool]:
    """The cheapest choice when short contracts are all of the kind *acte*, and whether that is proved."""
    seuil = regles.seuil_marche_court if acte is Acte.MARCHE_COURT else regles.seuil_marche_court_adapte
    seules = tuple(table[0] for table in tables)
    courtes = [table[1][acte] for table in tables]
    if seuil is None or not any(courtes):
        return seules, True
    capacite = centimes(seuil) - 1  # the threshold itself is excluded
    ideales = tuple(c[-1] if c else s for s, c in zip(seules, courtes, strict=True))
    if sum(o.montant for o in ideales if o.acte is acte) <= capacite:
        return ideales, True
    return _programme(seules, courtes, capacite)


def _programme(
    seules: tuple[Option, ...], courtes: Sequence[Sequence[Option]], capacite: int
) -> tuple[tuple[Option, ...], bool]:
    """Which contracts take a short one when they cannot all: the largest saving within the threshold."""
    objets = [
        Objet(rang, i, seules[rang].total - option.total, option.montant)
        for rang, options in enumerate(courtes)
        for i, option in enumerate(options)
    ]
    choisis, prouve = _chercher(objets, capacite)
    retenus = {o.groupe: courtes[o.groupe][o.rang] for o in choisis}
    return tuple(retenus.get(rang, seule) for rang, seule in enumerate(seules)), prouve


def _chercher(objets: Sequence[Objet], capacite: int) -> tuple[list[Objet], bool]:
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
