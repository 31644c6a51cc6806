"""Whatever the figures: rows add up to the cent, volume never inflates, a lower price never lowers a gain."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from fanal.depenses.compute.gains import mesurer
from fanal.depenses.compute.gains_valeurs import (
    STATUTS,
    Achat,
    Declaration,
    Fenetre,
    Produit,
    Reference,
    Regles,
)

REGLES = Regles()
montants = st.decimals(0, 5_000_000, places=2)
quantites = st.decimals(0, 100_000, places=4)
prix = st.decimals("0.000001", 5_000, places=6)
mois = st.dates(date(2021, 1, 1), date(2022, 3, 1)).map(lambda d: d.replace(day=1))
facteurs = st.fractions(Fraction(1, 2), 2)


@st.composite
def achats(draw: st.DrawFn) -> Achat:
    quantity, amount = draw(quantites), draw(montants)
    if draw(st.integers(0, 5)) == 0:
        return Achat(draw(mois), "avoir", -quantity, -amount)
    free = draw(st.integers(0, 8)) == 0
    billed = draw(st.booleans())
    return Achat(
        draw(mois),
        "unites_gratuites" if free else "commande",
        quantity,
        Decimal(0) if free else amount,
        quantity if billed else Decimal(0),
        amount if billed and not free else Decimal(0),
        sans_taux=draw(st.sampled_from([Decimal(0), quantity])),
    )


@st.composite
def produits(draw: st.DrawFn) -> Produit:
    bought = tuple(draw(st.lists(achats(), max_size=8)))
    months = {a.mois for a in bought}
    return Produit(
        cle=f"P{draw(st.integers(0, 9))}",
        libelle="Produit",
        reference=draw(st.none() | st.builds(Reference, prix, quantites, st.just("douze_mois"))),
        prix_marche=draw(st.none() | prix),
        taux=draw(st.sampled_from([None, Decimal("5.5"), Decimal(20)])),
        sur_marche=bought,
        ailleurs=tuple(draw(st.lists(achats(), max_size=3))),
        coefficients=draw(st.none() | st.fixed_dictionaries(dict.fromkeys(sorted(months), facteurs))),
    )


declarations = st.builds(
    Declaration,
    st.decimals(-5_000_000, 50_000_000, places=2),
    st.none(),
    st.none() | prix,
    st.none() | prix,
    st.none() | quantites,
    st.integers(1, 7),
    st.none() | montants,
)


@st.composite
def fenetres(draw: st.DrawFn) -> Fenetre:
    elapsed = draw(st.integers(0, 365))
    return Fenetre(date(2021, 4, 1), date(2022, 4, 1), 365, elapsed, draw(st.integers(0, elapsed)))


@given(declarations, st.lists(produits(), max_size=4), fenetres())
def test_the_rows_lead_from_the_declaration_to_the_orders(
    declaration: Declaration, listed: list[Produit], window: Fenetre
) -> None:
    found = mesurer(declaration, listed, window, regles=REGLES)
    assert found.statut in STATUTS
    if found.commande is None or declaration.gain is None:
        return
    assert declaration.gain + sum((e.montant for e in found.ecarts), Decimal(0)) == found.commande
    assert sum((p.commande for p in found.produits), Decimal(0)) == found.commande
    assert len({e.code for e in found.ecarts}) == len(found.ecarts)


@given(declarations, st.lists(produits(), max_size=4), fenetres())
def test_every_table_adds_up_and_no_volume_passes_its_cap(
    declaration: Declaration, listed: list[Produit], window: Fenetre
) -> None:
    for measure in mesurer(declaration, listed, window, regles=REGLES).produits:
        reference = measure.produit.reference
        assert reference is not None
        assert measure.retenue <= measure.plafond <= reference.quantite
        assert sum((m.gain for m in measure.mois), Decimal(0)) == measure.commande
        if measure.inflation is not None and measure.achat is not None:
            assert measure.inflation + measure.achat == measure.commande
            assert sum((m.inflation or 0 for m in measure.mois), Decimal(0)) == measure.inflation


@given(declarations, produits(), fenetres(), st.integers(0, 7), st.decimals(0, 1_000_000, places=2))
def test_paying_less_never_lowers_the_gain(
    declaration: Declaration, product: Produit, window: Fenetre, rank: int, less: Decimal
) -> None:
    before = mesurer(declaration, [product], window, regles=REGLES)
    if before.commande is None or not product.sur_marche:
        return
    bought = list(product.sur_marche)
    bought[rank % len(bought)] = replace(
        bought[rank % len(bought)], montant=bought[rank % len(bought)].montant - less
    )
    after = mesurer(declaration, [replace(product, sur_marche=tuple(bought))], window, regles=REGLES)
    assert after.commande is not None
    assert after.commande >= before.commande


@given(produits(), fenetres(), st.integers(2, 9))
def test_buying_more_at_the_same_price_adds_nothing_past_the_cap(
    product: Produit, window: Fenetre, times: int
) -> None:
    declaration = Declaration(Decimal("1000.00"))
    before = mesurer(declaration, [product], window, regles=REGLES)
    if not before.produits or before.produits[0].quantite < before.produits[0].plafond:
        return
    more = tuple(
        replace(a, quantite=a.quantite * times, montant=a.montant * times, sans_taux=a.sans_taux * times)
        for a in product.sur_marche
    )
    after = mesurer(declaration, [replace(product, sur_marche=more)], window, regles=REGLES)
    assert after.commande == before.commande
