"""The schedule of procedures: what each expiring contract asks for, when, and how much work it is."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from fanal.procedures.compute.charge import Travail
from fanal.procedures.compute.retroplanning import JalonPrevu, lancement

UN_JOUR = timedelta(days=1)


@dataclass(frozen=True)
class Programme:
    """The days of a procedure: work begins, call launched, contract executable.

    `retard`: by how many days the work should already have begun; 0 when it may still begin in time.
    """

    debut: date
    lancement: date | None
    besoin: date
    retard: int


def programmer(jalons: list[JalonPrevu], le: date) -> Programme:
    """The days that milestones give, seen on day *le*."""
    debut = jalons[0].le
    return Programme(debut, lancement(jalons), jalons[-1].le, max((le - debut).days, 0))


def besoin_apres(fin: date, le: date) -> date:
    """The day from which the successor is needed: the day after the end, never in the past."""
    return max(fin + UN_JOUR, le)


def travail(programme: Programme, fonction: str, jours: Decimal, le: date) -> Travail:
    """The work of a programme; what should have begun already is laid from *le*, over the same length."""
    if programme.debut >= le:
        return Travail(fonction, jours, programme.debut, programme.besoin - UN_JOUR)
    duree = programme.besoin - UN_JOUR - programme.debut
    return Travail(fonction, jours, le, le + duree)
