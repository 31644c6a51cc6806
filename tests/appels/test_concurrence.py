"""Deposits at once: the last place, the last dossier of a GHT. Threads with their own connections."""

from collections.abc import Callable
from datetime import datetime

import pytest

from fanal.appels.actions import candidatures
from fanal.appels.models import Arrivee
from fanal.appels.queries.appels import regles_de
from fanal.appels.queries.candidatures import places
from fanal.campagnes.models import Dossier
from fanal.journal.queries import verifier
from fanal.refus import Refus
from fanal.territoires.models import Etablissement, Ght
from fanal.territoires.noeuds import Noeud
from tests.appels.conftest import REGLES, CreerAppel, Remplir
from tests.campagnes.test_concurrence import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def drafts(creer_appel: CreerAppel, remplir: Remplir, instant: datetime, **dossiers: object) -> list[Dossier]:
    appel = creer_appel(regles=REGLES | {"dossiers": dossiers})
    noeuds = [Noeud("etablissement", e) for e in Etablissement.objects.order_by("finess")]
    return [remplir(candidatures.commencer(appel=appel, noeud=n, by=None, instant=instant)) for n in noeuds]


def handing_in(dossier: Dossier, instant: datetime) -> Callable[[], object]:
    return lambda: candidatures.deposer(dossier=dossier, by=None, instant=instant)


def test_the_last_places_are_given_once(
    creer_appel: CreerAppel, remplir: Remplir, ght: Ght, autre_ght: Ght, instant: datetime
) -> None:
    ouverts = drafts(creer_appel, remplir, instant, places=2)
    assert len(ouverts) == 4
    results = at_once(*(handing_in(d, instant) for d in ouverts))
    assert not [r for r in results if isinstance(r, Exception)]
    campagne = ouverts[0].campagne
    rangs = places(campagne, regles_de(campagne.appel))
    assert sorted(p.rang for p in rangs.values()) == [1, 2, 3, 4]
    assert sum(p.retenue for p in rangs.values()) == 2
    ordre = list(Arrivee.objects.order_by("pk").values_list("dossier", flat=True))
    assert [rangs[n].rang for n in ordre] == [1, 2, 3, 4]  # same instant: the order of the lock
    assert verifier().ok


def test_the_last_dossier_of_a_ght_is_taken_once(
    creer_appel: CreerAppel, remplir: Remplir, ght: Ght, instant: datetime
) -> None:
    appel = creer_appel(regles=REGLES | {"dossiers": {"par_declarant": 2, "compte_par": "ght"}})
    noeuds = [Noeud("etablissement", e) for e in Etablissement.objects.order_by("finess")]
    ouverts = [
        remplir(candidatures.commencer(appel=appel, noeud=n, by=None, instant=instant)) for n in noeuds
    ]
    appel.regles = REGLES | {"dossiers": {"par_declarant": 1, "compte_par": "ght"}}
    appel.save()
    results = at_once(*(handing_in(d, instant) for d in ouverts))
    assert sum(isinstance(r, Refus) for r in results) == 1
    assert Dossier.objects.filter(etape="depose").count() == 1


def test_the_same_dossier_is_handed_in_once(
    creer_appel: CreerAppel, remplir: Remplir, ght: Ght, instant: datetime
) -> None:
    premier = drafts(creer_appel, remplir, instant)[0]
    results = at_once(*(handing_in(premier, instant) for _ in range(3)))
    assert sum(isinstance(r, Refus) for r in results) == 2
    assert premier.versions.count() == 1
