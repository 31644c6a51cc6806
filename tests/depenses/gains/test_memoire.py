"""The proof of a year is kept as long as nothing that it depends on is written, and no longer."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

import pytest

from fanal.depenses.actions.references import Gel, geler, verrou
from fanal.depenses.models import DecisionRapprochement, ProduitReference
from fanal.depenses.queries.gains import ActionProuvee, preuve
from fanal.depenses.queries.gains_territoire import annee_prouvee
from fanal.depenses.queries.portee import Portee
from fanal.exploitation.ouvrier import noter_battement
from fanal.marches.models import LienAction, Marche
from fanal.moteurs.rapprochement.texte import cle
from fanal.prix.models import PrixLigne
from fanal.territoires.actions.appartenances import ajouter_appartenance, terminer_appartenance
from fanal.territoires.models import Appartenance, Etablissement, Ght
from fanal.territoires.noeuds import Noeud
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


def test_a_packaging_of_the_catalogue(ght: Ght, plan: Plan) -> None:
    """Boxes then pieces: what the catalogue says of the box changes the gain, at once."""
    plan()
    year = annee_de_gants()
    boxes = [{**row, "unite": "boîte", "quantite": "10", "quantite_facturee": "10"} for row in year[:12]]
    poser([*boxes, *year[12:]])
    assert de_nouveau(ght, [])["A1"].mesure.motifs == ("sans_reference",)
    held = ProduitReference.objects.create(code=GANTS, libelle="Gant", unites=100, updated_at=INSTANT)
    before = preuve(2021, ght, LE)
    assert de_nouveau(ght, [])["A1"].mesure.commande == Decimal("24000.00")
    # A box of 50: half the pieces for the same money, 24 € each; 6,000 of them are the reference.
    held.unites, held.updated_at = Decimal(50), datetime(2022, 2, 1, tzinfo=INSTANT.tzinfo)
    held.save()
    assert de_nouveau(ght, before)["A1"].mesure.commande == Decimal("84000.00")


def test_a_decision_on_a_label(ght: Ght, plan: Plan, marche: Marche) -> None:
    """The year before was ordered under a label alone: once settled, it gives the reference."""
    plan()
    year = annee_de_gants()
    poser([{**row, "code_produit": None, "libelle": "GT NITR 7"} for row in year[:12]] + year[12:])
    product = ProduitReference.objects.create(code=GANTS, libelle="Gant", unites=100, updated_at=INSTANT)
    before = preuve(2021, ght, LE)
    assert before[0].mesure.motifs == ("sans_reference",)
    DecisionRapprochement.objects.create(ght=ght, cle=cle("GT NITR 7"), produit=product, decidee_le=INSTANT)
    assert de_nouveau(ght, before)["A1"].mesure.commande == Decimal("24000.00")


def test_an_establishment_that_joins_brings_its_contracts(
    ght: Ght, autre_ght: Ght, marche: Marche, plan: Plan
) -> None:
    """M-1 is the contract of a hospital of another GHT; the day that it joins, the action may use it."""
    place = Etablissement.objects.get(finess="350000001")
    marche.niveau, marche.ght, marche.etablissement = "etablissement", None, place
    marche.save()
    plan()
    poser(annee_de_gants())
    before = preuve(2021, ght, LE)
    assert before[0].lue.marches == () and before[0].mesure.signe is None
    row = Appartenance.objects.get(etablissement=place)
    terminer_appartenance(appartenance=row, fin=date(2020, 12, 31), by=None, instant=INSTANT, motif="Arrêté.")
    ajouter_appartenance(
        etablissement=place, ght=ght, role="partie", debut=date(2021, 1, 1), by=None, instant=INSTANT
    )
    assert de_nouveau(ght, before)["A1"].mesure.signe == Decimal("24000.00")


def test_the_page_keeps_its_year_no_longer(ght: Ght, lue: list[ActionProuvee]) -> None:
    """What the page of a territory keeps, for an account, falls with the proofs that it is made of."""
    here, held = Noeud("ght", ght), Portee(None, None)
    kept = annee_prouvee(2021, here, held, LE)
    assert annee_prouvee(2021, here, held, LE) is kept
    assert kept.civile.nouvelles.commande == Decimal("18082.19")  # 275 days of 365 of 24,000 €
    poser([ligne("2021-05-11", "10", "9")])
    found = annee_prouvee(2021, here, held, LE)
    assert found is not kept and found.actions[0].mesure.produits[0].quantite == 12_010
