"""Fifty people deciding at once, each with a connection of its own: the balance is never passed."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import connection

from fanal.appels.actions.attributions import attribuer, promouvoir, retenir
from fanal.appels.models import Attribution
from fanal.appels.queries.enveloppes import solde
from fanal.campagnes.models import Dossier
from fanal.journal.queries import verifier
from fanal.refus import Refus
from fanal.territoires.models import Ght
from fanal.territoires.noeuds import Noeud
from tests.appels.enveloppes.fabrique import LE, MOTIF, essayer, faire_enveloppe, monde

pytestmark = pytest.mark.django_db(transaction=True)
N = 50


def at_once(tasks: list[Callable[[], object]]) -> list[object]:
    """Run the tasks together; a refusal is a result like another."""
    barrier = Barrier(len(tasks))

    def run(task: Callable[[], object]) -> object:
        barrier.wait()
        try:
            return task()
        except Refus as refus:
            return refus
        finally:
            connection.close()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(run, tasks))


def test_fifty_deciders_never_pass_the_balance(ght: Ght) -> None:
    """Fifty dossiers of 10 000 €, an envelope for seven and a half."""
    appel, dossiers = monde([Noeud("ght", ght)], [("10000.00", "50")] * N)
    enveloppe = faire_enveloppe(appel, "75000")

    def give(dossier: Dossier) -> Callable[[], object]:
        return lambda: attribuer(
            enveloppe=enveloppe,
            dossier=dossier,
            montant=Decimal(10_000),
            motif=MOTIF,
            by=None,
            instant=LE,
        )

    results = at_once([give(d) for d in dossiers])
    given = [r for r in results if isinstance(r, Attribution)]
    refused = [r for r in results if isinstance(r, Refus)]
    assert len(given) == 7
    assert len(refused) == N - 7
    assert all("solde" in r.phrase for r in refused)
    assert solde(enveloppe).reste == Decimal(5_000)
    assert Dossier.objects.filter(etape="retenu").count() == 7
    assert verifier().ok


def test_two_simulations_kept_at_once_make_one_decision(ght: Ght) -> None:
    appel, _ = monde([Noeud("ght", ght)], [("10000.00", "50"), ("10000.00", "40"), ("10000.00", "30")])
    enveloppe = faire_enveloppe(appel, "20000")
    essais = [essayer(enveloppe), essayer(enveloppe, regle="prorata"), essayer(enveloppe, regle="optimal")]
    results = at_once([lambda s=s: retenir(simulation=s, motif=MOTIF, by=None, instant=LE) for s in essais])
    assert sum(isinstance(r, list) for r in results) == 1
    assert solde(enveloppe).engage == Decimal(20_000)
    assert verifier().ok


def test_the_waiting_list_is_served_in_order_however_many_call_for_it(ght: Ght) -> None:
    appel, dossiers = monde([Noeud("ght", ght)], [("10000.00", str(90 - i)) for i in range(8)])
    enveloppe = faire_enveloppe(appel, "10000")
    retenir(simulation=essayer(enveloppe), motif=MOTIF, by=None, instant=LE)
    type(enveloppe).objects.filter(pk=enveloppe.pk).update(montant=Decimal(40_000))

    def call() -> object:
        return promouvoir(enveloppe=enveloppe, motif="Suite de la liste.", by=None, instant=LE)

    results = at_once([call] * 10)
    served = {r.dossier_id for r in results if isinstance(r, Attribution)}
    assert served == {d.pk for d in dossiers[1:4]}
    enveloppe.refresh_from_db()
    assert solde(enveloppe).reste == 0
