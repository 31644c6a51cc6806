"""Why the same product may be paid differently by two establishments: what a buyer looks at first. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fanal.moteurs.consolidation.requetes.prix import Achats

# A volume under this share of the largest buyer's is worth saying.
VOLUME = Decimal("0.2")
# An establishment that bought in fewer months than half of those of the group bought another period.
PERIODE = Decimal("0.5")


@dataclass(frozen=True)
class Contexte:
    """What is known of one establishment's purchases of a product. Amounts in euros excl. VAT.

    `hors_marche`: the part of its amount that no contract covers; `remises`: year-end rebates, which are in
    no unit price; `mois`: months with a purchase.
    """

    montant: Decimal = Decimal(0)
    hors_marche: Decimal = Decimal(0)
    remises: Decimal = Decimal(0)
    mois: frozenset[str] = frozenset()
    autres_unites: tuple[str, ...] = ()

    @property
    def part_sur_marche(self) -> Decimal | None:
        """The part of the amount that a contract covers; None without a positive amount."""
        return None if self.montant <= 0 else 1 - self.hors_marche / self.montant


def raisons(achats: "Achats", contexte: Contexte, groupe: "Sequence[Achats]", mois: int) -> list[str]:
    """Plain words for one establishment, beside the others of *groupe*. *mois*: months that the group has."""
    said = []
    share = contexte.part_sur_marche
    if share is not None and share < 1:
        said.append("Acheté hors marché" if share <= 0 else "En partie hors marché")
    if achats.gratuites:
        said.append("Unités gratuites reçues, hors de ce prix")
    largest = max((a.dix_milliemes for a in groupe), default=0)
    if achats.dix_milliemes < VOLUME * largest:
        said.append("Petit volume")
    if mois and len(contexte.mois) < PERIODE * mois:
        said.append(f"Acheté {len(contexte.mois)} mois sur {mois}")
    if contexte.remises:
        said.append("Remises de fin d'année à part")
    if contexte.autres_unites:
        said.append(f"Aussi acheté en {', '.join(contexte.autres_unites)}, non comparé")
    low, high = achats.bornes
    if low is not None and high is not None and low != high:
        said.append("Plusieurs prix dans la période")
    return said


def par_finess(contextes: Mapping[str, Contexte], finess: str) -> Contexte:
    """What is known of an establishment, nothing when it is not there."""
    return contextes.get(finess, Contexte())
