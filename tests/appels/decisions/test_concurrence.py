"""Many people deciding at once, each with a connection of its own: the places are never passed."""

from collections.abc import Callable

import pytest

from fanal.appels.actions.attributions import abandonner
from fanal.appels.actions.decisions import decider, promouvoir
from fanal.appels.models import Attribution, Enveloppe
from fanal.appels.queries.decisions import bureau_de
from fanal.campagnes.models import Dossier
from fanal.journal.queries import verifier
from fanal.refus import Refus
from fanal.territoires.models import Ght
from tests.appels.decisions.fabrique import LE, monde
from tests.appels.enveloppes.test_concurrence import at_once

pytestmark = pytest.mark.django_db(transaction=True)
N, PLACES, TERRAIN = 30, 7, 3


def test_thirty_deciders_never_pass_the_places_nor_the_options(ght: Ght) -> None:
    appel, dossiers = monde(ght, N, places=PLACES, terrain=tuple(range(1, N + 1)), nombre_max=TERRAIN)

    def keep(dossier: Dossier) -> Callable[[], object]:
        return lambda: decider(
            appel=appel,
            geste="retenir",
            dossiers=[dossier.pk],
            motif="Décision d'essai.",
            by=None,
            instant=LE,
        )

    results = at_once([keep(d) for d in dossiers])
    assert sum(isinstance(r, list) for r in results) == PLACES
    refused = [r for r in results if isinstance(r, Refus)]
    assert len(refused) == N - PLACES and all("places" in r.phrase for r in refused)
    assert Dossier.objects.filter(etape="retenu").count() == PLACES
    assert Enveloppe.objects.count() == 1
    assert bureau_de(appel).avec("terrain") == TERRAIN
    assert verifier().ok


def test_the_waiting_list_is_served_once_and_in_order(ght: Ght) -> None:
    appel, dossiers = monde(ght, 8, places=3)
    prises = decider(appel=appel, geste="suivre", by=None, instant=LE)
    for prise in sorted(prises, key=lambda p: p.rang or 0)[:2]:
        abandonner(attribution=prise, motif="Équipe partie.", by=None, instant=LE)

    def call() -> object:
        return promouvoir(appel=appel, motif="Suite de la liste.", by=None, instant=LE)

    results = at_once([call] * 8)
    served = {r.dossier_id for r in results if isinstance(r, Attribution)}
    assert served == {d.pk for d in dossiers[3:5]}
    assert Dossier.objects.filter(etape="retenu").count() == 3
