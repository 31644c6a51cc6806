"""Solutions complexes 2022 from its form and rule file: 34 dossiers, 30 places, 13 field supports, meetings,
an abandonment that promotes the 31st; then follow-up, results and publication without any amount.
"""

import re
from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.test import Client

from fanal.appels.actions import appels as actions_appels
from fanal.appels.actions.attributions import abandonner, finaliser
from fanal.appels.actions.courriers import etablir, marquer_envoyes
from fanal.appels.actions.decisions import decider, promouvoir
from fanal.appels.actions.instruction import declarer_recevable
from fanal.appels.actions.modeles import creer_depuis
from fanal.appels.actions.publication import publier_resultats
from fanal.appels.models import Appel, Attribution, Jalon
from fanal.appels.queries.decisions import bureau_de
from fanal.appels.queries.resultats import resultats_publies
from fanal.campagnes.models import Dossier
from fanal.campagnes.temps import local_day
from fanal.territoires.models import Region
from fanal.territoires.noeuds import NATIONAL
from tests.appels.decisions.fabrique import faire_ghts
from tests.appels.test_solutions import candidater, solutions

GHTS, DOSSIERS, PLACES, TERRAIN, TERRAIN_DEMANDES = 17, 34, 30, 13, 20


@pytest.fixture
def instant() -> datetime:
    from django.utils import timezone

    return timezone.now()


@pytest.fixture
def appel(db: None, instant: datetime) -> Appel:
    made = creer_depuis(
        modele="solutions-complexes-2022",
        noeud=NATIONAL,
        code="solutions",
        titre="Achats complexes",
        annee=2022,
        resume="Pour les GHT.",
        ouverture=instant - timedelta(days=1),
        cloture=instant + timedelta(days=9),
        by=None,
        instant=instant,
    )
    return actions_appels.publier(appel=made, by=None, instant=instant)


@pytest.fixture
def arrives(appel: Appel, region: Region, instant: datetime) -> list[Dossier]:
    """Two dossiers by GHT, a second apart, handed in from the last GHT to the first; admissible."""
    codes = solutions(appel)
    ghts = faire_ghts(region, GHTS)
    dossiers = []
    for n in range(DOSSIERS):
        ghts_n, tour = ghts[-1 - n % GHTS], n // GHTS
        terrain = "oui" if n < TERRAIN_DEMANDES else "non"
        le = instant + timedelta(seconds=n)
        dossiers.append(
            candidater(appel, ghts_n, f"D{tour}", codes[tour], le, accompagnement_terrain=terrain)
        )
    declarer_recevable(dossiers=dossiers, by=None, instant=instant + timedelta(minutes=5))
    return dossiers


def test_thirty_pilots_from_thirty_four(
    appel: Appel, arrives: list[Dossier], instant: datetime, utilisateurs, client: Client
) -> None:
    le = instant + timedelta(days=10)
    prises = decider(appel=appel, geste="suivre", by=None, instant=le)
    etapes = dict(Dossier.objects.values_list("pk", "etape"))
    assert [etapes[d.pk] for d in arrives] == ["retenu"] * PLACES + ["complementaire"] * 4
    avec = [p.dossier_id for p in prises if "terrain" in p.options]
    assert sorted(avec) == sorted(d.pk for d in arrives[:TERRAIN])

    premiere = next(p for p in prises if p.dossier_id == arrives[0].pk)
    abandonner(attribution=premiere, motif="L'équipe projet est partie.", by=None, instant=le)
    servie = promouvoir(appel=appel, motif="Une place s'est libérée.", by=None, instant=le)
    assert servie.dossier_id == arrives[PLACES].pk
    assert servie.options == []  # it did not ask for the field support
    bureau = bureau_de(appel)
    assert (len(bureau.retenus), bureau.libres, bureau.avec("terrain")) == (PLACES, 0, TERRAIN - 1)

    retenues = Attribution.objects.filter(statut="provisoire")
    marquer_envoyes(courriers=etablir(attributions=retenues, by=None, instant=le), by=None, instant=le)
    finaliser(attributions=retenues, by=None, instant=le)
    par_dossier = Counter(Jalon.objects.values_list("dossier", flat=True))
    assert Counter(par_dossier.values()) == {4: PLACES - (TERRAIN - 1), 4 + 3: TERRAIN - 1}
    jours = [(j.prevu_le - local_day(le)).days for j in Jalon.objects.filter(dossier=arrives[1].pk)]
    assert sorted(jours) == [42, 56, 84, 112, 126, 168, 168]

    resultats = resultats_publies(appel.campagne)
    assert Counter(u["etape"] for u in resultats["dossiers"]) == {
        "retenu": 30,
        "complementaire": 3,
        "abandonne": 1,
    }
    assert {u["accorde"] for u in resultats["dossiers"]} == {None}
    publier_resultats(appel=appel, by=None, instant=le, motif="Sélection.")
    client.force_login(utilisateurs["dgos"])
    pages = ("decisions/", "resultats/", "suivi/")
    lues = {page: client.get(f"/appels/solutions/{page}") for page in pages}
    lues["projet"] = client.get(f"/appels/projets/{arrives[1].pk}/")
    for page, lue in lues.items():
        assert lue.status_code == 200, page
        assert not re.search(r"\d[\s\u202f\xa0]*(M|k)?€", lue.content.decode()), page
    assert (
        "30 dossiers retenus sur 30 places, 3 en liste complémentaire." in lues["decisions/"].content.decode()
    )
    assert "30 projets retenus sur 34." in lues["resultats/"].content.decode()
