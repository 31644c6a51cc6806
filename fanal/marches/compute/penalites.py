"""Penalties for lateness, as the contract's CCAG and its derogations say. Amounts exclude VAT."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Bareme:
    """How a contract counts its penalties.

    `diviseur`: the divisor of value × days ÷ divisor, None when neither the CCAG nor the contract gives one.
    `plafond`: share of the contract (or order) amount never passed, None without a cap. `exoneration`: total
    per contract up to which nothing is asked.
    """

    diviseur: int | None
    plafond: Decimal | None
    exoneration: Decimal
    source: str


@dataclass(frozen=True)
class Penalite:
    """What is due: the gross amount, what the cap takes off, what the exemption forgives, what remains."""

    brute: Decimal
    ecretee: Decimal
    exoneree: Decimal
    due: Decimal
    calcul: str


def penalite(*, valeur: Decimal, jours: int, montant: Decimal, deja: Decimal, bareme: Bareme) -> Penalite:
    """The penalty for *jours* days late on goods or services worth *valeur*.

    *montant* is the amount the cap is a share of, *deja* the penalties already applied to it. The exemption
    bears on the total of the contract: once it is passed, the whole is due.
    Raises ValueError for a negative figure, or a scale without divisor: the contract must then give it.
    """
    if min(valeur, montant, deja) < 0 or jours < 0:
        raise ValueError("negative figure")
    if bareme.diviseur is None:
        raise ValueError("no divisor")
    gross = (valeur * jours / bareme.diviseur).quantize(CENT, ROUND_HALF_UP)
    room = gross
    if bareme.plafond is not None:
        room = max(Decimal(0), (bareme.plafond * montant).quantize(CENT, ROUND_HALF_UP) - deja)
    capped = min(gross, room)
    forgiven = capped if deja + capped <= bareme.exoneration else Decimal(0)
    said = f"{valeur} € × {jours} jours ÷ {bareme.diviseur} = {gross} €"
    if capped < gross:
        said += f", ramené à {capped} € par le plafond"
    if forgiven:
        said += f", exonéré jusqu'à {bareme.exoneration} €"
    return Penalite(gross, gross - capped, forgiven, capped - forgiven, said + f" ({bareme.source})")
