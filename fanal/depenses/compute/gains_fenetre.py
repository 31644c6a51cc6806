"""The twelve months of an action as the lake knows them: what has elapsed, what was deposited.

Rule: a gain counts twelve months from the first order, by days (DGOS results of 2021; days are a choice of
the rule set "phare-2019").
"""

from collections.abc import Collection
from datetime import date

from fanal.achats.compute import RegleGains, fenetre
from fanal.depenses.compute.gains_valeurs import Fenetre
from fanal.prix.compute.ecriture import decaler, premier_du_mois


def mois_entre(debut: date, fin: date) -> list[date]:
    """The first days of the months that [debut, fin[ touches."""
    found, month = [], premier_du_mois(debut)
    while month < fin:
        found.append(month)
        month = decaler(month, 1)
    return found


def ouvrir(debut: date, *, regle: RegleGains, le: date, deposes: Collection[date]) -> Fenetre:
    """The window opened by the first order, on day *le*; *deposes*: months (first days) that have lines.

    A month without any line of the establishment is missing, not zero: its days are not covered.
    """
    whole = fenetre(debut, mois=regle.fenetre_mois)
    end = min(whole.fin, le)
    elapsed = max(0, (end - debut).days)
    covered, missing = 0, []
    for month in mois_entre(debut, end):
        if month in deposes:
            covered += (min(end, decaler(month, 1)) - max(debut, month)).days
        else:
            missing.append(month)
    return Fenetre(debut, whole.fin, whole.jours, elapsed, covered, tuple(missing))
