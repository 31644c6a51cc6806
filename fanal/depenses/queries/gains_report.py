"""What a civil year gains: the actions of its plan, and those of the year before that run into it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from fanal.achats.compute import RegleGains
from fanal.achats.queries.performance import regle
from fanal.depenses.compute.gains_report import Montants, deborde, des_mois, parts, sommer
from fanal.depenses.compute.gains_statut import ABANDONNEE, CAUSE
from fanal.depenses.queries.gains import ActionProuvee

ECARTEES = {ABANDONNEE, CAUSE}
INCONNUS = Montants()


@dataclass(frozen=True)
class Reportee:
    """An action whose window began the year before: its part of this year.

    `part` is pro rata of time, as the rule says; `des_mois` the gain of the very months of the year.
    """

    preuve: ActionProuvee
    debut: date
    part: Montants
    des_mois: Decimal | None


@dataclass(frozen=True)
class AnneeCivile:
    """The gains of a civil year: `total` = `nouvelles` + `report`, link by link."""

    reportees: tuple[Reportee, ...] = ()
    nouvelles: Montants = INCONNUS
    report: Montants = INCONNUS
    total: Montants = INCONNUS


def debut_de(action: ActionProuvee) -> date | None:
    """The first order: declared, else the first one seen."""
    window = action.mesure.fenetre
    return action.lue.debut if window is None else window.debut


def annee_civile(
    annee: int, du_plan: Sequence[ActionProuvee], d_avant: Sequence[ActionProuvee]
) -> AnneeCivile:
    """The civil year *annee* from the proofs of its plan and of the plan before.

    An action of this plan that began the year before is a carry-over too, unless the plan before already
    had it: it counts once, where it was first. Raises `Inutilisable` when a plan has actions and no rules.
    """
    rules = cache(regle)  # a plan has thousands of actions, and one rule
    before = [a for a in d_avant if a.mesure.declare is not None and _commence(a, annee - 1)]
    known = {_cle(a) for a in before}
    late = [a for a in du_plan if _commence(a, annee - 1) and _cle(a) not in known]
    carried = tuple(_reportees([*before, *late], annee, rules))
    new = sommer(
        parts(a.mesure, day, regle=rules(a.lue.annee))[0]
        for a in du_plan
        if (day := debut_de(a)) is not None and day.year == annee and _compte(a)
    )
    report = sommer(r.part for r in carried)
    return AnneeCivile(carried, new, report, sommer((new, report)))


def _reportees(
    actions: Iterable[ActionProuvee], annee: int, regles: Callable[[int], RegleGains]
) -> Iterable[Reportee]:
    for action in actions:
        rules, start = regles(action.lue.annee), debut_de(action)
        if start is not None and _compte(action) and deborde(start, regle=rules):
            part = parts(action.mesure, start, regle=rules)[1]
            yield Reportee(action, start, part, des_mois(action.mesure, annee))


def _commence(action: ActionProuvee, annee: int) -> bool:
    start = debut_de(action)
    return start is not None and start.year == annee


def _cle(action: ActionProuvee) -> tuple[int, str]:
    return action.lue.ght.pk, action.lue.action.identifiant


def _compte(action: ActionProuvee) -> bool:
    """Neither abandoned, nor a fall of prices that the method leaves out, nor without a declared gain."""
    return action.mesure.declare is not None and not ECARTEES & set(action.mesure.motifs)
