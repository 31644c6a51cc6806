"""Freezing the reference of a gain: what a person may write, and why.

Rule: the quantity is frozen at notification so that volume cannot inflate a price gain; a documented estimate
may replace the last twelve months (new need, changed perimeter), with its author and its reason (choice: the
annex of the note d'information DGOS/PF1/2019/183 was not found).
"""

from decimal import Decimal

from fanal.depenses.compute.gains_reference import ANCIEN_MARCHE, DOUZE_MOIS, ESTIMATION
from fanal.refus import Refus

SOURCES = {
    DOUZE_MOIS: "Moyenne pondérée des douze mois d'avant",
    ANCIEN_MARCHE: "Prix de l'ancien marché",
    ESTIMATION: "Estimation motivée",
}
MOTIF_MAX = 1000
PRIX_MAX, QUANTITE_MAX = Decimal(10) ** 9, Decimal(10) ** 12


def check_gel(
    *, source: str, prix: Decimal | None, quantite: Decimal | None, motif: str, remplace: bool
) -> None:
    """A reference may be frozen. *remplace*: one is already frozen, which only a reason replaces."""
    if source not in SOURCES:
        raise Refus("Choisissez d'où vient la référence.")
    if source == ESTIMATION and not motif.strip():
        raise Refus("Dites sur quoi repose cette estimation : le motif est gardé avec elle.")
    if remplace and not motif.strip():
        raise Refus(
            "Cette référence est déjà gelée. Dites pourquoi vous la remplacez : l'ancienne est gardée."
        )
    if len(motif) > MOTIF_MAX:
        raise Refus(f"Ce motif est trop long : {MOTIF_MAX} caractères au plus.")
    if prix is None or quantite is None:
        raise Refus(
            "Aucun achat d'avant ne donne de prix ni de quantité à ce produit. Saisissez une estimation."
        )
    if not 0 < prix < PRIX_MAX:
        raise Refus("Le prix de référence est un montant en euros TTC, plus grand que zéro.")
    if not 0 < quantite < QUANTITE_MAX:
        raise Refus("La quantité de référence est un nombre de pièces sur douze mois, plus grand que zéro.")


def check_verrou(attendu: str, actuel: str) -> None:
    """Nobody froze another reference of this action while the page was open."""
    if attendu != actuel:
        raise Refus(
            "Une référence de cette action vient d'être gelée par quelqu'un d'autre. Relisez la page, puis "
            "recommencez si besoin."
        )
