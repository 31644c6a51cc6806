"""From the plan to the order lines, through the register and the lake."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from fanal.depenses.models import DecisionRapprochement, ProduitReference
from fanal.depenses.queries.gains import ActionProuvee, preuve, sommer
from fanal.marches.models import Marche
from fanal.moteurs.rapprochement.texte import cle
from fanal.prix.models import ClauseRevision, SerieIndice, ValeurIndice
from fanal.territoires.models import Ght
from tests.appui.lac import poser
from tests.depenses.gains.conftest import ACTIONS, GANTS, INSTANT, LE, annee_de_gants, ligne

pytestmark = pytest.mark.django_db
D = Decimal
Plan = Callable[..., None]
CLAUSE = {
    "intitule": "Révision",
    "formule": {"fixe": "0.5", "termes": [{"indice": "A", "part": "0.5"}]},
    "mois_zero": "2021-03",
}


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


def test_a_credit_note_follows_its_origin_once_corrected(ght: Ght, plan: Plan, marche: Marche) -> None:
    """The order taken back is corrected (one more piece): the return still counts in its window."""
    plan()
    year = annee_de_gants()
    deposit = poser(year)
    order = year[12]
    first = (deposit.numero << 32) | 12
    note = ligne(
        "2022-04-20", "1000", "-8.333333", "", type_ligne="avoir", origine=first,
        numero_commande=order["numero_commande"], numero_ligne="2",
    )  # fmt: skip
    poser([note])
    corrected = ligne("2021-04-10", "1001", "8.333333", numero_commande=order["numero_commande"])
    poser([corrected])
    measure = prouver(ght)["A1"].mesure
    assert measure.produits[0].quantite == D("11001")
    assert measure.commande == D("22002.00")


def test_a_credit_note_under_another_number_follows_its_origin(ght: Ght, plan: Plan, marche: Marche) -> None:
    """The hospital wrote M-9 on the return of an order of M-1: M-1 gives the pieces back."""
    plan()
    deposit = poser(annee_de_gants())
    first = (deposit.numero << 32) | 12
    poser([ligne("2021-05-20", "1000", "-8.333333", "M-9", type_ligne="avoir", origine=first)])
    measure = prouver(ght)["A1"].mesure
    assert (measure.produits[0].quantite, measure.commande) == (D("11000"), D("22000.00"))


def test_a_return_is_not_a_first_order(ght: Ght, plan: Plan, marche: Marche) -> None:
    """No date is declared; a return whose order is unknown bears the contract before any order does."""
    plan((ACTIONS[0].replace("01/04/2021", ""),))
    poser([*annee_de_gants(), ligne("2021-03-22", "5", "-10", type_ligne="avoir")])
    window = prouver(ght)["A1"].mesure.fenetre
    assert window is not None and window.debut == date(2021, 4, 10)


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


def test_orders_before_the_declared_first_one_are_told(ght: Ght, plan: Plan, marche: Marche) -> None:
    plan()
    poser([*annee_de_gants(), ligne("2021-03-02", "10", "8.333333")])
    assert prouver(ght)["A1"].anticipees == 1


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
    p0 = sum(map(ttc, before), D(0)) / q0
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


def test_lines_without_code_are_known_by_their_article_then_by_their_label(
    ght: Ght, plan: Plan, marche: Marche
) -> None:
    """No product code anywhere: the hospital's own article, else the label, long as it may be."""
    plan()
    long_label = "Gant d'examen non stérile en nitrile sans poudre " * 3
    bare = {"code_produit": "", "libelle": long_label}
    poser([{**row, **bare} for row in annee_de_gants()])
    measure = prouver(ght)["A1"].mesure
    assert (measure.signe, measure.commande) == (None, D("24000.00"))
    assert len(measure.produits[0].produit.cle) == 80
    poser([{**row, **bare, "code_article": "ART-7"} for row in annee_de_gants()])
    names = {p.produit.cle for p in prouver(ght)["A1"].mesure.produits}
    assert "ART-7" in names


def test_a_wrong_product_code_is_no_product(ght: Ght, plan: Plan, marche: Marche) -> None:
    """`poser` holds codes that begin by FAUX for wrong: the label takes their place."""
    plan()
    poser([{**row, "code_produit": "FAUX1"} for row in annee_de_gants()])
    (product,) = prouver(ght)["A1"].mesure.produits
    assert product.produit.cle == "GANT NITRILE T7"


def test_a_decided_label_brings_its_lines_back(ght: Ght, plan: Plan, marche: Marche) -> None:
    """Half of the lines have no code: once their label is decided to be the glove, they count with it."""
    plan()
    lines = annee_de_gants()
    for rank, row in enumerate(lines):
        if rank % 2:
            row |= {"code_produit": "", "libelle": "GT NITRIL T7"}
    poser(lines)
    assert len(prouver(ght)["A1"].mesure.produits) == 2
    glove = ProduitReference.objects.create(code=GANTS, libelle="Gant", updated_at=INSTANT)
    DecisionRapprochement.objects.create(
        ght=ght, cle=cle("GT NITRIL T7"), produit=glove, libelles=["GT NITRIL T7"], decidee_le=INSTANT
    )
    (product,) = prouver(ght)["A1"].mesure.produits
    assert (product.produit.cle, product.quantite, product.commande) == (GANTS, D("12000"), D("24000.00"))


def test_the_index_of_the_clause_takes_its_part(ght: Ght, plan: Plan, marche: Marche) -> None:
    """Index 100 over the year before, 110 after, half of the price follows it: 12 € would be 12.60 €."""
    plan()
    poser(annee_de_gants())
    serie = SerieIndice.objects.create(code="A", libelle="Indice A")
    for rank in range(24):
        month = date(2020 + (rank + 3) // 12, (rank + 3) % 12 + 1, 1)
        ValeurIndice.objects.create(serie=serie, mois=month, valeur=100 if rank < 12 else 110)
    ClauseRevision.objects.create(marche=marche, definition=CLAUSE, empreinte="e", created_at=INSTANT)
    measure = prouver(ght)["A1"].mesure
    assert (measure.inflation, measure.achat) == (D("-7200.00"), D("31200.00"))
    assert measure.non_reparti == 0
    ValeurIndice.objects.filter(mois=date(2021, 8, 1)).delete()
    measure = prouver(ght)["A1"].mesure
    assert (measure.inflation, measure.non_reparti) == (None, D("24000.00"))
