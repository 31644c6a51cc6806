"""What modifications made of a contract. Initial values stay as they were; the present ones are computed.

Sources: R2196-1 CCP and DECP schema 2.0.3 (modifications are appended, initial values never rewritten).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Changement:
    """One modification, in euros excl. VAT: what it adds, or the amount it leads to, or neither.

    `effet`: notified, it changes the contract; signed only, it already counts against its ground's limit.
    """

    numero: int
    motif: str = ""
    variation_ht: Decimal | None = None
    montant_apres: Decimal | None = None
    variation_quantite: Decimal | None = None
    effet: bool = True


@dataclass(frozen=True)
class Effets:
    """`montant`, `maximum_ht`, `maximum_quantite`: present values; `deja`: added so far, by ground."""

    montant: Decimal | None
    maximum_ht: Decimal | None
    maximum_quantite: Decimal | None
    deja: dict[str, Decimal]


def appliquer(
    *,
    montant: Decimal | None,
    maximum_ht: Decimal | None,
    maximum_quantite: Decimal | None,
    changements: Iterable[Changement],
) -> Effets:
    """The present values of a contract after its modifications, in the order of their numbers.

    A maximum moves with the amount: by the sum of the variations. `montant_apres` alone, as published data
    give it, tells a variation when the amount before is known.
    """
    courant, ajoute, quantite = montant, Decimal(0), maximum_quantite
    deja: dict[str, Decimal] = {}
    for change in sorted(changements, key=lambda c: c.numero):
        variation = change.variation_ht
        if variation is None and change.montant_apres is not None and courant is not None:
            variation = change.montant_apres - courant
        if variation is not None:
            deja[change.motif] = deja.get(change.motif, Decimal(0)) + variation
        if not change.effet:
            continue
        ajoute += variation or Decimal(0)
        if change.montant_apres is not None:
            courant = change.montant_apres
        elif variation is not None and courant is not None:
            courant += variation
        if quantite is not None:
            quantite += change.variation_quantite or Decimal(0)
    present = None if maximum_ht is None else maximum_ht + ajoute
    return Effets(courant, present, quantite, deja)
