"""The figures of the pages by the API: the same sums, the same secrets, the same sentences."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from fanal.marches.models import Marche
from fanal.territoires.models import Ght
from tests.appui.lac import poser
from tests.depenses.gains.conftest import annee_de_gants, marche, plan  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db
Connecte = Callable[[str], Client]
ANALYSE, GAINS = "/api/v1/depenses/analyse", "/api/v1/depenses/gains"
TOUT = {"axes": "annee", "mesure": ["montant_ht", "prix_moyen_ht"], "filtre": ["mois>=2021-04"]}


@pytest.fixture
def lignes(ght: Ght) -> None:
    poser(annee_de_gants())


def test_spend_crossed_for_who_reads_prices(connecte: Connecte, lignes: None) -> None:
    """Nine months of 2021 and three of 2022, a thousand gloves a month at 8.333333 €."""
    found = connecte("acheteur").get(ANALYSE, TOUT).json()
    assert found["lignes"] == [
        {"annee": "2021", "montant_ht": "74999.97", "prix_moyen_ht": "8.333330"},
        {"annee": "2022", "montant_ht": "24999.99", "prix_moyen_ht": "8.333330"},
    ]
    assert found["totaux"]["montant_ht"] == "99999.96"
    assert (found["total"], found["pages"], found["masque"]) == (2, 1, False)


def test_pages_add_up_to_the_total(connecte: Connecte, lignes: None) -> None:
    client = connecte("acheteur")
    asked = {"axes": "mois", "taille": "10"}
    pages = [client.get(ANALYSE, asked | {"page": str(n)}).json() for n in (1, 2, 3, 4)]
    assert [len(p["lignes"]) for p in pages] == [10, 10, 4, 0] and pages[0]["pages"] == 3
    amounts = [Decimal(row["montant_ht"]) for p in pages for row in p["lignes"]]
    assert sum(amounts) == Decimal(pages[0]["totaux"]["montant_ht"]) == Decimal("219999.96")


@pytest.mark.parametrize("role", ["referent_ars", "dgos", "anap"])
def test_who_reads_sums_gets_no_price(connecte: Connecte, lignes: None, role: str) -> None:
    found = connecte(role).get(ANALYSE, TOUT).json()
    assert found["lignes"][0] == {"annee": "2021", "montant_ht": "74999.97", "prix_moyen_ht": None}
    assert found["masque"]


@pytest.mark.parametrize(
    ("question", "phrase"),
    [
        ({"axes": "zut"}, "« zut » n'est pas un axe."),
        ({"mesure": "zut"}, "« zut » n'est pas une mesure."),
        ({"filtre": "mois>=mars"}, "« mars » n'est pas un mois."),
        ({"axes": "mois,annee,finess,uf"}, "Donnez 3 axes au plus"),
        ({"axes": "mois,mois"}, "chacun une seule fois"),
    ],
)
def test_a_question_that_is_not_understood(
    connecte: Connecte, lignes: None, question: dict[str, Any], phrase: str
) -> None:
    answer = connecte("acheteur").get(ANALYSE, question)
    assert answer.status_code == 422 and phrase in answer.json()["phrase"]


def test_the_gains_are_those_of_the_command(
    connecte: Connecte,
    lignes: None,
    ght: Ght,
    plan: Callable[..., None],  # noqa: F811 - the fixture
    marche: Marche,  # noqa: F811
    capsys: Any,
) -> None:
    plan()
    told = connecte("referent_ars").get(GAINS, {"ght": ght.code, "annee": 2021}).json()
    call_command("depenses", "gains", "--annee", "2021", "--ght", ght.code, "--json")
    wanted = json.loads(capsys.readouterr().out)
    assert told["actions"] == wanted["actions"] and told["annee_civile"] == wanted["annee_civile"]
    assert (told["commande"], told["retrouve"]) == ("24000.00", "24000.00")
    assert (told["confirmes"], told["non_mesurables"]) == (1, 2)


def test_the_gains_of_another_ght_do_not_exist(connecte: Connecte, autre_ght: Ght) -> None:
    answer = connecte("directeur_achats").get(GAINS, {"ght": autre_ght.code, "annee": 2021})
    assert answer.status_code == 404
