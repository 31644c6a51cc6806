"""The pages of decisions: nothing written without a preview, refusals keep what was typed."""

from collections.abc import Callable

import pytest
from django.test import Client

from fanal.appels.models import Attribution
from fanal.territoires.models import Ght
from tests.appels.decisions.fabrique import monde

pytestmark = pytest.mark.django_db
GESTE = "/appels/sans-argent/decisions/geste/"


def test_out_of_order_without_a_reason_is_kept_on_the_page(
    ght: Ght, connecte: Callable[[str], Client]
) -> None:
    _, dossiers = monde(ght, 3)
    client = connecte("dgos")
    url = f"{GESTE}?geste=retenir&dossier={dossiers[2].pk}"
    page = client.get(url)
    assert "2 dossiers viennent avant" in page.content.decode()
    vu = page.context["apercu"].empreinte
    assert client.post(url, {"vu": vu, "motif": ""}).status_code == 422
    assert client.post(url, {"vu": "autre", "motif": "Report demandé."}).status_code == 422
    assert not Attribution.objects.exists()
    assert client.post(url, {"vu": vu, "motif": "Report demandé."}).status_code == 302
    assert Attribution.objects.get().dossier_id == dossiers[2].pk


def test_more_than_the_places_is_said_and_nothing_is_done(
    ght: Ght, connecte: Callable[[str], Client]
) -> None:
    _, dossiers = monde(ght, 4)
    choisis = "&".join(f"dossier={d.pk}" for d in dossiers)
    page = connecte("dgos").get(f"{GESTE}?geste=retenir&{choisis}", follow=True)
    assert "4 dossiers seraient retenus pour 3 places" in page.content.decode()
    assert not Attribution.objects.exists()


def test_a_call_with_money_has_no_such_desk(ght: Ght, connecte: Callable[[str], Client]) -> None:
    monde(ght, 1, montants={"demande": "demande"})
    client = connecte("dgos")
    assert client.get("/appels/sans-argent/decisions/").status_code == 404
    assert "decisions/" not in client.get("/appels/sans-argent/").content.decode()


def test_letters_then_final_decisions_from_the_desk(ght: Ght, connecte: Callable[[str], Client]) -> None:
    _, dossiers = monde(ght, 2)
    client = connecte("dgos")
    vu = client.get(f"{GESTE}?geste=suivre").context["apercu"].empreinte
    client.post(f"{GESTE}?geste=suivre", {"vu": vu})
    numero = Attribution.objects.first().enveloppe_id
    for geste in ("etablir", "envoyer"):
        client.post(f"/appels/enveloppes/{numero}/courriers/", {"geste": geste, "portee": "tout"})
    client.post(f"/appels/enveloppes/{numero}/finaliser/", {"portee": "tout"})
    assert set(Attribution.objects.values_list("statut", flat=True)) == {"definitive"}
    assert dossiers[0].jalons.count() == 1
    assert client.get(f"/appels/enveloppes/{numero}/").status_code == 404
    assert client.get(f"/appels/enveloppes/{numero}/modifier/").status_code == 404
    page = connecte("directeur_achats").get(f"/appels/dossiers/{dossiers[0].pk}/").content.decode()
    assert "Courrier du" in page and "0,00" not in page
