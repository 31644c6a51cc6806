"""Two people give the same opinion at once: one does, the other is told so."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

import pytest
from django.db import connection

from fanal.appels.actions import avis as donner
from fanal.appels.actions import demandes_avis
from fanal.appels.models import DemandeAvis
from fanal.campagnes.models import Avis, Dossier
from fanal.journal.queries import verifier
from fanal.refus import Refus

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*tasks: Callable[[], object]) -> list[object]:
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


def test_the_same_opinion_given_twice_at_once_is_given_once(
    dossier_depose: Dossier, instant: datetime
) -> None:
    (demande,) = demandes_avis.demander_lot(
        dossiers=[dossier_depose], instance="ars", by=None, instant=instant
    )

    def give(n: int) -> Callable[[], object]:
        return lambda: donner.rendre(
            demande=demande, sens="favorable", texte=f"Avis {n}.", by=None, instant=instant
        )

    results = at_once(*(give(n) for n in range(3)))
    refusals = [r for r in results if isinstance(r, Refus)]
    assert len(refusals) == 2
    assert all("a été rendu le" in r.phrase for r in refusals)
    assert Avis.objects.get().texte in {"Avis 0.", "Avis 1.", "Avis 2."}
    assert DemandeAvis.objects.get().avis == Avis.objects.get()
    assert verifier().ok


def test_the_same_request_made_twice_at_once_is_made_once(dossier_depose: Dossier, instant: datetime) -> None:
    def ask() -> object:
        return demandes_avis.demander_lot(dossiers=[dossier_depose], instance="ars", by=None, instant=instant)

    results = at_once(ask, ask)
    assert sum(isinstance(r, Refus) for r in results) == 1
    assert DemandeAvis.objects.count() == 1
