"""The months during which a gain counts, and its exact split between two civil years.

Rule: a gain counts twelve months from the first order, in proportion to time in each civil year (DGOS
results of 2021, comments on rejected lines). The sources do not say whether time is counted in days or in
months: the rule set says which (days in "phare-2019"), and months are shown beside. The opening year gets
its share rounded half up to the cent (away from zero, so that a loss mirrors a gain); the next year gets the
rest, so that both add up exactly.
"""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

import polars as pl
from dateutil.relativedelta import relativedelta

from fanal.achats.compute.regle import RegleGains

CENTIME = Decimal("0.01")


@dataclass(frozen=True)
class Fenetre:
    """[ouverture, fin[ : `jours` in all, of which `jours_annee` in the opening civil year."""

    ouverture: date
    fin: date
    jours: int
    jours_annee: int
    mois: int
    mois_annee: int

    @property
    def jours_suivante(self) -> int:
        """Days falling in the next civil year (the carry-over)."""
        return self.jours - self.jours_annee

    @property
    def mois_suivante(self) -> int:
        """Months falling in the next civil year, the month of the first order counting as a whole one."""
        return self.mois - self.mois_annee


@dataclass(frozen=True)
class Part:
    """A gain split between the year of the first order and the next one; `annee + suivante` is the gain."""

    annee: Decimal
    suivante: Decimal


@lru_cache(maxsize=10_000)  # thousands of actions begin on the same few days
def fenetre(ouverture: date, *, mois: int = 12) -> Fenetre:
    """Window opened by a first order. A window opened on 29 February ends before 28 February."""
    fin = ouverture + relativedelta(months=mois)
    janvier = date(ouverture.year + 1, 1, 1)
    return Fenetre(
        ouverture=ouverture,
        fin=fin,
        jours=(fin - ouverture).days,
        jours_annee=(min(fin, janvier) - ouverture).days,
        mois=mois,
        mois_annee=min(mois, 13 - ouverture.month),
    )


def couper(gain: Decimal, ouverture: date, *, regle: RegleGains) -> Part:
    """Split an annual gain in euros between the two civil years of its window, exact to the cent."""
    f = fenetre(ouverture, mois=regle.fenetre_mois)
    dans, sur = (f.jours_annee, f.jours) if regle.unite_fenetre == "jour" else (f.mois_annee, f.mois)
    annee = (gain * dans / sur).quantize(CENTIME, ROUND_HALF_UP)
    return Part(annee=annee, suivante=gain - annee)


def temps_expr(ouverture: pl.Expr, *, regle: RegleGains) -> tuple[pl.Expr, pl.Expr]:
    """Days (or months) of the window in the civil year of `ouverture` (a Date), and in the whole window."""
    if regle.unite_fenetre == "jour":
        fin = ouverture.dt.offset_by(f"{regle.fenetre_mois}mo")
        janvier = pl.date(ouverture.dt.year() + 1, 1, 1)
        return (pl.min_horizontal(fin, janvier) - ouverture).dt.total_days(), (
            fin - ouverture
        ).dt.total_days()
    mois = pl.lit(regle.fenetre_mois, pl.Int64)
    return pl.min_horizontal(mois, 13 - ouverture.dt.month().cast(pl.Int64)), mois


def part_expr(montant: pl.Expr, dans: pl.Expr, sur: pl.Expr) -> pl.Expr:
    """Part of `montant` (integer cents) in the opening year, given both of `temps_expr`; null if any is."""
    return montant.sign() * ((2 * montant.abs() * dans + sur) // (2 * sur))
