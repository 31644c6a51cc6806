"""The API of finance systems: contracts read on from where it stopped, consumption sent once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from fanal.marches.models import Consommation, Marche
from fanal.territoires.models import Ght
from fanal.territoires.noeuds import Noeud
from tests.marches.execution.conftest import INSTANT
from tests.marches.publication.fabrique import complet, creer

pytestmark = pytest.mark.django_db
Connecte = Callable[[str], Client]


def get(client: Client, path: str, status: int = 200) -> Any:
    answer = client.get(f"/api/v1{path}")
    assert answer.status_code == status, answer.content
    return answer.json()


def push(client: Client, status: int, **body: Any) -> Any:
    answer = client.post("/api/v1/marches/consommations", body, content_type="application/json")
    assert answer.status_code == status, answer.content
    return answer.json()


def line(number: int, amount: Any = "10.00", **changes: Any) -> dict[str, Any]:
    return {
        "cle": f"C{number}",
        "finess": "210000001",
        "date": "2026-03-01",
        "montant_ht": amount,
        "numero_marche": "M-2025-01",
    } | changes


def test_the_list_is_read_by_slices_and_misses_nothing(connecte: Connecte, ght: Ght, autre_ght: Ght) -> None:
    made = [creer(complet(id=f"M{n}"), Noeud("ght", ght)) for n in range(7)]
    creer(complet(id="AILLEURS"), Noeud("ght", autre_ght))
    # Several written at the same instant: the cursor goes by number then.
    for n, marche in enumerate(made):
        Marche.objects.filter(pk=marche.pk).update(updated_at=INSTANT + timedelta(seconds=n // 3))
    client, seen, cursor = connecte("acheteur"), [], ""
    for _ in range(10):
        page = get(client, f"/marches?taille=2{cursor}")
        seen += [m["identifiant"] for m in page["elements"]]
        if page["suivant"] is None:
            break
        cursor = f"&curseur={page['suivant']}"
    assert seen == [f"M{n}" for n in range(7)]


def test_what_changed_since(connecte: Connecte, ght: Ght) -> None:
    old, new = (creer(complet(id=i), Noeud("ght", ght)) for i in ("VIEUX", "NEUF"))
    Marche.objects.filter(pk=new.pk).update(updated_at=INSTANT)
    client = connecte("acheteur")
    found = get(client, f"/marches?modifie_depuis={INSTANT.isoformat().replace('+', '%2B')}")
    assert [m["identifiant"] for m in found["elements"]] == ["NEUF"]
    assert old.updated_at < INSTANT


def test_a_cursor_that_is_not_one(connecte: Connecte, ght: Ght) -> None:
    for bad in ("zzz", "MjAyNHxh", "====", "MjAyNi0wMS0wMXw5OTk5OTk5OTk5OTk5OTk5OTk5OTk5"):
        assert "curseur" in get(connecte("acheteur"), f"/marches?curseur={bad}", 422)["phrase"]


def test_the_whole_of_a_contract(connecte: Connecte, marche: Marche) -> None:
    client = connecte("acheteur")
    push(client, 201, ght="BFC-90", cle="mars", lignes=[line(1, "12.50")])
    found = get(client, f"/marches/{marche.pk}")
    assert (found["maximum_ht"], found["montant"]) == ("1000.00", "250000.50")
    assert found["consommation"] == {
        "total_ht": "12.50",
        "quantite": None,
        "lignes": 1,
        "par_etablissement": {"210000001": "12.50"},
    }
    assert [b["part_maximum_ht"] for b in found["beneficiaires"]] == [None, "300.00"]


def test_the_decp_document_or_what_it_lacks(connecte: Connecte, ght: Ght) -> None:
    client = connecte("acheteur")
    good, bad = (
        creer(complet(id=i, ccag=c), Noeud("ght", ght)) for i, c in (("M1", "Travaux"), ("M2", None))
    )
    whole = get(client, f"/marches/{good.pk}/decp")
    assert whole["complet"] and whole["document"] == complet(id="M1", ccag="Travaux")
    lacking = get(client, f"/marches/{bad.pk}/decp")
    assert lacking["document"] is None
    assert [m["champ"] for m in lacking["manques"]] == ["ccag"]


def test_the_same_batch_twice_then_another_under_its_key(connecte: Connecte, marche: Marche) -> None:
    client = connecte("pharmacien")
    body = {"ght": "BFC-90", "cle": "2026-03/1", "lignes": [line(1), line(2, 1500)]}
    first, again = push(client, 201, **body), push(client, 200, **body)
    assert (first["deja_recu"], again["deja_recu"]) == (False, True)
    assert {**first, "deja_recu": True} == again
    assert first["depassees"] == 1
    refused = push(client, 409, **(body | {"lignes": [line(1)]}))
    assert "2026-03/1" in refused["phrase"]
    assert Consommation.objects.count() == 2


def test_what_was_received_is_listed_to_take_up_again(connecte: Connecte, marche: Marche) -> None:
    client = connecte("pharmacien")
    for n in (1, 2):
        push(client, 201, ght="BFC-90", cle=f"mars/{n}", lignes=[line(n)])
    push(client, 201, ght="BFC-90", cle="avril/1", lignes=[line(3)])
    found = get(client, "/marches/consommations?ght=BFC-90&prefixe=mars/")
    assert sorted(lot["cle"] for lot in found["elements"]) == ["mars/1", "mars/2"]
    assert found["elements"][0]["acceptees"] == 1


def test_what_is_not_usable(connecte: Connecte, ght: Ght) -> None:
    client = connecte("acheteur")
    for lines in ([], [line(1, "12.345")], [line(1, finess="2100")], [{"cle": "C1"}]):
        push(client, 422, ght="BFC-90", cle="x", lignes=lines)
    push(client, 404, ght="ZZZ-99", cle="x", lignes=[line(1)])
    assert not Consommation.objects.exists()
