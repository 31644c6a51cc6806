"""The gains of a civil year: of the actions that begin in it, and carried over from the year before.

Rule: a gain counts twelve months from the first order, in proportion to time in each civil year; the part
that falls in the next year is its "effet report" (DGOS results of 2021). What was declared or signed is cut
over the whole window. What was ordered or invoiced is known for some days of it only: it is cut over those,
which is the same once the window is over and every month deposited. The first year is rounded to the cent and
the next takes the rest: both add up exactly.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from fanal.achats.compute import Part, RegleGains, couper, fenetre
from fanal.depenses.compute.gains_fenetre import mois_entre
from fanal.depenses.compute.gains_valeurs import Fenetre, Mesure
from fanal.prix.compute.ecriture import decaler

CENTIME = Decimal("0.01")


@dataclass(frozen=True)
class Montants:
    """Euros incl. VAT at each link of the chain; `None` is not known, never zero."""

    declare: Decimal | None = None
    signe: Decimal | None = None
    commande: Decimal | None = None
    facture: Decimal | None = None


CHAMPS = ("declare", "signe", "commande", "facture")


def couper_connu(gain: Decimal, connue: Fenetre, *, regle: RegleGains) -> Part:
    """Cut what orders show between the two civil years, over the days (or months) that are known."""
    first, second = _connus(connue, regle)
    if not first + second:
        return couper(gain, connue.debut, regle=regle)
    year = (gain * first / (first + second)).quantize(CENTIME, ROUND_HALF_UP)
    return Part(annee=year, suivante=gain - year)


def _connus(connue: Fenetre, regle: RegleGains) -> tuple[int, int]:
    """The known days of the window (or its months) in the year of its first order and in the next."""
    end = connue.debut + timedelta(days=connue.ecoules)
    first = second = 0
    for rank, month in enumerate(mois_entre(connue.debut, end)):
        if month in connue.mois_absents:
            continue
        if regle.unite_fenetre == "jour":
            weight = (min(end, decaler(month, 1)) - max(connue.debut, month)).days
        else:
            # The month of the first order counts as a whole one: the thirteenth that is touched does not.
            weight = int(rank < regle.fenetre_mois)
        if month.year == connue.debut.year:
            first += weight
        else:
            second += weight
    return first, second


def parts(mesure: Mesure, debut: date, *, regle: RegleGains) -> tuple[Montants, Montants]:
    """What an action brings to the civil year of its first order, and to the next."""
    window = mesure.fenetre
    cut: dict[str, Part] = {}
    for name in CHAMPS:
        gain = getattr(mesure, name)
        if gain is None:
            continue
        if window is None or name in ("declare", "signe"):
            cut[name] = couper(gain, debut, regle=regle)
        else:
            cut[name] = couper_connu(gain, window, regle=regle)
    return (
        Montants(**{name: part.annee for name, part in cut.items()}),
        Montants(**{name: part.suivante for name, part in cut.items()}),
    )


def deborde(debut: date, *, regle: RegleGains) -> bool:
    """Whether the window of a first order crosses the end of its civil year."""
    whole = fenetre(debut, mois=regle.fenetre_mois)
    return (whole.jours_suivante if regle.unite_fenetre == "jour" else whole.mois_suivante) > 0


def des_mois(mesure: Mesure, annee: int) -> Decimal | None:
    """The gain of the very months of a civil year, as ordered; `None` when the action is not measured."""
    if mesure.commande is None:
        return None
    gains = (m.gain for p in mesure.produits for m in p.mois if m.mois.year == annee)
    return sum(gains, Decimal("0.00"))


def sommer(montants: Iterable[Montants]) -> Montants:
    """The sum link by link; what is not known is left out, and a sum of nothing known is not known."""
    rows = list(montants)
    sums = {}
    for name in CHAMPS:
        known = [value for row in rows if (value := getattr(row, name)) is not None]
        sums[name] = sum(known, Decimal("0.00")) if known else None
    return Montants(**sums)
