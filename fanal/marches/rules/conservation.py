"""Letting papers go: at their term, once, under a visa."""

from datetime import date

from fanal.achats.rules.mots import jour
from fanal.refus import Refus


def check_eliminer(*, due: date | None, deja: bool, le: date, visa: str | None, visa_le: date | None) -> None:
    """*visa* None asks about the button alone."""
    if deja:
        raise Refus("Ce dossier a déjà été éliminé ou versé.")
    if due is None:
        raise Refus(
            "La durée de conservation ne court pas encore : la date de notification, ou celle du dernier "
            "paiement, manque."
        )
    if le < due:
        raise Refus(f"Ce dossier se conserve jusqu'au {jour(due)}. Rien ne peut partir avant.")
    if visa is None:
        return
    if not visa.strip():
        raise Refus("Indiquez la référence du visa du service d'archives : sans lui, rien ne part.")
    if visa_le is None or visa_le > le:
        raise Refus("La date du visa est à venir ou manque. Corrigez-la.")
