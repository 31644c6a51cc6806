"""What pages keep in memory never outlives a write: warm or told to forget everything, they say the same."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from fanal.achats.models import Action
from fanal.campagnes.actions import decisions, dossiers, observations, publications
from fanal.campagnes.models import Campagne, Dossier, Observation
from fanal.campagnes.registre import Choix
from fanal.comptes.models import Affectation, Utilisateur
from fanal.memoire import vider_tout
from tests.campagnes.web.conftest import Deposer

pytestmark = pytest.mark.django_db(transaction=True)
JETONS = re.compile(r'(csrfmiddlewaretoken" value|X-CSRFToken": )="?[^">]*|"X-CSRFToken": "[^"]*"')
Pas = Callable[[], object]


def addresses(dossier: Dossier) -> dict[str, list[str]]:
    """What each account opens."""
    code, pk = dossier.campagne.code, dossier.pk
    action = Action.objects.filter(version=dossier.version_courante).order_by("ligne")[0].pk
    siennes = ["/", f"/campagnes/dossiers/{pk}/", f"/campagnes/dossiers/{pk}/versions/1/"]
    siennes += [f"/achats/actions/{action}/", "/achats/plan/?annee=2021", "/recherche/?q=A-001"]
    return {
        "dgos": [
            "/",
            "/campagnes/",
            f"/campagnes/{code}/",
            f"/campagnes/{code}/etapes/",
            f"/campagnes/dossiers/{pk}/",
            "/achats/controle/?annee=2021",
            "/achats/performance/?annee=2021",
            "/campagnes/publications/",
            "/recherche/?q=Action",
        ],
        "referent_ars": ["/", "/campagnes/avis/?annee=2021", *siennes[1:2]],
        "directeur_achats": siennes,
        "ailleurs": ["/", *siennes[1:4], "/recherche/?q=A-001"],
    }


def read(client: Client, address: str) -> tuple[int, str]:
    answer = client.get(address)
    return answer.status_code, JETONS.sub("", answer.content.decode())


def forget() -> None:
    vider_tout()
    cache.clear()


@pytest.fixture
def pas(depose: Deposer, present: datetime) -> Callable[[Dossier], dict[str, Pas]]:
    """The life of a dossier, step by step."""
    tard = present + timedelta(days=90)
    choix = [Choix(f"A-{n:03d}", "retenu") for n in (1, 3, 4)]

    def steps(vu: Dossier) -> dict[str, Pas]:
        def go(code: str) -> Pas:
            return lambda: dossiers.franchir(dossier=vu, transition=code, by=None, instant=present)

        def ask() -> object:
            questions = {"A-001": "Pourquoi ?"}
            return observations.demander(dossier=vu, demandes=questions, by=None, instant=present)

        def answer() -> object:
            asked = Observation.objects.get()
            return observations.repondre(observation=asked, reponse="Parce que.", by=None, instant=present)

        def publish() -> object:
            campagne = Campagne.objects.get()
            return publications.publier(campagne=campagne, by=None, instant=tard)

        return {
            "valider": go("valider"),
            "transmettre": go("transmettre"),
            "controler": go("controler"),
            "demander": ask,
            "repondre": answer,
            "decider": lambda: decisions.decider(dossier=vu, choix=choix, by=None, instant=tard),
            "arreter": lambda: dossiers.franchir(dossier=vu, transition="arreter", by=None, instant=tard),
            "publier": publish,
            "retirer un rôle": lambda: Affectation.objects.filter(role="directeur_achats").delete(),
        }

    return steps


def test_every_page_says_the_same_warm_or_not(
    depose: Deposer,
    pas: Callable[[Dossier], dict[str, Pas]],
    connecte: Callable[[str], Client],
    utilisateurs_ailleurs: dict[str, Utilisateur],
) -> None:
    dossier = depose()
    clients = {role: connecte(role) for role in ("dgos", "referent_ars", "directeur_achats")}
    clients["ailleurs"] = Client()
    clients["ailleurs"].force_login(utilisateurs_ailleurs["directeur_achats"])
    pages = [(role, address) for role, known in addresses(dossier).items() for address in known]
    before = {page: read(clients[page[0]], page[1]) for page in pages}
    assert {status for status, _ in before.values()} == {200, 404}
    assert all(status == 200 for (role, _), (status, _) in before.items() if role != "ailleurs")
    changed: dict[str, int] = {}
    for name, step in pas(dossier).items():
        step()
        warm = {page: read(clients[page[0]], page[1]) for page in pages}
        forget()
        for role, address in pages:
            assert warm[role, address] == read(clients[role], address), (name, role, address)
        changed[name] = sum(warm[page] != before[page] for page in pages)
        before = warm
    # Each step shows somewhere: pages that never change would prove nothing.
    assert all(changed.values()), changed
