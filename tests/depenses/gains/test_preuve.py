"""From the plan to the order lines, through the register and the lake."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from fanal.depenses.queries.gains import ActionProuvee, preuve, sommer
from fanal.marches.models import Marche
from fanal.territoires.models import Ght
from tests.appui.lac import poser
from tests.depenses.gains.conftest import LE, annee_de_gants, ligne

pytestmark = pytest.mark.django_db
D = Decimal
Plan = Callable[..., None]


def prouver(ght: Ght) -> dict[str, ActionProuvee]:
    return {a.lue.action.identifiant: a for a in preuve(2021, ght, LE)}


def test_the_chain_from_the_plan_to_the_lines(ght: Ght, plan: Plan, marche: Marche) -> None:
    plan()
    poser(annee_de_gants())
    found = prouver(ght)
    gloves = found["A1"].mesure
    assert gloves.statut == "confirme"
    assert (gloves.declare, gloves.signe, gloves.commande) == (D("24000.00"), D("24000.00"), D("24000.00"))
    assert gloves.facture == D("24000.00")
    assert [p.produit.libelle for p in gloves.produits] == ["Gant nitrile"]
    assert len(gloves.produits[0].mois) == 12
    assert {i: a.mesure.motifs for i, a in found.items() if a.mesure.statut == "non_mesurable"} == {
        "A2": ("sans_depot",),
        "A3": ("sans_marche",),
    }
    total = sommer(found.values())
    assert (total.declare, total.mesurable, total.retrouve) == (D("30000.00"), D("24000.00"), D("24000.00"))
    assert (total.confirmes, total.non_mesurables) == (1, 2)


def test_without_a_registered_contract_lines_still_prove(ght: Ght, plan: Plan) -> None:
    """The number alone is enough: nothing is signed, and the orders are there."""
    plan()
    poser(annee_de_gants())
    gloves = prouver(ght)["A1"].mesure
    assert (gloves.signe, gloves.commande) == (None, D("24000.00"))


def test_boxes_and_pieces_are_one_unit(ght: Ght, plan: Plan, marche: Marche) -> None:
    plan()
    lines = annee_de_gants()
    boxes = [
        {**row, "unite": "Boîte", "quantite": "10", "quantite_facturee": "10", "prix_unitaire_ht": "833.3333"}
        if row["numero_marche"] == "M-1"
        else row
        for row in lines
    ]
    poser(boxes)
    assert prouver(ght)["A1"].mesure.commande == D("24000.00")


def test_a_credit_note_follows_its_origin(ght: Ght, plan: Plan, marche: Marche) -> None:
    """A return after the window, without a contract number: it takes 1,000 pieces back from the contract."""
    plan()
    deposit = poser(annee_de_gants())
    first = (deposit.numero << 32) | 12
    poser([ligne("2022-04-20", "1000", "-8.333333", "", type_ligne="avoir", origine=first)])
    measure = prouver(ght)["A1"].mesure
    assert measure.produits[0].quantite == D("11000")
    assert measure.commande == D("22000.00")


def test_the_same_glove_bought_elsewhere(ght: Ght, plan: Plan, marche: Marche) -> None:
    plan()
    lines = [*annee_de_gants(quantite="500"), ligne("2021-07-02", "6000", "10", "M-9")]
    poser(lines)
    measure = prouver(ght)["A1"].mesure
    assert {e.code: e.montant for e in measure.ecarts} == {"ailleurs": D("-12000.00")}
    assert (measure.statut, measure.commande) == ("partiellement_confirme", D("12000.00"))


def test_rebates_never_enter_a_price(ght: Ght, plan: Plan, marche: Marche) -> None:
    plan()
    poser([*annee_de_gants(), ligne("2021-12-31", "1", "-5000", type_ligne="remise")])
    assert prouver(ght)["A1"].mesure.commande == D("24000.00")


def test_a_month_that_was_not_deposited_is_missing(ght: Ght, plan: Plan, marche: Marche) -> None:
    plan()
    poser([row for row in annee_de_gants() if not row["date_commande"].startswith("2021-06")])
    measure = prouver(ght)["A1"].mesure
    assert {e.code: e.montant for e in measure.ecarts} == {
        "depots": D("-1972.60"),  # 24,000 × 30 / 365
        "volume": D("-27.40"),  # 11,000 bought where 11,013.7 were expected
    }
    assert measure.motifs == ("mois_absents",)


def test_the_contract_of_another_ght_with_the_same_number_is_not_read(
    ght: Ght, autre_ght: Ght, plan: Plan, marche: Marche
) -> None:
    plan()
    marche.ght = autre_ght
    marche.save()
    poser(annee_de_gants())
    read = prouver(ght)["A1"]
    assert (read.lue.marches, read.mesure.signe) == ((), None)


def test_a_first_order_that_was_not_declared_is_observed(ght: Ght, plan: Plan, marche: Marche) -> None:
    row = (
        "A1;210000001;support;MEDICAMENTS;Gants;GHT;M-1;Effet prix induit;;12;10;12000;144000;24000;notifiée"
    )
    plan((row,))
    poser(annee_de_gants())
    read = prouver(ght)["A1"]
    assert read.vu.observee
    assert str(read.premiere) == "2021-04-10"


def naive(lines: list[dict[str, Any]]) -> Decimal:
    """The ordered gain of A1 as one would write it in a spreadsheet, floats aside."""
    before = [r for r in lines if "2020-04-01" <= r["date_commande"] < "2021-04-01"]
    after = [
        r for r in lines if "2021-04-01" <= r["date_commande"] < "2022-04-01" and r["numero_marche"] == "M-1"
    ]

    def ttc(row: dict[str, Any]) -> Decimal:
        return (D(row["montant_ht"]) * D("1.2")).quantize(D("0.01"), "ROUND_HALF_UP")

    q0, q1 = sum(D(r["quantite"]) for r in before), sum(D(r["quantite"]) for r in after)
    p0 = (sum(map(ttc, before), D(0)) / q0).quantize(D("0.000001"), "ROUND_HALF_UP")
    gain = (p0 * q1 - sum(map(ttc, after), D(0))) * min(D(1), D(q0) / D(q1))
    return gain.quantize(D("0.01"), "ROUND_HALF_UP")


@pytest.mark.parametrize("seed", range(4))
def test_a_naive_computation_over_the_raw_lines_agrees(
    ght: Ght, plan: Plan, marche: Marche, seed: int
) -> None:
    plan()
    lines = annee_de_gants()
    for rank, row in enumerate(lines):
        quantity = str(100 + (rank * 37 + seed * 101) % 1900)
        price = str(D(row["prix_unitaire_ht"]) + D((rank * 13 + seed * 7) % 90) / 100)
        row |= ligne(row["date_commande"], quantity, price, row["numero_marche"])
    poser(lines)
    assert prouver(ght)["A1"].mesure.commande == naive(lines)
