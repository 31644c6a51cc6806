"""Calendar months: how many, and which first days of month may be a common start."""

from calendar import monthrange
from datetime import date

DERNIERE_ANNEE = 9999


def ajouter_mois(jour: date, mois: int) -> date:
    """*jour* moved by *mois* calendar months, brought back to the last day of a shorter month.

    Raises OverflowError past the last year of the calendar.
    """
    rang = jour.year * 12 + jour.month - 1 + mois
    annee, numero = rang // 12, rang % 12 + 1
    if not 1 <= annee <= DERNIERE_ANNEE:
        raise OverflowError(f"{mois} mois après le {jour:%d/%m/%Y}")
    return date(annee, numero, min(jour.day, monthrange(annee, numero)[1]))


def mois_entre(debut: date, fin: date) -> int:
    """The whole months from *debut* that reach *fin*: the smallest k with *debut* + k months >= *fin*."""
    mois = (fin.year - debut.year) * 12 + fin.month - debut.month
    return max(0, mois if debut.day >= fin.day else mois + 1)


def mois_suivant(jour: date) -> date:
    """The first day of a month on or after *jour*: where waiting starts to be counted."""
    return jour if jour.day == 1 else ajouter_mois(jour.replace(day=1), 1)


def departs(le: date, premier_mois: int, horizon_mois: int, pas_mois: int = 1) -> list[date]:
    """The candidate starts: first days of month, from *premier_mois* to *horizon_mois* months ahead."""
    debut = mois_suivant(le)
    return [ajouter_mois(debut, k) for k in range(premier_mois, horizon_mois + 1, pas_mois)]
