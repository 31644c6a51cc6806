"""The months during which a gain counts, and its exact split between two civil years.

Rule: a gain counts twelve months from the first order, in proportion to time in each civil year (DGOS
results of 2021, comments on rejected lines). The sources do not say whether time is counted in days or in
months: days are used, months are shown beside. The opening year gets its share rounded half up to the cent
(away from zero, so that a loss mirrors a gain); the next year gets the rest, so that both add up exactly.
"""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import polars as pl
from dateutil.relativedelta import relativedelta

CENTIME = Decimal("0.01")


@dataclass(frozen=True)
class Fenetre:
    """[ouverture, fin[ : `jours` in all, of which `jours_annee` in the opening civil year."""

    ouverture: date
    fin: date
    jours: int
    jours_annee: int
    mois_annee: int
    mois: int

    @property
    def jours_suivante(self) -> int:
        """Days falling in the next civil year (the carry-over)."""
        return self.jours - self.jours_annee

    @property
    def mois_suivante(self) -> int:
        """Months falling in the next civil year, when the month of the first order counts as whole."""
        return self.mois - self.mois_annee


@dataclass(frozen=True)
class Part:
    """A gain split between the year of the first order and the next one; `annee + suivante` is the gain."""

    annee: Decimal
    suivante: Decimal


def fenetre(ouverture: date, *, mois: int = 12) -> Fenetre:
    """Window opened by a first order. A window opened on 29 February ends before 28 February."""
    fin = ouverture + relativedelta(months=mois)
    janvier = date(ouverture.year + 1, 1, 1)
    return Fenetre(
        ouverture=ouverture,
        fin=fin,
        jours=(fin - ouverture).days,
        jours_annee=(min(fin, janvier) - ouverture).days,
        mois_annee=min(mois, 13 - ouverture.month),
        mois=mois,
    )


def couper(gain: Decimal, ouverture: date, *, mois: int = 12) -> Part:
    """Split an annual gain in euros between the two civil years of its window, exact to the cent."""
    f = fenetre(ouverture, mois=mois)
    annee = (gain * f.jours_annee / f.jours).quantize(CENTIME, ROUND_HALF_UP)
    return Part(annee=annee, suivante=gain - annee)


def part_ouverture_expr(montant: pl.Expr, ouverture: pl.Expr, *, mois: int = 12) -> pl.Expr:
    """Part of `montant` (integer cents) in the civil year of `ouverture` (a Date); null if either is."""
    fin = ouverture.dt.offset_by(f"{mois}mo")
    janvier = pl.date(ouverture.dt.year() + 1, 1, 1)
    jours = (fin - ouverture).dt.total_days()
    jours_annee = (pl.min_horizontal(fin, janvier) - ouverture).dt.total_days()
    return montant.sign() * ((2 * montant.abs() * jours_annee + jours) // (2 * jours))
