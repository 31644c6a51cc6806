"""What the proof of a gain is computed from, and what it gives: plain values, no Django.

Prices are euros incl. VAT for one piece, quantities are pieces, amounts are euros incl. VAT.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from fanal.prix.compute.ecriture import en_decimal

COMMANDE, AVOIR, GRATUITES = "commande", "avoir", "unites_gratuites"
CONFIRME, PARTIEL, NON_CONFIRME = "confirme", "partiellement_confirme", "non_confirme"
NON_MESURABLE = "non_mesurable"
STATUTS = {
    CONFIRME: "Confirmé",
    PARTIEL: "Partiellement confirmé",
    NON_CONFIRME: "Non confirmé",
    NON_MESURABLE: "Non mesurable",
}


def centimes(montant: Fraction) -> Decimal:
    """Euros to the cent, half away from zero: a loss mirrors a gain."""
    return en_decimal(montant, 2)


@dataclass(frozen=True)
class Regles:
    """What the method leaves open (`depenses.gains.*`): thresholds, free units, recognition of HT prices."""

    seuil_confirme: Decimal = Decimal("0.90")
    seuil_partiel: Decimal = Decimal("0.25")
    unites_gratuites: bool = True
    tolerance_ht: Decimal = Decimal("0.01")
    reference_mois: int = 12


@dataclass(frozen=True)
class Achat:
    """Purchases of one product over a month (or a day): lines of one kind put together.

    Credit notes are negative in quantity and amount. `sans_taux` is the quantity of lines whose VAT rate is
    unknown: their amount incl. VAT is not in `montant`. Year-end rebates never come here.
    """

    mois: date
    type_ligne: str
    quantite: Decimal
    montant: Decimal
    quantite_facturee: Decimal = Decimal(0)
    montant_facture: Decimal = Decimal(0)
    sans_taux: Decimal = Decimal(0)
    lignes: int = 1


@dataclass(frozen=True)
class Reference:
    """The price and the yearly quantity that a gain is held against. `gelee`: it moves no more."""

    prix: Decimal
    quantite: Decimal
    source: str
    gelee: bool = False
    du: date | None = None
    au: date | None = None


@dataclass(frozen=True)
class Produit:
    """One product of an action. `prix_marche`: the contract's price, `taux`: its VAT rate in per cent.

    `coefficients`: what the index alone makes of the reference price, by month; `None` without a clause or
    without its index values.
    """

    cle: str
    libelle: str
    unite: str = ""
    reference: Reference | None = None
    prix_marche: Decimal | None = None
    taux: Decimal | None = None
    avant: tuple[Achat, ...] = ()
    sur_marche: tuple[Achat, ...] = ()
    ailleurs: tuple[Achat, ...] = ()
    coefficients: Mapping[date, Fraction] | None = None
    non_comparables: int = 0


@dataclass(frozen=True)
class Declaration:
    """What the plan says of the action. `diviseur`: amortisation years of an investment, else 1.

    `montant_reference` is the yearly spend before the action, as declared.
    """

    gain: Decimal | None
    prevu: Decimal | None = None
    prix_reference: Decimal | None = None
    prix_nouveau: Decimal | None = None
    quantite: Decimal | None = None
    diviseur: int = 1
    montant_reference: Decimal | None = None

    @property
    def detaillee(self) -> bool:
        """Whether prices and quantity were declared."""
        return None not in (self.prix_reference, self.prix_nouveau, self.quantite)


@dataclass(frozen=True)
class Fenetre:
    """Twelve months from the first order: days in all, days elapsed, days whose month has deposited lines."""

    debut: date
    fin: date
    jours: int
    ecoules: int
    couverts: int
    mois_absents: tuple[date, ...] = ()

    @property
    def part_ecoulee(self) -> Fraction:
        return Fraction(self.ecoules, self.jours)

    @property
    def part_couverte(self) -> Fraction:
        return Fraction(self.couverts, self.jours)


@dataclass(frozen=True)
class Mois:
    """One month of a product: bought on the contract, its mean price, its gain after the quantity cap."""

    mois: date
    quantite: Decimal
    montant: Decimal
    prix: Decimal | None
    gain: Decimal
    inflation: Decimal | None = None
    lignes: int = 0


@dataclass(frozen=True)
class MesureProduit:
    """The gain of one product at each link of the chain; `None` is not computable, never zero.

    `plafond` is the frozen quantity pro rata of the covered days; `retenue` never exceeds it.
    `inflation` + `achat` = `commande`.
    """

    produit: Produit
    quantite: Decimal
    montant: Decimal
    prix_paye: Decimal | None
    plafond: Decimal
    retenue: Decimal
    signe: Decimal | None
    commande: Decimal
    facture: Decimal
    inflation: Decimal | None
    mois: tuple[Mois, ...]

    @property
    def achat(self) -> Decimal | None:
        """The part of the gain that the buyer's action made."""
        return None if self.inflation is None else self.commande - self.inflation


@dataclass(frozen=True)
class Ecart:
    """One row between the declared gain and the observed one; `lignes` names the lines that it opens."""

    code: str
    libelle: str
    montant: Decimal
    explication: str = ""
    lignes: str = ""


@dataclass(frozen=True)
class Mesure:
    """The proof of one action. declare + Σ ecarts = commande.

    `inflation` and `achat` are over the products whose index is known; `non_reparti` is the rest.
    """

    statut: str
    motifs: tuple[str, ...]
    declare: Decimal | None
    prevu: Decimal | None
    signe: Decimal | None = None
    commande: Decimal | None = None
    facture: Decimal | None = None
    inflation: Decimal | None = None
    achat: Decimal | None = None
    fenetre: Fenetre | None = None
    produits: tuple[MesureProduit, ...] = ()
    sans_reference: tuple[Produit, ...] = ()
    ecarts: tuple[Ecart, ...] = ()
    remarques: tuple[str, ...] = field(default=())

    @property
    def non_reparti(self) -> Decimal | None:
        """The part of the ordered gain that no index splits: no revision clause, or no index value."""
        if self.commande is None:
            return None
        return self.commande - (self.inflation or 0) - (self.achat or 0)

    @property
    def ecart(self) -> Decimal | None:
        """Ordered less declared."""
        if self.commande is None or self.declare is None:
            return None
        return self.commande - self.declare

    @property
    def retrouve(self) -> Decimal | None:
        """The part of the declaration that orders show: never more than declared, never below zero."""
        if self.commande is None or self.declare is None or self.declare <= 0:
            return None
        return max(Decimal("0.00"), min(self.declare, self.commande))
