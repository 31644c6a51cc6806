"""Two people at once on a jury: threads with their own connections, on both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from fanal.appels.actions import jury_interets, jury_lectures, jury_seance
from fanal.appels.actions.jury_interets import Declare
from fanal.appels.models import Deliberation, LectureJury
from fanal.appels.queries.jury import situations
from fanal.appels.queries.jury_partage import apercu
from fanal.journal.models import Entree
from fanal.journal.queries import verifier
from fanal.refus import Refus
from fanal.territoires.models import Ght
from tests.appels.jury.outils import LE, Jury, repartir, tout_noter, un_jury

pytestmark = pytest.mark.django_db(transaction=True)
N = 4
NOTES = {"pertinence": "4", "cout": "3", "equipe": "8"}


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


def hand_in(lecture: LectureJury, **notes: str) -> Callable[[], object]:
    return lambda: jury_lectures.rendre(
        lecture=lecture,
        notes=NOTES | notes,
        commentaire="Projet solide, bien préparé.",
        revision=lecture.revision,
        by=None,
        instant=LE,
    )


def test_a_reading_is_handed_in_once(ght: Ght) -> None:
    jury = un_jury(ght, dossiers=1)
    lecture = repartir(jury)[0]
    results = at_once(*(hand_in(lecture, equipe=str(n)) for n in range(N)))
    assert sum(isinstance(r, Refus) for r in results) == N - 1
    [done] = [r for r in results if isinstance(r, LectureJury)]
    lecture.refresh_from_db()
    assert (lecture.notes, lecture.total) == (done.notes, done.total)
    assert Entree.objects.filter(action="jury.lecture.rendre").count() == 1
    assert verifier().ok


def test_readers_of_one_dossier_hand_in_together(ght: Ght) -> None:
    jury = un_jury(ght, dossiers=2, membres=4, lectures=4)
    lectures = repartir(jury)
    results = at_once(*(hand_in(lecture) for lecture in lectures[:4]))
    assert not [r for r in results if isinstance(r, Refus)]
    assert Entree.objects.filter(action="jury.lecture.rendre").count() == 4
    assert verifier().ok


def test_handing_in_while_declaring_never_leaves_a_score_that_counts(ght: Ght) -> None:
    jury = un_jury(ght, dossiers=1)
    lecture = repartir(jury)[0]
    membre = lecture.membre
    interet = Declare("travaux", dossier=jury.dossiers[0])
    at_once(
        hand_in(lecture),
        lambda: jury_interets.declarer(membre=membre, interets=[interet], by=None, instant=LE),
    )
    lecture.refresh_from_db()
    assert lecture.retiree_le == LE
    [etat] = situations(jury.appel)
    assert membre.pk not in {lec.membre_id for lec in etat.lectures}
    assert len(etat.lectures) == 2


def test_dealing_twice_gives_once(ght: Ght) -> None:
    jury = un_jury(ght)
    seen = apercu(jury.appel).empreinte

    def deal() -> object:
        return jury_lectures.confier_lot(appel=jury.appel, graine="", empreinte=seen, by=None, instant=LE)

    results = at_once(*(deal for _ in range(N)))
    assert sum(isinstance(r, Refus) for r in results) == N - 1
    assert LectureJury.objects.count() == 6


def opened(jury: Jury) -> object:
    return jury_seance.ouvrir(
        appel=jury.appel, jour=LE.date(), lieu="", presents=jury.membres, by=None, instant=LE
    )


def test_one_sitting_opens_and_closes_once(ght: Ght) -> None:
    jury = un_jury(ght, dossiers=1)
    repartir(jury)
    tout_noter(jury)
    results = at_once(*(lambda: opened(jury) for _ in range(N)))
    assert sum(isinstance(r, Refus) for r in results) == N - 1
    seance = jury.appel.seances.get()

    def decide(proposition: str) -> Callable[[], object]:
        return lambda: jury_seance.deliberer(
            seance=seance, dossier=jury.dossiers[0], proposition=proposition, vue="", by=None, instant=LE
        )

    results = at_once(decide("retenir"), decide("ecarter"))
    assert sum(isinstance(r, Refus) for r in results) == 1
    results = at_once(*(lambda: jury_seance.clore(seance=seance, by=None, instant=LE) for _ in range(2)))
    assert sum(isinstance(r, Refus) for r in results) == 1
    assert Deliberation.objects.get().rang == 1
    assert Entree.objects.filter(action="jury.seance.clore").count() == 1
    assert verifier().ok
