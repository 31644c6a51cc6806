"""The proof of a year is kept as long as nothing that it depends on is written, and no longer."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import pytest

from fanal.depenses.actions.references import Gel, geler, verrou
from fanal.depenses.models import DecisionRapprochement, ProduitReference
from fanal.depenses.queries.gains import ActionProuvee, preuve
from fanal.exploitation.ouvrier import noter_battement
from fanal.marches.models import LienAction, Marche
from fanal.prix.models import PrixLigne
from fanal.territoires.models import Ght
from tests.appui.lac import poser
from tests.depenses.gains.conftest import ACTIONS, GANTS, INSTANT, LE, annee_de_gants, ligne

pytestmark = pytest.mark.django_db
Plan = Callable[..., None]


@pytest.fixture
def lue(ght: Ght, plan: Plan, marche: Marche) -> list[ActionProuvee]:
    plan()
    poser(annee_de_gants())
    return preuve(2021, ght, LE)


def de_nouveau(ght: Ght, before: list[ActionProuvee]) -> dict[str, ActionProuvee]:
    """The proof made again: it must be, for it has something new to say."""
    found = preuve(2021, ght, LE)
    assert found is not before
    return {a.lue.action.identifiant: a for a in found}


def test_a_heartbeat_changes_no_proof(ght: Ght, lue: list[ActionProuvee]) -> None:
    noter_battement("ouvrier", INSTANT)
    assert preuve(2021, ght, LE) is lue


def test_a_ght_is_read_from_the_nation(ght: Ght, autre_ght: Ght, lue: list[ActionProuvee]) -> None:
    nation = preuve(2021, None, LE)
    found = preuve(2021, ght, LE)
    assert found is not lue and all(a is b for a, b in zip(found, nation, strict=True))
    told = [[(a.lue.action, a.mesure, a.part) for a in rows] for rows in (found, lue)]
    assert told[0] == told[1]
    assert preuve(2021, autre_ght, LE) == []


def test_another_day_is_another_proof(ght: Ght, lue: list[ActionProuvee]) -> None:
    assert preuve(2021, ght, date(2022, 6, 2)) is not lue


def test_a_new_plan(ght: Ght, plan: Plan, lue: list[ActionProuvee]) -> None:
    plan((ACTIONS[0].replace("24000;notifiée", "12000;notifiée"),))
    assert de_nouveau(ght, lue)["A1"].mesure.declare == Decimal("12000.00")


def test_new_lines(ght: Ght, lue: list[ActionProuvee]) -> None:
    poser([ligne("2021-05-11", "10", "9")])
    assert de_nouveau(ght, lue)["A1"].mesure.produits[0].quantite == 12_010


def test_a_frozen_reference(ght: Ght, lue: list[ActionProuvee]) -> None:
    action = lue[0].lue
    gel = Gel(GANTS, "estimation", Decimal(11), Decimal(12_000), "pièce", None, None)
    geler(action=action, gels=[gel], motif="Essai.", attendu=verrou(action), by=None, instant=INSTANT)
    assert de_nouveau(ght, lue)["A1"].mesure.commande == Decimal("12000.00")


def test_a_price_of_the_contract(ght: Ght, marche: Marche, lue: list[ActionProuvee]) -> None:
    PrixLigne.objects.create(marche=marche, cle="1", prix_unitaire_ht="750", depuis=date(2021, 4, 1),
                             origine="avenant", created_at=INSTANT)  # fmt: skip
    assert de_nouveau(ght, lue)["A1"].mesure.signe == Decimal("36000.00")


def test_a_contract_linked_to_an_action(ght: Ght, marche: Marche, lue: list[ActionProuvee]) -> None:
    LienAction.objects.create(marche=marche, ght=ght, annee=2021, identifiant_action="A3", created_at=INSTANT)
    assert de_nouveau(ght, lue)["A3"].lue.marches == (marche,)


def test_the_catalogue_and_what_labels_are(ght: Ght, lue: list[ActionProuvee]) -> None:
    product = ProduitReference.objects.create(code="X1", libelle="X", unites=50, updated_at=INSTANT)
    held = list(de_nouveau(ght, lue).values())
    again = preuve(2021, ght, LE)
    product.updated_at = datetime(2022, 2, 1, tzinfo=INSTANT.tzinfo)
    product.save()
    assert [a.pk for a in held] == [a.pk for a in again]
    assert preuve(2021, ght, LE) is not again
    again = preuve(2021, ght, LE)
    DecisionRapprochement.objects.create(ght=ght, cle="gant", produit=product, decidee_le=INSTANT)
    assert preuve(2021, ght, LE) is not again
