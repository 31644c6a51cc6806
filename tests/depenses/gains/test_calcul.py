"""The gain of an action by hand, as a buyer would check it with a pencil."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from fanal.achats.compute import RegleGains
from fanal.depenses.compute.gains import mesurer
from fanal.depenses.compute.gains_fenetre import ouvrir
from fanal.depenses.compute.gains_reference import douze_mois
from fanal.depenses.compute.gains_valeurs import (
    Achat,
    Declaration,
    Fenetre,
    Mesure,
    Produit,
    Reference,
    Regles,
)

D = Decimal
REGLES = Regles()
ANNEE = Fenetre(date(2021, 4, 1), date(2022, 4, 1), 365, 365, 365)
# Bought 12 € before, 12,000 pieces a year.
REFERENCE = Reference(D("12"), D("12000"), "douze_mois")


def achat(mois: int, quantite: str, montant: str, type_ligne: str = "commande", **autres: D) -> Achat:
    facture = {"quantite_facturee": D(quantite), "montant_facture": D(montant)}
    return Achat(date(2021, mois, 1), type_ligne, D(quantite), D(montant), **{**facture, **autres})


def produit(*achats: Achat, **autres: object) -> Produit:
    fields = {"reference": REFERENCE, "prix_marche": D("10"), "taux": D("20"), "sur_marche": achats}
    return Produit("P", "Gants", **{**fields, **autres})  # type: ignore[arg-type]


DECLARE = Declaration(D("24000.00"), None, D("12"), D("10"), D("12000"))


def mesure(*produits: Produit, declaration: Declaration = DECLARE, fenetre: Fenetre = ANNEE) -> Mesure:
    return mesurer(declaration, produits, fenetre, regles=REGLES)


def rangs(found: Mesure) -> dict[str, D]:
    return {row.code: row.montant for row in found.ecarts}


def test_what_was_promised_was_bought() -> None:
    """12,000 gloves at 10 € instead of 12: the buyer announced 24,000 € and 24,000 € are there."""
    found = mesure(produit(achat(5, "6000", "60000"), achat(9, "6000", "60000")))
    assert (found.statut, found.declare) == ("confirme", D("24000.00"))
    assert (found.signe, found.commande, found.facture) == (D("24000.00"), D("24000.00"), D("24000.00"))
    assert found.ecarts == ()


def test_a_higher_price_is_paid_than_signed() -> None:
    """The list says 10 €, the invoices 11: half of the gain is lost on the price."""
    found = mesure(produit(achat(5, "12000", "132000")))
    assert (found.signe, found.commande) == (D("24000.00"), D("12000.00"))
    assert (found.statut, rangs(found)) == ("partiellement_confirme", {"prix_paye": D("-12000.00")})


def test_volume_does_not_inflate_a_price_gain() -> None:
    """Twice the gloves were bought: the gain stays that of the frozen quantity."""
    found = mesure(produit(achat(5, "24000", "240000")))
    assert found.commande == D("24000.00")
    assert found.produits[0].retenue == D("12000")
    assert "le surplus n'ajoute aucun gain" in found.remarques[0]


def test_half_is_bought_elsewhere() -> None:
    """6,000 on the contract, 4,000 of the same glove on another one, 2,000 never bought."""
    found = mesure(produit(achat(5, "6000", "60000"), ailleurs=(achat(6, "4000", "48000"),)))
    assert found.commande == D("12000.00")
    assert rangs(found) == {"volume": D("-4000.00"), "ailleurs": D("-8000.00")}
    assert [row.lignes for row in found.ecarts] == ["sur_marche", "ailleurs"]


def test_every_reason_at_once() -> None:
    """Reference keyed at 13 €, quantity at 15,000, gain keyed by hand at 50,000 €."""
    declared = Declaration(D("50000.00"), None, D("13"), D("10"), D("15000"))
    found = mesure(produit(achat(5, "12000", "126000")), declaration=declared)
    assert rangs(found) == {
        "formule": D("-5000.00"),  # 3 € × 15,000 make 45,000
        "reference": D("-15000.00"),  # 12 instead of 13 over 15,000
        "quantite": D("-6000.00"),  # 2 € × 3,000
        "prix_paye": D("-6000.00"),  # 10.50 instead of 10 over 12,000
    }
    assert found.commande == D("18000.00")


def test_a_template_filled_without_vat_is_recognised() -> None:
    """10 and 8.3333 € without VAT are the 12 and 10 € of the orders: the declaration was too low."""
    declared = Declaration(D("20000.00"), None, D("10"), D("8.333333"), D("12000"))
    found = mesure(produit(achat(5, "12000", "120000")), declaration=declared)
    assert rangs(found)["hors_taxe"] == D("4000.00")
    assert found.commande == D("24000.00")


def test_an_unfinished_window_and_a_month_without_deposit() -> None:
    """Day 182 of 365, and one month of 30 days is missing: the rest is not zero, it is not known."""
    window = Fenetre(date(2021, 4, 1), date(2022, 4, 1), 365, 182, 152, (date(2021, 6, 1),))
    found = mesure(produit(achat(5, "12000", "120000")), fenetre=window)
    assert found.commande == D("9994.52")  # 24,000 × 152 / 365
    assert rangs(found) == {"fenetre": D("-12032.88"), "depots": D("-1972.60")}
    assert (found.statut, found.motifs) == ("confirme", ("en_cours", "mois_absents"))


def test_free_units_lower_the_price_and_credit_notes_are_deducted() -> None:
    """1,000 free gloves with 11,000 bought; 500 sent back with their money."""
    bought = (
        achat(5, "11500", "126500"),
        achat(5, "1000", "0", "unites_gratuites"),
        achat(6, "-500", "-5500", "avoir"),
    )
    found = mesure(produit(*bought))
    assert found.produits[0].prix_paye == D("10.083333")  # 121,000 / 12,000
    without = mesurer(DECLARE, [produit(*bought)], ANNEE, regles=Regles(unites_gratuites=False))
    assert without.produits[0].prix_paye == D("11")


def test_lines_without_vat_rate_are_apart() -> None:
    found = mesure(produit(achat(5, "9000", "90000"), achat(6, "3000", "0", sans_taux=D("3000"))))
    assert rangs(found) == {"sans_taux": D("-6000.00")}


def test_what_is_not_invoiced_yet() -> None:
    late = Achat(date(2021, 9, 1), "commande", D("6000"), D("60000"))
    found = mesure(produit(achat(5, "6000", "60000"), late))
    assert (found.commande, found.facture) == (D("24000.00"), D("12000.00"))


def test_inflation_and_action_make_the_gain() -> None:
    """The index went up by 10 %: 12 € would be 13.20. Paying 11 saves 2.20, −1.20 of it the market's."""
    found = mesure(produit(achat(5, "12000", "132000"), coefficients={date(2021, 5, 1): Fraction(11, 10)}))
    assert (found.commande, found.inflation, found.achat) == (D("12000.00"), D("-14400.00"), D("26400.00"))


def test_a_loss_is_declared_and_found() -> None:
    declared = Declaration(D("-12000.00"))
    found = mesure(produit(achat(5, "12000", "150000")), declaration=declared)
    assert (found.commande, found.statut) == (D("-6000.00"), "confirme")


@pytest.mark.parametrize(("declare", "statut"), [("-5999.99", "confirme"), ("-5999.98", "non_confirme")])
def test_a_loss_a_cent_apart_is_the_same_loss(declare: str, statut: str) -> None:
    found = mesure(produit(achat(5, "12000", "150000")), declaration=Declaration(D(declare)))
    assert (found.commande, found.statut) == (D("-6000.00"), statut)


def test_without_declared_prices_the_rate_of_gain_is_held() -> None:
    """24,000 € on 120,000 € declared: 20 %. The reference is 144,000 €, and the price did not move."""
    declared = Declaration(D("24000.00"), montant_reference=D("120000"))
    found = mesure(produit(achat(5, "12000", "144000"), prix_marche=None), declaration=declared)
    assert rangs(found) == {"assiette": D("4800.00"), "prix_paye": D("-28800.00")}
    assert [row.libelle for row in found.ecarts] == [
        "Montant de référence autre que déclaré",
        "Prix payé autre que le prix déclaré",
    ]
    signed = mesure(produit(achat(5, "12000", "144000")), declaration=declared)
    assert rangs(signed) == {
        "assiette": D("4800.00"),
        "prix_marche": D("-4800.00"),
        "prix_paye": D("-24000.00"),
    }


def test_an_investment_is_divided_by_its_years() -> None:
    declared = Declaration(D("4800.00"), None, D("12"), D("10"), D("12000"), diviseur=5)
    found = mesure(produit(achat(5, "12000", "120000")), declaration=declared)
    assert (found.commande, found.ecarts) == (D("4800.00"), ())


def test_several_products_are_summed() -> None:
    other = produit(
        achat(5, "100", "500"), reference=Reference(D("6"), D("100"), "douze_mois"), prix_marche=None
    )
    unknown = produit(achat(5, "7", "70"), reference=None, prix_marche=None)
    found = mesure(produit(achat(5, "12000", "120000")), other, unknown)
    assert (found.commande, found.signe) == (D("24100.00"), D("24000.00"))
    assert rangs(found) == {"recalcul": D("100.00")}
    assert found.sans_reference == (unknown,)


@pytest.mark.parametrize(
    ("produits", "motif"),
    [
        ((), "sans_lignes"),
        ((produit(achat(5, "1", "9"), reference=None),), "sans_reference"),
        (
            (produit(achat(5, "1", "9"), avant=(achat(1, "1", "0", sans_taux=D(1)),), reference=None),),
            "sans_tva",
        ),
    ],
)
def test_what_cannot_be_measured_says_why(produits: tuple[Produit, ...], motif: str) -> None:
    found = mesure(*produits)
    assert (found.statut, found.motifs, found.commande) == ("non_mesurable", (motif,), None)


def test_nothing_ordered_while_the_product_is_known() -> None:
    """The contract's price is known, deposits are there, nothing was bought: the gain does not exist."""
    found = mesure(produit())
    assert (found.statut, found.commande) == ("non_confirme", D("0.00"))
    assert rangs(found) == {"volume": D("-24000.00")}


def test_the_window_counts_days_and_missing_months() -> None:
    window = ouvrir(
        date(2021, 4, 15),
        regle=RegleGains(),
        le=date(2021, 7, 10),
        deposes={date(2021, 4, 1), date(2021, 6, 1)},
    )
    assert (window.jours, window.ecoules, window.couverts) == (365, 86, 16 + 30)
    assert window.mois_absents == (date(2021, 5, 1), date(2021, 7, 1))


def test_the_reference_is_a_weighted_mean() -> None:
    found = douze_mois(
        [achat(1, "100", "1200"), achat(2, "300", "3000"), achat(2, "-100", "-1000", "avoir")],
        unites_gratuites=True,
        du=date(2020, 4, 1),
        au=date(2021, 3, 31),
    )
    assert found is not None
    assert (found.prix, found.quantite) == (D("10.666666666667"), D("300"))
    assert douze_mois([], unites_gratuites=True, du=date(2020, 4, 1), au=date(2021, 3, 31)) is None


def test_the_mean_price_of_a_large_quantity_gives_the_right_cent() -> None:
    """Gloves bought by the million: 31 234.57 € for 300 001, then at 0.09 €."""
    held = douze_mois(
        [achat(1, "300001", "31234.57")], unites_gratuites=True, du=date(2020, 4, 1), au=date(2021, 3, 31)
    )
    found = mesure(produit(achat(5, "300001", "27000.09"), reference=held, prix_marche=None))
    assert found.commande == D("31234.57") - D("27000.09")
