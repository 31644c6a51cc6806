"""What a row of a list must be to be recorded."""

from collections.abc import Iterable
from datetime import date

from fanal.refus import Refus


def check_periode(debut: date, fin: date | None) -> None:
    """A funding ends no earlier than it begins."""
    if fin is not None and fin < debut:
        raise Refus(
            f"La prise en charge finirait le {fin:%d/%m/%Y}, avant son début ({debut:%d/%m/%Y}). "
            "Corrigez l'une des deux dates."
        )


def check_recouvrement(debut: date, fin: date | None, autres: Iterable[tuple[date, date | None]]) -> None:
    """Two rows of a drug on a list, for the same indication, do not cover the same day."""
    for autre_debut, autre_fin in autres:
        commence_avant = autre_fin is None or debut <= autre_fin
        if commence_avant and (fin is None or autre_debut <= fin):
            jusqu = f"au {autre_fin:%d/%m/%Y}" if autre_fin else "sans date de fin"
            raise Refus(
                f"Ce médicament est déjà inscrit sur cette liste du {autre_debut:%d/%m/%Y}, {jusqu}. "
                "Donnez d'abord une date de fin à cette inscription."
            )
