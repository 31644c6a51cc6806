"""From the declared gain to the observed one, row by row, to the cent.

Each row is the difference of two rounded levels that differ by one fact only: the rows add up whatever the
figures are. Prices appear in explanations alone, which only those who may read prices are shown.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from fanal.depenses.compute.gains_valeurs import (
    Declaration,
    Ecart,
    Fenetre,
    MesureProduit,
    Regles,
    centimes,
)
from fanal.prix.compute.ecriture import ecrire, ecrire_prix, en_decimal

# What lines a row opens.
AVANT, SUR_MARCHE, AILLEURS = "avant", "sur_marche", "ailleurs"
SANS_TAUX, NON_FACTUREES = "sans_taux", "non_facturees"

LIBELLES = {
    "formule": "Gain déclaré autre que (P0 − P1) × Q",
    "hors_taxe": "Prix déclarés hors taxe",
    "reference": "Prix de référence autre que déclaré",
    "quantite": "Quantité de référence autre que déclarée",
    "prix_marche": "Prix du marché autre que le prix déclaré",
    "recalcul": "Références, quantités et prix autres que déclarés",
    "assiette": "Montant de référence autre que déclaré",
    "prix_paye": "Prix payé autre que le prix du marché",
    "prix_paye_declare": "Prix payé autre que le prix déclaré",
    "fenetre": "Fenêtre de douze mois non terminée",
    "depots": "Mois sans lignes déposées",
    "volume": "Quantité commandée moindre que la quantité gelée",
    "ailleurs": "Même produit acheté hors de ce marché",
    "sans_taux": "Lignes sans taux de TVA",
    "non_facture": "Commandes non encore facturées",
}


@dataclass(frozen=True)
class Niveaux:
    """The gain of a product under one more fact at a time (see `gains._niveaux`), each to the cent."""

    signe: Decimal
    paye: Decimal
    fenetre: Decimal
    depots: Decimal
    volume: Decimal
    ailleurs: Decimal
    commande: Decimal


def expliquer(
    declaration: Declaration,
    mesures: Sequence[MesureProduit],
    niveaux: Sequence[Niveaux],
    fenetre: Fenetre,
    *,
    regles: Regles,
) -> tuple[Ecart, ...]:
    """The rows from the declared gain to the ordered one, those of zero left out; none without a gain."""
    if declaration.gain is None:
        return ()
    steps = _declaration(declaration, mesures, niveaux, regles)
    steps += _execution(mesures, niveaux, fenetre)
    rows, before = [], declaration.gain
    for code, level, said, lines in steps:
        if level != before:
            rows.append(Ecart(code.removesuffix("_declare"), LIBELLES[code], level - before, said, lines))
        before = level
    return tuple(rows)


Etape = tuple[str, Decimal, str, str]


def _declaration(
    declaration: Declaration,
    mesures: Sequence[MesureProduit],
    niveaux: Sequence[Niveaux],
    regles: Regles,
) -> list[Etape]:
    """From what was declared to the signed gain."""
    signed = _somme(n.signe for n in niveaux)
    p0, p1, q = declaration.prix_reference, declaration.prix_nouveau, declaration.quantite
    if len(mesures) != 1 or p0 is None or p1 is None or q is None:
        return _par_montant(declaration, mesures, signed)
    measure, years = mesures[0], declaration.diviseur
    reference = measure.produit.reference
    if reference is None:
        raise ValueError("Un produit mesuré a une référence.")
    vat = _hors_taxe(declaration, measure, regles)
    with_vat, new = Fraction(p0) * vat, Fraction(p1) * vat
    frozen = Fraction(reference.prix)
    return [
        (
            "formule",
            centimes((Fraction(p0) - Fraction(p1)) * Fraction(q) / years),
            f"({ecrire_prix(p0)} − {ecrire_prix(p1)}) × {ecrire(Fraction(q))}",
            "",
        ),
        (
            "hors_taxe",
            centimes((with_vat - new) * Fraction(q) / years),
            "Les prix déclarés sont ceux des commandes, sans la TVA.",
            "",
        ),
        (
            "reference",
            centimes((frozen - new) * Fraction(q) / years),
            f"{ecrire_prix(p0)} déclarés, {ecrire_prix(reference.prix)} retenus",
            AVANT,
        ),
        (
            "quantite",
            centimes((frozen - new) * Fraction(reference.quantite) / years),
            f"{ecrire(Fraction(q))} déclarés, {ecrire(Fraction(reference.quantite))} retenus",
            AVANT,
        ),
        *(
            [
                (
                    "prix_marche",
                    signed,
                    f"{ecrire_prix(p1)} déclarés, {ecrire_prix(measure.produit.prix_marche)} au bordereau",
                    SUR_MARCHE,
                )
            ]
            if measure.produit.prix_marche is not None
            else []
        ),
    ]


def _par_montant(declaration: Declaration, mesures: Sequence[MesureProduit], signed: Decimal) -> list[Etape]:
    """The same without declared prices: at the declared rate of gain over the reference that was observed."""
    priced = any(m.produit.prix_marche is not None for m in mesures)
    seen = Fraction(0)
    for measure in mesures:
        reference = measure.produit.reference
        if reference is not None:
            seen += Fraction(reference.prix) * Fraction(reference.quantite) / declaration.diviseur
    declared = declaration.montant_reference
    if declaration.gain is None or declared is None or declared <= 0:
        return [("recalcul", signed, "Ni prix ni montant de référence ne sont déclarés.", AVANT)]
    rate = Fraction(declaration.gain) / Fraction(declared)
    said = f"{ecrire_prix(declared)} déclarés, {ecrire_prix(en_decimal(seen, 2))} retenus"
    steps = [("assiette", centimes(rate * seen), said, AVANT)]
    if priced:
        steps.append(("prix_marche", signed, f"{len(mesures)} produits", SUR_MARCHE))
    return steps


def _execution(mesures: Sequence[MesureProduit], niveaux: Sequence[Niveaux], fenetre: Fenetre) -> list[Etape]:
    """From the signed gain to the ordered one."""
    one = mesures[0] if len(mesures) == 1 else None
    unpriced = all(m.produit.prix_marche is None for m in mesures)
    said = ""
    if one is not None and one.prix_paye is not None:
        said = f"Prix moyen payé : {ecrire_prix(one.prix_paye)}"
    return [
        (
            "prix_paye_declare" if unpriced else "prix_paye",
            _somme(n.paye for n in niveaux),
            said,
            SUR_MARCHE,
        ),
        (
            "fenetre",
            _somme(n.fenetre for n in niveaux),
            f"{fenetre.ecoules} jours écoulés sur {fenetre.jours}",
            "",
        ),
        (
            "depots",
            _somme(n.depots for n in niveaux),
            f"{len(fenetre.mois_absents)} mois sans lignes : leur gain manque, il ne vaut pas zéro",
            "",
        ),
        ("volume", _somme(n.volume for n in niveaux), "", SUR_MARCHE),
        ("ailleurs", _somme(n.ailleurs for n in niveaux), "", AILLEURS),
        ("sans_taux", _somme(n.commande for n in niveaux), "", SANS_TAUX),
    ]


def _hors_taxe(declaration: Declaration, measure: MesureProduit, regles: Regles) -> Fraction:
    """1 + VAT when both declared prices are those of the orders without VAT, else 1.

    The method asks for prices incl. VAT; a template filled without it understates every gain by the rate.
    """
    rate, reference = measure.produit.taux, measure.produit.reference
    paid = measure.produit.prix_marche if measure.prix_paye is None else measure.prix_paye
    p0, p1 = declaration.prix_reference, declaration.prix_nouveau
    if not rate or reference is None or paid is None or p0 is None or p1 is None:
        return Fraction(1)
    vat = 1 + Fraction(rate) / 100

    def near(declared: Decimal, seen: Decimal) -> bool:
        return abs(Fraction(declared) * vat - Fraction(seen)) <= Fraction(seen) * Fraction(
            regles.tolerance_ht
        )

    return vat if near(p0, reference.prix) and near(p1, paid) else Fraction(1)


def _somme(montants: Iterable[Decimal]) -> Decimal:
    return sum(montants, Decimal("0.00"))
