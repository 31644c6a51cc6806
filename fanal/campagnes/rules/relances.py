"""Reminders sent on demand: what forbids them."""

from fanal.refus import Refus


def check_relance(choisis: int) -> None:
    """Somebody is chosen."""
    if not choisis:
        raise Refus("Aucun destinataire n'est choisi : cochez au moins un répondant, puis relancez.")
