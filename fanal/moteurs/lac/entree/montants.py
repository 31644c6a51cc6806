"""Whether an amount is the quantity times the price: by doubles where they are sure, else by integers."""

from typing import Any

import numpy as np

from fanal.moteurs.lac.entree.definition import Regles

# Beyond this distance of the tolerance, a double decides; nearer, exact integers do.
_DOUTE = 1e-6


def ecarts_de_montant(quantite: Any, prix: Any, montant: Any, regles: Regles) -> Any:
    """Which amounts (cents) are further than the tolerance from quantity (1e-4) × price (1e-6 €)."""
    q, p = quantite.astype(np.float64), prix.astype(np.float64)
    produit = q * p * 1e-8
    ecart = np.abs(montant.astype(np.float64) - produit)
    marge = float(regles.tolerance)
    if regles.decimales_prix is not None:
        marge = marge + np.abs(q) * 0.005 * 10.0**-regles.decimales_prix
    doute = _DOUTE * (1 + np.abs(produit) * 1e-7)
    faux = ecart > marge
    for rang in np.flatnonzero(np.abs(ecart - marge) <= doute):
        faux[rang] = _ecart_exact(int(quantite[rang]), int(prix[rang]), int(montant[rang]), regles)
    return faux


def a_la_precision_pres(quantite: Any, prix: Any, montant: Any, regles: Regles) -> Any:
    """Which amounts the decimals that the lake does not keep may explain: half a unit of each factor."""
    q, p = quantite.astype(np.float64), prix.astype(np.float64)
    marge = float(regles.tolerance) + (np.abs(q) + np.abs(p)) * 0.5e-8 + _DOUTE
    if regles.decimales_prix is not None:
        marge = marge + np.abs(q) * 0.005 * 10.0**-regles.decimales_prix
    return np.abs(montant.astype(np.float64) - q * p * 1e-8) <= marge * (1 + 1e-9)


def _ecart_exact(quantite: int, prix: int, montant: int, regles: Regles) -> bool:
    """The same in integers, in units of 1e-10 €."""
    marge = regles.tolerance * 10**8
    if regles.decimales_prix is not None:
        # |q| × 0.5 × 10^-n euros, with q in ten-thousandths.
        marge += abs(quantite) * 10**6 // (2 * 10**regles.decimales_prix)
    return abs(montant * 10**8 - quantite * prix) > marge
