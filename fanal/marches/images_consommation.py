"""Euros by month, as a picture that stays readable on a narrow screen."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from fanal.interface.images import Image
from fanal.interface.images_temps import Periode, frise
from fanal.interface.nombres import ecrire_montant

MOIS_MAX = 12
EN_MILLIERS = Decimal(10_000)  # from this amount on, labels are thousands


def par_mois(mois: Mapping[date, Decimal], debut_du_titre: str) -> Image | None:
    """The last twelve months that have an amount, the heaviest named; None with fewer than two."""
    if len(mois) < 2:
        return None
    kept = sorted(mois.items())[-MOIS_MAX:]
    when, top = max(kept, key=lambda m: m[1])
    thousands = top >= EN_MILLIERS
    divisor = Decimal(1000) if thousands else Decimal(1)
    periods = [Periode(f"{m:%m/%Y}", round(v / divisor), ecrire_montant(v) or "") for m, v in kept]
    unit = "milliers d'euros HT" if thousands else "euros HT"
    note = f"{unit[0].upper()}{unit[1:]}, par mois de commande."
    if len(kept) < len(mois):
        note += f" Les {len(kept)} derniers mois seulement, sur {len(mois)}."
    title = f"{debut_du_titre} : {when:%m/%Y}, {ecrire_montant(top, 0)}"
    return frise(title, periods, unit, note)
