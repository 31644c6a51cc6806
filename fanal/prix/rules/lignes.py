"""What forbids changing one line of a price list."""

from datetime import date
from decimal import Decimal

from fanal.prix.compute.ecriture import ecrire_prix
from fanal.refus import Refus

AVIS = {"favorable": "Favorable", "reserve": "Favorable avec réserve", "defavorable": "Défavorable"}


def check_avis(avis: str, le: date | None, aujourd_hui: date) -> None:
    """An opinion has a date, not to come."""
    if avis and avis not in AVIS:
        raise Refus("Cet avis n'est pas prévu. Choisissez-le dans la liste.")
    if avis and le is None:
        raise Refus("Donnez la date de la séance de la COMEDIMS.")
    if avis and le is not None and le > aujourd_hui:
        raise Refus(f"La séance du {le:%d/%m/%Y} n'a pas encore eu lieu. Vérifiez la date.")


def check_ligne_vivante(fin: date | None, le: date) -> None:
    """An expired line never moves."""
    if fin is not None and fin < le:
        raise Refus(f"Cette ligne est échue depuis le {fin:%d/%m/%Y} : son prix ne change plus.")


def check_promotion(prix: Decimal, en_vigueur: Decimal | None) -> None:
    """A promotion lowers a price."""
    if en_vigueur is None:
        raise Refus("Cette ligne n'a pas encore de prix à cette date : une promotion n'a pas de base.")
    if prix >= en_vigueur:
        raise Refus(f"Une promotion baisse le prix : il est de {ecrire_prix(en_vigueur)} à cette date.")


def check_prix_change(prix: Decimal, en_vigueur: Decimal) -> None:
    """Writing the same price again says nothing."""
    if prix == en_vigueur:
        raise Refus(f"Le prix est déjà de {ecrire_prix(en_vigueur)} à cette date.")
