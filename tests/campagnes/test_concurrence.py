"""Two people at once: threads with their own connections, on SQLite and on PostgreSQL."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from fanal.campagnes.actions import campagnes, decisions, dossiers, publications
from fanal.campagnes.models import Campagne, Decision, Dossier, Publication, Version
from fanal.campagnes.registre import Choix
from fanal.journal.queries import verifier
from fanal.refus import Refus
from fanal.territoires.models import Ght
from fanal.territoires.noeuds import Noeud
from tests.campagnes.jouet import JOUET, LE, cross, deposit, keep, open_campaign, paris

pytestmark = pytest.mark.django_db(transaction=True)
N = 4


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


def in_control(ght: Ght) -> Dossier:
    campagne = open_campaign()
    dossier = dossiers.ouvrir(campagne=campagne, format="projet", noeud=Noeud("ght", ght), instant=LE)
    deposit(dossier, {"A": 1, "B": 2})
    return cross(dossier, "envoyer", "instruire")


def test_two_deciders_never_leave_two_current_decisions(ght: Ght) -> None:
    dossier = in_control(ght)

    def decide(n: int) -> Callable[[], object]:
        choix = [Choix("A", "retenu", motif=f"Décideur {n}"), *keep("B")]
        return lambda: decisions.decider(dossier=dossier, choix=choix, by=None, instant=LE)

    results = at_once(*(decide(n) for n in range(N)))
    assert not [r for r in results if isinstance(r, Refus)]
    for cle in "AB":
        assert Decision.objects.filter(dossier=dossier, cle=cle, courante=True).count() == 1
    assert Decision.objects.filter(dossier=dossier, cle="A").count() == N
    assert Decision.objects.filter(dossier=dossier, cle="B").count() == 1, "the same decision is not repeated"
    assert verifier().ok


def test_versions_that_arrive_together_are_numbered_one_after_the_other(ght: Ght) -> None:
    campagne = open_campaign()
    dossier = dossiers.ouvrir(campagne=campagne, format="projet", noeud=Noeud("ght", ght), instant=LE)

    def put(n: int) -> Callable[[], object]:
        fresh = Dossier.objects.get(pk=dossier.pk)
        return lambda: deposit(fresh, {"A": n})

    at_once(*(put(n) for n in range(N)))
    assert sorted(Version.objects.values_list("numero", flat=True)) == list(range(1, N + 1))
    assert Campagne.objects.get().revision == 2 + N
    assert verifier().ok


def test_a_year_called_for_by_several_opens_once(db: None) -> None:
    def open_year() -> Campagne:
        return campagnes.obtenir_ou_ouvrir(
            type_campagne=JOUET.code, annee=2021, periode="fin-annee", by=None, instant=LE
        )

    results = at_once(*[open_year] * N)
    assert len({r.pk for r in results if isinstance(r, Campagne)}) == 1
    assert verifier().ok


def test_publishing_and_deciding_at_once_stay_coherent(ght: Ght) -> None:
    dossier = in_control(ght)
    decisions.decider(dossier=dossier, choix=keep("A", "B"), by=None, instant=LE)
    cross(dossier, "arreter")
    tard = paris(2022, 5, 2)

    def publish() -> Publication:
        return publications.publier(campagne=dossier.campagne, by=None, instant=tard)

    def reopen() -> Dossier:
        return dossiers.franchir(dossier=dossier, transition="rouvrir", by=None, instant=tard, motif="Erreur")

    results = at_once(publish, reopen, publish)
    assert Publication.objects.count() <= 1
    assert sum(isinstance(r, Publication) for r in results) == Publication.objects.count()
    assert verifier().ok
