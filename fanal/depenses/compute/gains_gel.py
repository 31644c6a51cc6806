"""When the reference of an action may be frozen by itself, and what it waits for otherwise.

Rule: the quantity at constant activity is frozen at notification (DGOS/PF1/2019/183). Choice: nothing is
frozen before every month of the reference is received, since a frozen quantity no longer moves.
"""

from collections.abc import Collection, Sequence
from datetime import date

from dateutil.relativedelta import relativedelta

from fanal.depenses.compute.gains_fenetre import mois_entre
from fanal.prix.compute.ecriture import MOIS, decaler

ATTEND = "La référence n'est pas encore gelée : "
CITES = 4


def mois_a_recevoir(debut: date, *, mois: int, le: date, deposes: Collection[date]) -> tuple[date, ...]:
    """The months (first days) before the first order that are not received on day *le*.

    *deposes*: months that have lines. A month that is not over is not received, whatever it holds.
    """
    wanted = mois_entre(debut - relativedelta(months=mois), debut)
    return tuple(m for m in wanted if m not in deposes or decaler(m, 1) > le)


def dire_attente(*, debut: date | None, notifiee: bool, le: date, absents: Sequence[date], neuf: bool) -> str:
    """Why the reference of a measurable action is not frozen. *neuf*: nothing was bought before."""
    if debut is None:
        return f"{ATTEND}la date de première commande n'est pas connue."
    if debut >= le:
        return f"{ATTEND}la première commande n'est pas encore passée."
    if not notifiee:
        return f"{ATTEND}l'action n'est pas notifiée."
    if absents:
        return f"{ATTEND}{_citer(absents)}, avant la première commande, {_manquent(len(absents))}."
    if neuf:
        return f"{ATTEND}aucun achat d'avant n'en donne le prix. Une estimation motivée peut la remplacer."
    return f"{ATTEND}elle le sera d'elle-même d'ici demain."


def _manquent(nombre: int) -> str:
    return "n'est pas entièrement reçu" if nombre == 1 else "ne sont pas entièrement reçus"


def _citer(mois: Sequence[date]) -> str:
    named = [f"{MOIS[m.month - 1]} {m.year}" for m in mois[:CITES]]
    if len(mois) > CITES:
        left = len(mois) - CITES
        return f"{', '.join(named)} et {left} autre{'s' if left > 1 else ''} mois"
    return named[0] if len(named) == 1 else f"{', '.join(named[:-1])} et {named[-1]}"
