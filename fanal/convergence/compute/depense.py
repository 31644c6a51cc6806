"""What a contract costs each month: what was ordered, else its amount over its duration."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from fanal.moteurs.convergence import ajouter_mois

CENT = Decimal("0.01")
FENETRE_MOIS = 12


@dataclass(frozen=True)
class Depense:
    """Euros excl. VAT a month, None when nothing tells it, and where it comes from in words."""

    mensuelle: Decimal | None
    origine: str


def depense(
    par_mois: Mapping[date, Decimal],
    *,
    montant: Decimal | None,
    duree_mois: int | None,
    le: date,
    mois_minimum: int,
) -> Depense:
    """The mean of the last twelve whole months ordered, those before the first order left out.

    With fewer than *mois_minimum* such months, the amount divided by the duration (DECP, renewals included).
    *par_mois* is keyed by first days of month. A negative mean (more refunds than orders) is unknown.
    """
    courant = le.replace(day=1)
    debut = ajouter_mois(courant, -FENETRE_MOIS)
    premiers = [jour for jour in par_mois if jour < courant]
    if premiers:
        debut = max(debut, min(premiers))
        mois = (courant.year - debut.year) * 12 + courant.month - debut.month
        total = sum((m for jour, m in par_mois.items() if debut <= jour < courant), Decimal(0))
        if mois >= mois_minimum and total > 0:
            return Depense(_cents(total / mois), f"consommation moyenne des {mois} derniers mois")
    if montant is not None and montant > 0 and duree_mois:
        return Depense(_cents(montant / duree_mois), f"montant divisé par les {duree_mois} mois de durée")
    return Depense(None, "inconnue")


def _cents(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)
