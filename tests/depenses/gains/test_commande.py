"""`fanal depenses gains`: the document, full and empty."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command

from fanal.marches.models import Marche
from fanal.territoires.models import Ght
from tests.appui.lac import poser
from tests.depenses.gains.conftest import annee_de_gants

pytestmark = pytest.mark.django_db


def ask(capsys: Any, *arguments: str) -> Any:
    call_command("depenses", "gains", *arguments, "--json")
    return json.loads(capsys.readouterr().out)


def test_an_empty_base_has_empty_lists(capsys: Any) -> None:
    found = ask(capsys, "--annee", "2021")
    assert (found["annee"], found["actions"], found["par_ght"]) == (2021, [], [])
    assert (found["declare"], found["commande"], found["confirmes"]) == (None, None, 0)


def test_the_document(capsys: Any, ght: Ght, plan: Callable[..., None], marche: Marche) -> None:
    plan()
    poser(annee_de_gants(quantite="500"))
    found = ask(capsys, "--annee", "2021", "--ght", ght.code)
    assert (found["declare"], found["commande"], found["partiels"], found["non_mesurables"]) == (
        "30000.00",
        "12000.00",
        1,
        2,
    )
    assert [row["ght"] for row in found["par_ght"]] == ["BFC-90"]
    gloves = found["actions"][0]
    assert (gloves["statut"], gloves["ecart"]) == ("partiellement_confirme", "-12000.00")
    assert gloves["ecarts"] == [
        {
            "code": "volume",
            "libelle": "Quantité commandée moindre que la quantité gelée",
            "montant": "-12000.00",
        }
    ]
    assert "n'a déposé aucune ligne" in found["actions"][1]["motifs"][0]


def test_the_terminal(capsys: Any, ght: Ght, plan: Callable[..., None], marche: Marche) -> None:
    plan()
    poser(annee_de_gants())
    call_command("depenses", "gains", "--annee", "2021")
    assert "se retrouvent dans les" in capsys.readouterr().out
