"""The reference of a gain, from the purchases of the months before.

Rule: historic price, or the price of the old contract when it is renewed (DGOS results of 2021). The
quantity is that of the last twelve months at constant activity, so that volume cannot inflate a price gain.
"""

from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from fanal.depenses.compute.gains_valeurs import GRATUITES, Achat, Reference

PRIX = Decimal("0.000001")
# Twelve decimals: times a quantity of a million, the mean price still gives the right cent.
PRIX_REFERENCE = Decimal("0.000000000001")
QUANTITE = Decimal("0.0001")
DOUZE_MOIS, ANCIEN_MARCHE, ESTIMATION = "douze_mois", "ancien_marche", "estimation"


def retenir(achats: Iterable[Achat], *, unites_gratuites: bool) -> list[Achat]:
    """The purchases that a mean price is taken over: free units only when the method counts them."""
    return [a for a in achats if unites_gratuites or a.type_ligne != GRATUITES]


def somme(achats: Iterable[Achat]) -> tuple[Decimal, Decimal]:
    """Quantity and amount whose VAT is known; credit notes, being negative, are deducted."""
    quantity = amount = Decimal(0)
    for achat in achats:
        quantity += achat.quantite - achat.sans_taux
        amount += achat.montant
    return quantity, amount


def prix_moyen(quantite: Decimal, montant: Decimal, precision: Decimal = PRIX) -> Decimal | None:
    """Amount over quantity, to the millionth unless told; `None` unless the quantity is positive."""
    if quantite <= 0:
        return None
    return (montant / quantite).quantize(precision, ROUND_HALF_UP)


def douze_mois(avant: Iterable[Achat], *, unites_gratuites: bool, du: date, au: date) -> Reference | None:
    """The weighted mean price and the quantity of the purchases before the first order.

    `None` when nothing was bought: a new need has no reference of its own. The quantity counts every line,
    even those whose VAT rate is unknown.
    """
    kept = retenir(avant, unites_gratuites=unites_gratuites)
    quantity, amount = somme(kept)
    price = prix_moyen(quantity, amount, PRIX_REFERENCE)
    if price is None:
        return None
    whole = sum((a.quantite for a in kept), Decimal(0))
    return Reference(price, whole.quantize(QUANTITE, ROUND_HALF_UP), DOUZE_MOIS, du=du, au=au)
