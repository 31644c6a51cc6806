"""Boxes and pieces: a price is held against the same unit only, even when it was frozen for a box."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from fanal.depenses.actions.references import Gel, geler, verrou
from fanal.depenses.compute.gains_unites import pieces
from fanal.depenses.models import DecisionRapprochement, ProduitReference
from fanal.depenses.queries.gains import ActionProuvee, preuve
from fanal.marches.models import Marche
from fanal.moteurs.rapprochement.texte import cle
from fanal.territoires.models import Ght
from tests.appui.lac import poser
from tests.depenses.gains.conftest import GANTS, INSTANT, LE, annee_de_gants, ligne

D = Decimal
Plan = Callable[..., None]
BOITE = "Boîte de 100"


def en_boites(lignes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same gloves, ordered by the box of 100: ten boxes at a hundred times the price of a piece."""
    return [
        {**row, "unite": BOITE, "quantite": "10", "quantite_facturee": "10",
         "prix_unitaire_ht": str(D(row["prix_unitaire_ht"]) * 100)}
        for row in lignes
    ]  # fmt: skip


def gants(ght: Ght) -> ActionProuvee:
    return next(a for a in preuve(2021, ght, LE) if a.lue.action.identifiant == "A1")


def geler_les_gants(ght: Ght) -> None:
    """Freeze what Fanal proposes, as the page does."""
    action = gants(ght)
    product, held = action.candidats[0], action.propositions[GANTS]
    gel = Gel(GANTS, "douze_mois", held.prix, held.quantite, product.unite, held.du, held.au)
    geler(action=action.lue, gels=[gel], motif="", attendu=verrou(action.lue), by=None, instant=INSTANT)


def catalogue(unites: int, jour: int = 1) -> None:
    ProduitReference.objects.create(
        code=GANTS, libelle="Gant", unites=unites, unite="pièce",
        updated_at=datetime(2022, 2, jour, tzinfo=INSTANT.tzinfo),
    )  # fmt: skip


@pytest.mark.django_db
def test_a_reference_frozen_for_a_box_is_brought_to_pieces(ght: Ght, plan: Plan) -> None:
    """120 boxes at 1,200 € incl. VAT are frozen; an order comes in pieces: still 2 € saved on each glove."""
    plan()
    poser(en_boites(annee_de_gants()))
    geler_les_gants(ght)
    catalogue(100)
    assert gants(ght).mesure.produits[0].produit.unite == BOITE
    assert gants(ght).mesure.commande == D("24000.00")
    poser([ligne("2022-03-20", "100", "8.333333")])
    found = gants(ght).mesure
    assert found.produits[0].produit.unite == "pièce"
    reference = found.produits[0].produit.reference
    assert reference is not None and (reference.prix, reference.quantite) == (D(12), D(12_000))
    assert found.commande == D("24000.00")


@pytest.mark.django_db
def test_a_box_of_unknown_content_is_never_held_against_pieces(ght: Ght, plan: Plan) -> None:
    """Nobody says what the box holds: the order in pieces is left out and counted, the boxes still prove."""
    plan()
    poser(en_boites(annee_de_gants()))
    geler_les_gants(ght)
    poser([ligne("2022-03-20", "100", "8.333333")])
    found = gants(ght).mesure
    assert found.commande == D("24000.00")
    assert found.produits[0].produit.non_comparables == 1
    assert any("1 ligne est dans une unité" in said for said in found.remarques)


@pytest.mark.django_db
def test_a_reference_frozen_for_a_piece_is_never_held_against_boxes(ght: Ght, plan: Plan) -> None:
    """Frozen in pieces, then the orders are corrected to boxes of unknown content: nothing can be said."""
    plan()
    year = annee_de_gants()
    poser(year)
    geler_les_gants(ght)
    poser(en_boites(year[12:]))
    found = gants(ght).mesure
    assert found.commande == D("0.00")
    assert found.produits[0].produit.non_comparables == 12


@pytest.mark.parametrize(
    ("ecrite", "bordereau", "catalogue", "attendu"),
    [
        ("boîte de 20", "boîte de 20", None, 20),
        ("boîte de 10", "boîte de 20", None, None),  # ten are not twenty
        ("boîte", "boîte de 20", None, 20),
        ("boîte de 20", "", 20, 20),
        ("BTE x10", "", 20, None),
        ("sac de 30 l", "", 50, 50),  # litres are no number of pieces
        ("carton 4x25", "", 100, 100),
        ("flacon", "", 20, 1),
    ],
)
def test_what_a_box_says_of_itself_is_believed(
    ecrite: str, bordereau: str, catalogue: int | None, attendu: int | None
) -> None:
    found = pieces(
        ecrite,
        unite_marche=bordereau,
        conditionnement=D(20) if bordereau else D(1),
        unites_catalogue=None if catalogue is None else D(catalogue),
    )
    assert found == attendu


@pytest.mark.django_db
@pytest.mark.parametrize("how", ["decision", "codes"])
def test_what_was_frozen_holds_once_the_label_is_known(
    ght: Ght, plan: Plan, marche: Marche, how: str
) -> None:
    """Frozen under the label of the contract, then its code is known: one product, signed once, frozen."""
    plan()
    year = annee_de_gants()
    poser([{**row, "code_produit": None, "libelle": "GANT NITRILE"} for row in year])
    action = gants(ght)
    name = action.candidats[0].cle
    gel = Gel(name, "estimation", D(11), D(12_000), "pièce", None, None)
    geler(action=action.lue, gels=[gel], motif="Essai.", attendu=verrou(action.lue), by=None, instant=INSTANT)
    assert gants(ght).mesure.signe == gants(ght).mesure.commande == D("12000.00")
    if how == "decision":
        catalogue(100)
        product = ProduitReference.objects.get(code=GANTS)
        DecisionRapprochement.objects.create(
            ght=ght, cle=cle("GANT NITRILE"), produit=product, decidee_le=INSTANT
        )
    else:
        poser([{**row, "libelle": "GANT NITRILE"} for row in year])
    found = gants(ght)
    assert [p.cle for p in found.candidats] == [GANTS]
    assert found.mesure.signe == found.mesure.commande == D("12000.00")
