"""Gain and performance of one action, in exact decimals.

A gain is what was paid before less what is paid now: positive for a saving, negative for a loss, and losses
count (indicator "performance économique de l'achat": savings and losses due to the buyer). Sources: DGOS
results of 2021 for price gains and performance, PHARE questions and answers for investments.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from fanal.achats.compute.regle import RegleGains

INVESTISSEMENT = "investissement"
# Where a reference amount comes from; the last one is at the NEW price, hence on the operator basis.
DECLAREE, PRIX_QUANTITE, PERIMETRE = "declaree", "prix_quantite", "perimetre"


@dataclass(frozen=True)
class Reference:
    """The amount a gain is compared with, in euros, and where it comes from."""

    montant: Decimal
    origine: str

    @property
    def base_operateur(self) -> bool:
        """True when the amount is at the new price: performance must then be converted."""
        return self.origine == PERIMETRE


@dataclass(frozen=True)
class Correction:
    """Figures that would hold had the reference amount been keyed at the new price."""

    reference: Decimal
    performance: Decimal


def amortization(nature: str | None, duree: int | None, *, regle: RegleGains) -> int | None:
    """Years an amount is divided by: 1, or those of an investment; None when they are missing."""
    if nature != INVESTISSEMENT or not regle.investissement_divise:
        return 1
    return duree if duree and duree > 0 else None


def gain_prix(
    prix_reference: Decimal,
    prix_nouveau: Decimal,
    quantite: Decimal,
    *,
    regle: RegleGains,
    nature: str | None = None,
    duree: int | None = None,
) -> Decimal | None:
    """(P0 - P1) x Q over a year, divided by the amortisation years of an investment.

    The quantity is the one frozen at notification, so that volume cannot inflate a price gain. The printed
    "SN - SR" of the PHARE questions has the wrong sign: a gain is SR - SN. None when the years are missing.
    """
    annees = amortization(nature, duree, regle=regle)
    return None if annees is None else (prix_reference - prix_nouveau) * quantite / annees


def gain_volume(prix_reference: Decimal, quantite_evitee: Decimal) -> Decimal:
    """P0 x the quantity that the buyer's action avoids at constant activity (never a drop in activity)."""
    return prix_reference * quantite_evitee


def gain_process(cout_avant: Decimal, cout_apres: Decimal) -> Decimal:
    """Documented cost avoided by another way of working, negative when it costs more."""
    return cout_avant - cout_apres


def choose_reference(action: Mapping[str, Any], *, regle: RegleGains) -> Reference | None:
    """Reference amount of an action: the declared one, else P0 x Q, else the treated perimeter.

    `action` has the columns of the `paat` format with Decimal amounts; None when nothing gives it.
    """
    declaree = action.get("montant_reference_ttc")
    if declaree is not None:
        return Reference(declaree, DECLAREE)
    prix, quantite = action.get("prix_reference_ttc"), action.get("quantite_reference")
    annees = amortization(action.get("nature_depense"), action.get("duree_amortissement"), regle=regle)
    if prix is not None and quantite is not None and annees is not None:
        return Reference(prix * quantite / annees, PRIX_QUANTITE)
    perimetre = action.get("perimetre_traite_ttc")
    return None if perimetre is None else Reference(perimetre, PERIMETRE)


def performance(gain: Decimal, reference: Reference) -> Decimal | None:
    """Gain over the amount at the reference price (below 1 unless the new price is zero or less).

    On a perimeter keyed at the new price, the quotient r is converted to r / (1 + r), that is
    gain / (perimeter + gain). None when the denominator is not positive.
    """
    base = reference.montant + gain if reference.base_operateur else reference.montant
    return gain / base if base > 0 else None


def performance_operateur(gain: Decimal, perimetre: Decimal) -> Decimal | None:
    """Gain over the perimeter at the NEW price, as purchasing operators print it; may exceed 1."""
    return gain / perimetre if perimetre > 0 else None


def to_reference_basis(taux_operateur: Decimal) -> Decimal | None:
    """r / (1 + r): an operator-basis performance on the reference basis; None when r is -1 or less."""
    return taux_operateur / (1 + taux_operateur) if taux_operateur > -1 else None


def to_operator_basis(taux_reference: Decimal) -> Decimal | None:
    """r / (1 - r): the inverse conversion; None when r is 1 or more."""
    return taux_reference / (1 - taux_reference) if taux_reference < 1 else None


def corrected(gain: Decimal, reference: Decimal) -> Correction | None:
    """Figures to offer when a gain exceeds its reference: the reference was likely keyed at the new price."""
    if gain <= reference or reference + gain <= 0:
        return None
    return Correction(reference + gain, gain / (reference + gain))


def weight(gain: Decimal, total: Decimal) -> Decimal | None:
    """Share of an action in its declarant's total gains ("poids de l'action dans les gains")."""
    return gain / total if total > 0 else None


def couverture_cumulee(taux: list[Decimal | None]) -> Decimal | None:
    """Sum of yearly coverage rates, which may exceed 1 (a purchase renewed twice counts twice).

    Published over three years by the DGOS. None unless every year is known: a missing year is not zero.
    """
    connus = [t for t in taux if t is not None]
    return sum(connus, Decimal(0)) if connus and len(connus) == len(taux) else None
