"""Several senders at once: a batch counts once, a maximum is told once it is passed."""

from collections.abc import Callable
from typing import Any

import pytest

from fanal.journal.queries import verifier
from fanal.marches.actions.consommation import Reception, recevoir
from fanal.marches.actions.publication import Publie, publier
from fanal.marches.models import Consommation, LotConsommation, Marche, Publication
from fanal.marches.rules.reception import LigneRecue
from fanal.refus import Refus
from fanal.territoires.models import Ght
from fanal.territoires.noeuds import Noeud
from tests.campagnes.test_concurrence import at_once
from tests.marches.execution.conftest import INSTANT
from tests.marches.publication.fabrique import complet, creer

pytestmark = pytest.mark.django_db(transaction=True)
N = 4


def push(ght: Ght, cle: str, *lines: LigneRecue) -> Callable[[], Any]:
    return lambda: recevoir(ght=ght, cle=cle, lignes=lines, source="api", by=None, instant=INSTANT)


def test_the_same_batch_sent_by_several_counts_once(
    ght: Ght, marche: Marche, ligne: Callable[..., LigneRecue]
) -> None:
    results = at_once(*(push(ght, "mars", ligne(1), ligne(2)) for _ in range(N)))
    assert sorted(r.deja_recu for r in results if isinstance(r, Reception)) == [False] + [True] * (N - 1)
    assert (Consommation.objects.count(), LotConsommation.objects.count()) == (2, 1)
    assert verifier().ok


def test_batches_that_meet_on_a_maximum_are_counted_one_after_the_other(
    ght: Ght, marche: Marche, ligne: Callable[..., LigneRecue]
) -> None:
    """Four of 300 € on a maximum of 1,000 €: whatever the order, only the last one passes it."""
    results = at_once(*(push(ght, f"envoi-{n}", ligne(n, "300")) for n in range(N)))
    assert all(isinstance(r, Reception) for r in results)
    assert Consommation.objects.filter(depasse=True).count() == 1
    assert verifier().ok


def test_the_same_line_in_two_batches_counts_once(
    ght: Ght, marche: Marche, ligne: Callable[..., LigneRecue]
) -> None:
    results = at_once(*(push(ght, f"envoi-{n}", ligne(1)) for n in range(N)))
    # Refused or recognised, never counted twice.
    assert all(isinstance(r, Reception | Refus) for r in results)
    assert Consommation.objects.count() == 1


def test_two_people_publishing_the_same_contract(ght: Ght) -> None:
    marche = creer(complet(datePublicationDonnees=None), Noeud("ght", ght))

    def publish() -> Any:
        return publier(marches=[marche.pk], format="decp", by=None, instant=INSTANT)

    results = at_once(*(publish for _ in range(N)))
    assert sum(isinstance(r, Publie) for r in results) == 1
    assert sum(isinstance(r, Refus) for r in results) == N - 1
    assert Publication.objects.count() == 1
