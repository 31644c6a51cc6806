"""Needs side by side: unknown is never zero, units are never added to others."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from fanal.procedures.compute.besoins import BesoinLu, cle_de, consolider, ecart, estimer

D = Decimal


def besoin(
    e: str, quantite: int | None, montant: int | None, unite: str = "boîte", nom: str = "Gants"
) -> BesoinLu:
    return BesoinLu(
        e,
        cle_de("", nom),
        "",
        nom,
        unite,
        None if quantite is None else D(quantite),
        None if montant is None else D(montant),
    )


def test_totals_by_hand() -> None:
    [ligne] = consolider([besoin("A", 10, 100), besoin("B", 5, 60)])
    assert (ligne.quantite, ligne.montant, ligne.unite) == (15, 160, "boîte")


def test_an_unknown_quantity_leaves_no_total_and_an_unknown_amount_is_told() -> None:
    [ligne] = consolider([besoin("A", None, 100), besoin("B", 5, None)])
    assert (ligne.quantite, ligne.montant, ligne.sans_montant) == (None, 100, 1)


def test_units_that_differ_are_not_added() -> None:
    [ligne] = consolider([besoin("A", 10, 100), besoin("B", 5, 60, unite="paire")])
    assert ligne.quantite is None
    assert ligne.unite == "boîte / paire"


def test_names_match_without_accents_nor_case() -> None:
    assert (
        len(consolider([besoin("A", 1, 1, nom="Gants nitrilé"), besoin("B", 1, 1, nom="GANTS NITRILE")])) == 1
    )
    assert cle_de("340 093", "x") == cle_de("340093", "y")


def test_estimate_over_the_duration() -> None:
    lignes = consolider([besoin("A", 1, 1000), besoin("B", 1, None, nom="Autre")])
    vue = estimer(lignes, 48)
    assert (vue.annuel, vue.valeur, vue.sans_montant) == (1000, D("4000.00"), 1)
    assert estimer(lignes, None).mois == 12
    assert estimer([], 48).valeur is None


def test_difference() -> None:
    assert ecart(D(110), D(100)) == D("0.1")
    assert ecart(D(110), D(0)) is None
    assert ecart(None, D(100)) is None


lus = st.tuples(
    st.sampled_from("ABC"), st.sampled_from(["Gants", "Masques"]), st.none() | st.integers(0, 10**6)
)


@given(st.lists(lus, max_size=20))
def test_nothing_is_lost(donnes: list[tuple[str, str, int | None]]) -> None:
    """One known amount per establishment and product: the sums are those of the raw list."""
    uniques = {(e, nom): m for e, nom, m in donnes}
    lignes = consolider(besoin(e, None, m, nom=nom) for (e, nom), m in uniques.items())
    connus = [m for m in uniques.values() if m is not None]
    assert sum((x.montant or 0) for x in lignes) == sum(connus)
    assert sum(x.sans_montant for x in lignes) == sum(1 for m in uniques.values() if m is None)
