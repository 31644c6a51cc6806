"""The gain of an action as its order lines show it: signed, ordered, invoiced.

Formula (DGOS results of 2021): (historic or old contract's price − new price) × quantity, incl. VAT, over
twelve months from the first order. The quantity is the one frozen at notification: a purchase beyond it, pro
rata of the part of the window whose lines are known, adds nothing: volume cannot inflate a price gain.

Everything is exact until one rounding to the cent by product and by link of the chain; an action is the sum
of its products, so that every table adds up.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from fanal.depenses.compute.gains_ecarts import Niveaux, expliquer
from fanal.depenses.compute.gains_reference import prix_moyen, retenir, somme
from fanal.depenses.compute.gains_remarques import remarquer
from fanal.depenses.compute.gains_statut import SANS_LIGNES, SANS_REFERENCE, SANS_TVA, statuer
from fanal.depenses.compute.gains_valeurs import (
    NON_MESURABLE,
    Achat,
    Declaration,
    Fenetre,
    Mesure,
    MesureProduit,
    Mois,
    Produit,
    Reference,
    Regles,
    centimes,
)


@dataclass(frozen=True)
class _Exact:
    """A product's figures before any rounding."""

    prix: Fraction
    reference: Fraction
    quantite: Fraction
    montant: Fraction
    sans_taux: Fraction
    ailleurs: Fraction
    part_couverte: Fraction
    part_ecoulee: Fraction
    diviseur: int

    @property
    def plafond(self) -> Fraction:
        return max(Fraction(0), self.reference * self.part_couverte)

    def part(self, quantite: Fraction) -> Fraction:
        """The part of a quantity that the cap lets count, between 0 and 1."""
        return min(Fraction(1), self.plafond / quantite) if quantite > 0 else Fraction(0)

    def gain(self, quantite: Fraction, montant: Fraction) -> Fraction:
        """P0 × q − amount, brought back to the capped quantity."""
        return (self.prix * quantite - montant) * self.part(quantite) / self.diviseur


def mesurer_produit(
    produit: Produit, reference: Reference, fenetre: Fenetre, *, diviseur: int, regles: Regles
) -> tuple[MesureProduit, Niveaux]:
    """One product: its gain at each link, month by month, and the levels that explain the difference."""
    kept = retenir(produit.sur_marche, unites_gratuites=regles.unites_gratuites)
    quantity, amount = somme(kept)
    elsewhere = retenir(produit.ailleurs, unites_gratuites=regles.unites_gratuites)
    exact = _Exact(
        prix=Fraction(reference.prix),
        reference=Fraction(reference.quantite),
        quantite=Fraction(quantity),
        montant=Fraction(amount),
        sans_taux=Fraction(sum((a.sans_taux for a in kept), Decimal(0))),
        ailleurs=Fraction(sum((a.quantite for a in elsewhere), Decimal(0))),
        part_couverte=fenetre.part_couverte,
        part_ecoulee=fenetre.part_ecoulee,
        diviseur=diviseur,
    )
    invoiced = Fraction(sum((a.quantite_facturee for a in kept), Decimal(0)))
    billed = Fraction(sum((a.montant_facture for a in kept), Decimal(0)))
    months = _mois(exact, produit, kept)
    levels = _niveaux(exact, produit)
    inflations = [m.inflation for m in months]
    measure = MesureProduit(
        produit=produit,
        quantite=quantity,
        montant=amount,
        prix_paye=prix_moyen(quantity, amount),
        plafond=_decimal(exact.plafond),
        retenue=_decimal(min(exact.plafond, max(Fraction(0), exact.quantite))),
        signe=levels.signe if produit.prix_marche is not None else None,
        commande=centimes(exact.gain(exact.quantite, exact.montant)),
        facture=centimes(exact.gain(invoiced, billed)),
        inflation=None
        if produit.coefficients is None or None in inflations
        else sum((i for i in inflations if i is not None), Decimal("0.00")),
        mois=months,
    )
    return measure, levels


def _niveaux(exact: _Exact, produit: Produit) -> Niveaux:
    """The gain under one more fact at a time, from the signed price to what the orders show."""
    contract = exact.prix if produit.prix_marche is None else Fraction(produit.prix_marche)
    paid = exact.montant / exact.quantite if exact.quantite > 0 else contract
    if produit.prix_marche is None:
        contract = paid
    saving = exact.prix - paid

    def at(quantity: Fraction) -> Decimal:
        return centimes(saving * max(Fraction(0), quantity) / exact.diviseur)

    on_contract = exact.quantite + exact.sans_taux
    return Niveaux(
        signe=centimes((exact.prix - contract) * exact.reference / exact.diviseur),
        paye=centimes(saving * exact.reference / exact.diviseur),
        fenetre=centimes(saving * exact.reference * exact.part_ecoulee / exact.diviseur),
        depots=at(exact.plafond),
        volume=at(min(exact.plafond, on_contract + max(Fraction(0), exact.ailleurs))),
        ailleurs=at(min(exact.plafond, on_contract)),
        commande=at(min(exact.plafond, exact.quantite)),
    )


def _mois(exact: _Exact, produit: Produit, kept: Sequence[Achat]) -> tuple[Mois, ...]:
    """Each month; amounts are differences of rounded running totals, so that they add up to the total."""
    share = exact.part(exact.quantite) / exact.diviseur
    gained = inflated = Fraction(0)
    months: list[Mois] = []
    for month in sorted({a.mois for a in kept}):
        bought = [a for a in kept if a.mois == month]
        quantity, amount = somme(bought)
        before, before_index = gained, inflated
        gained += (exact.prix * Fraction(quantity) - Fraction(amount)) * share
        index: Decimal | None = None
        if produit.coefficients is not None and (month in produit.coefficients or not quantity):
            factor = produit.coefficients.get(month, Fraction(1))
            inflated += exact.prix * (1 - factor) * Fraction(quantity) * share
            index = centimes(inflated) - centimes(before_index)
        months.append(
            Mois(
                month,
                quantity,
                amount,
                prix_moyen(quantity, amount),
                centimes(gained) - centimes(before),
                index,
                sum(a.lignes for a in bought),
            )
        )
    return tuple(months)


def mesurer(
    declaration: Declaration,
    produits: Iterable[Produit],
    fenetre: Fenetre | None,
    *,
    regles: Regles,
    blocages: Sequence[str] = (),
) -> Mesure:
    """The proof of one action. *blocages*: reasons known beforehand why it cannot be measured."""
    listed = list(produits)
    measured, levels = [], []
    without = tuple(p for p in listed if p.reference is None and (p.sur_marche or p.prix_marche is not None))
    if fenetre is not None and not blocages:
        for product in listed:
            if product.reference is not None:
                found = mesurer_produit(
                    product, product.reference, fenetre, diviseur=declaration.diviseur, regles=regles
                )
                measured.append(found[0])
                levels.append(found[1])
    reasons = list(blocages)
    if not reasons and not measured:
        reasons = [_pourquoi(without)]
    if reasons or fenetre is None:
        return Mesure(
            NON_MESURABLE,
            tuple(reasons),
            declaration.gain,
            declaration.prevu,
            fenetre=fenetre,
            sans_reference=without,
        )
    ordered = _total(m.commande for m in measured)
    signed = [m.signe for m in measured if m.signe is not None]
    split = [m for m in measured if m.inflation is not None]
    rows = expliquer(declaration, measured, levels, fenetre, regles=regles)
    status, why = statuer(declaration.gain, ordered, fenetre, regles)
    return Mesure(
        status,
        why,
        declaration.gain,
        declaration.prevu,
        signe=_total(signed) if signed else None,
        commande=ordered,
        facture=_total(m.facture for m in measured),
        inflation=_total(m.inflation for m in split if m.inflation is not None) if split else None,
        achat=_total(m.achat for m in split if m.achat is not None) if split else None,
        fenetre=fenetre,
        produits=tuple(measured),
        sans_reference=without,
        ecarts=rows,
        remarques=remarquer(measured, without, fenetre),
    )


def _pourquoi(sans_reference: Sequence[Produit]) -> str:
    """Why no product of an action can be measured: not bought, bought without a VAT rate, or new."""
    if not sans_reference:
        return SANS_LIGNES
    return SANS_TVA if any(a.sans_taux for p in sans_reference for a in p.avant) else SANS_REFERENCE


def _total(montants: Iterable[Decimal]) -> Decimal:
    return sum(montants, Decimal("0.00"))


def _decimal(quantite: Fraction) -> Decimal:
    """A quantity to the ten-thousandth, rounded down: a cap is never passed by its writing."""
    return Decimal(quantite.numerator * 10_000 // quantite.denominator).scaleb(-4)
