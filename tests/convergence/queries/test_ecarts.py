"""Price gaps by contract and by product, computed by hand."""

from decimal import Decimal

from fanal.convergence.queries.ecarts import par_marche, par_produit
from fanal.prix.compute.ecarts import PrixProduit, rapprocher

D = Decimal


def produit(marche: int, prix: str, quantite: str | None, conditionnement: str = "1") -> PrixProduit:
    return PrixProduit(
        marche=marche,
        identifiant=f"M{marche}",
        objet="Gants",
        acheteur="A",
        cle="1",
        type_code="GTIN",
        code="03400000000000",
        libelle="Gant nitrile",
        unite="paire",
        conditionnement=D(conditionnement),
        prix=D(prix),
        quantite=None if quantite is None else D(quantite),
    )


def test_each_contract_loses_its_gap_to_the_best_price() -> None:
    """0.10 € a piece is best; 12 € the hundred bought 60 times a year: 0.02 × 100 × 60 = 120 € a year."""
    found = rapprocher([produit(1, "0.10", "5000"), produit(2, "12", "60", "100"), produit(3, "0.20", None)])
    assert par_marche(found) == {1: D("0.00"), 2: D("10.00")}
    (gap,) = par_produit(found, frozenset({2, 3, 9}))
    assert (gap.mini, gap.maxi, gap.marches) == (D("0.1000"), D("0.2000"), (2, 3))
    assert par_produit(found, frozenset({3})) == ()
