"""Solutions complexes 2022 by its form and its rule file alone: two by GHT, first come, first kept."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from fanal.appels.actions import appels as actions_appels
from fanal.appels.actions import candidatures
from fanal.appels.actions.modeles import creer_depuis
from fanal.appels.models import Appel
from fanal.appels.queries.appels import regles_de
from fanal.appels.queries.candidatures import places
from fanal.campagnes.models import Dossier
from fanal.questionnaires.queries.formulaires import formulaire_de
from fanal.refus import Refus
from fanal.territoires.models import Ght
from fanal.territoires.noeuds import NATIONAL, Noeud

REPONSES: dict[str, Any] = {
    "chantier": "omeps",
    "motivation": "Essai.",
    "accompagnement_terrain": "non",
    "chef_projet_fonction": "Chef de projet",
    "chef_projet_temps": "30",
    "contact_courriel": "chef@essai.example",
    "equipe": [{"equipe_fonction": "Acheteur"}, {"equipe_fonction": "Médecin"}],
    "parties_prenantes": "Achats.",
}


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


def solutions(appel: Appel) -> list[str]:
    assert appel.formulaire is not None
    listes = formulaire_de(appel.formulaire).listes
    return [c.code for c in listes["solution"] if c.attributs.get("chantier") == "omeps"]


def candidater(appel: Appel, ght: Ght, nom: str, solution: str, le: datetime, **autres: Any) -> Dossier:
    dossier = candidatures.commencer(appel=appel, noeud=Noeud("ght", ght), reference=nom, by=None, instant=le)
    dossier.brouillon.reponses = REPONSES | {"solution": solution} | autres
    dossier.brouillon.save()
    candidatures.deposer(dossier=dossier, by=None, instant=le)
    return Dossier.objects.get(pk=dossier.pk)


def test_the_catalogue_and_the_printed_contradictions(appel: Appel) -> None:
    assert appel.formulaire is not None
    listes = formulaire_de(appel.formulaire).listes
    assert len(listes["solution"]) == 70 and len({c.code for c in listes["solution"]}) == 70
    assert sum("Contradiction" in n for n in regles_de(appel).notes) >= 3


def test_two_by_ght_never_twice_the_same(appel: Appel, ght: Ght, instant: datetime) -> None:
    a, b, c = solutions(appel)[:3]
    candidater(appel, ght, "un", a, instant)
    with pytest.raises(Refus, match="déjà sur le même sujet"):
        candidater(appel, ght, "deux", a, instant)
    Dossier.objects.filter(reference="deux").delete()
    candidater(appel, ght, "deux", b, instant)
    with pytest.raises(Refus, match="2 dossiers par GHT"):
        candidater(appel, ght, "trois", c, instant)


def test_thirty_places_in_order_of_arrival(appel: Appel, ght: Ght, autre_ght: Ght, instant: datetime) -> None:
    assert regles_de(appel).dossiers.places == 30
    appel.regles = appel.regles | {"dossiers": appel.regles["dossiers"] | {"places": 1}}
    appel.save()
    a, b = solutions(appel)[:2]
    premier = candidater(appel, autre_ght, "un", a, instant)
    second = candidater(appel, ght, "un", b, instant + timedelta(microseconds=1))
    rangs = places(appel.campagne, regles_de(appel))
    assert (rangs[premier.pk].retenue, rangs[second.pk].retenue) == (True, False)


def test_a_project_lead_at_thirty_percent(appel: Appel, ght: Ght, instant: datetime) -> None:
    dossier = candidater(appel, ght, "un", solutions(appel)[0], instant, chef_projet_temps="29")
    assert dossier.version_courante is not None
    verdicts = dict(dossier.version_courante.constats.values_list("code", "verdict"))
    assert verdicts["chef_projet"] == "non" and verdicts["equipe"] == "oui"
