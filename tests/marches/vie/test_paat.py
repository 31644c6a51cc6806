"""A contract and an action of the purchase plan, linked both ways."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from fanal.achats import volets
from fanal.comptes.perimetre import NULLE_PART, PARTOUT, Perimetre
from fanal.marches.models import LienAction
from fanal.memoire import lecture
from fanal.territoires.models import Etablissement, Ght, OperateurAchat, Region
from tests.securite.monde import Monde, build

pytestmark = pytest.mark.django_db


@pytest.fixture
def monde(
    region: Region,
    ght: Ght,
    etablissement: Etablissement,
    operateur_achat: OperateurAchat,
    utilisateurs: Any,
    maintenant: datetime,
    tmp_path: Path,
) -> Monde:
    trame = tmp_path / "trame.csv"
    trame.write_text(
        "identifiant;finess;role;intitule;operateur;gain_annuel_ttc\n"
        "A1;210000001;support;Gants;GHT;5 000,00\n"
        "A2;210000001;support;Masques;GHT;2 000,00\n"
    )
    with pytest.MonkeyPatch.context() as patch:
        # The world keeps one action; the plan of this test has two.
        from fanal.achats.models import Action

        patch.setattr(Action.objects, "get", lambda **kwargs: Action.objects.filter(**kwargs).first())
        return build(region, ght, etablissement, operateur_achat, utilisateurs, maintenant, trame)


def test_each_page_leads_to_the_other(monde: Monde, connecte: Callable[[str], Client]) -> None:
    client = connecte("directeur_achats")
    contract = client.get(reverse("marches:marche", args=[monde.marche.pk])).content.decode()
    assert reverse("achats:action", args=[monde.action.pk]) in contract
    action = client.get(reverse("achats:action", args=[monde.action.pk])).content.decode()
    assert reverse("marches:marche", args=[monde.marche.pk]) in action


@pytest.mark.django_db(transaction=True)
def test_the_panels_of_an_action_follow_what_is_linked(
    monde: Monde, connecte: Callable[[str], Client]
) -> None:
    """They are kept until a write: taking the link away, or giving it back, shows at once."""
    client = connecte("directeur_achats")
    contract = reverse("marches:marche", args=[monde.marche.pk])

    def shown() -> bool:
        page = client.get(reverse("achats:action", args=[monde.action.pk]))
        return contract in page.content.decode()

    assert shown() and shown()
    links = list(LienAction.objects.all())
    LienAction.objects.all().delete()
    assert not shown()
    LienAction.objects.bulk_create(links)
    assert shown()


def test_panels_are_kept_for_one_perimeter(monde: Monde, autre_ght: Ght) -> None:
    today = date(2026, 1, 5)
    sees = {"all": PARTOUT, "mine": Perimetre(ghts=frozenset({monde.ght.pk}))}
    sees |= {"other": Perimetre(ghts=frozenset({autre_ght.pk})), "none": NULLE_PART}

    def codes(perimetre: Perimetre) -> list[str]:
        with lecture(lambda: "same"):
            return [v.code for v, _ in volets.remplir(monde.action, lambda _: perimetre, today)]

    for _ in range(2):
        found = {name: codes(perimetre) for name, perimetre in sees.items()}
        assert found["all"] == found["mine"] != []
        assert found["other"] == found["none"] == []


def test_linking_and_unlinking(monde: Monde, connecte: Callable[[str], Client]) -> None:
    client = connecte("directeur_achats")
    address = reverse("marches:acte", args=[monde.marche.pk, "action"])
    data = {"verrou": 0, "ght": monde.ght.pk, "annee": 2021}
    unknown = client.post(address, {**data, "identifiant": "A9"})
    assert "Aucune action « A9 »" in unknown.content.decode()
    twice = client.post(address, {**data, "identifiant": "A1"})
    assert "déjà liée" in twice.content.decode()
    assert client.post(address, {**data, "identifiant": "A2"}).status_code == 302
    link = LienAction.objects.get(identifiant_action="A2")
    client.post(reverse("marches:delier", args=[monde.marche.pk, link.pk]))
    assert not LienAction.objects.filter(identifiant_action="A2").exists()


def test_papers_are_not_for_those_who_do_not_see_prices(
    monde: Monde, connecte: Callable[[str], Client]
) -> None:
    address = reverse("marches:document", args=[monde.marche.pk, monde.document.pk])
    assert connecte("pharmacien").get(address).status_code == 200
    assert connecte("dgos").get(address).status_code == 403
    page = connecte("referent_ars").get(reverse("marches:marche", args=[monde.marche.pk])).content.decode()
    assert "ae.pdf" not in page and "droit de voir les prix" in page
