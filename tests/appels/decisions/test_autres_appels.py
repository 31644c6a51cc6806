"""Purchases of innovation and logistics: opened, answered and decided from their form and rule file alone."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from fanal.appels.actions import appels as actions_appels
from fanal.appels.actions import candidatures
from fanal.appels.actions.decisions import decider
from fanal.appels.actions.instruction import declarer_recevable
from fanal.appels.actions.modeles import creer_depuis
from fanal.appels.models import Appel
from fanal.appels.queries.decisions import bureau_de
from fanal.campagnes.models import Dossier
from fanal.questionnaires.actions.pieces import joindre
from fanal.refus import Refus
from fanal.territoires.models import Ght, Region
from fanal.territoires.noeuds import NATIONAL, Noeud
from tests.appels.decisions.fabrique import faire_ghts
from tests.appels.enveloppes.fabrique import noter_dossiers

INNOVATION: dict[str, Any] = {
    "titre_projet": "Essai",
    "besoin": "Essai.",
    "innovation": "Essai.",
    "avancement": "idee",
    "referent_fonction": "Acheteur",
    "contact_courriel": "a@essai.example",
    "equipe": [{"equipe_fonction": "Acheteur"}],
    "disponible": "oui",
    "retour_experience": "OK",
}
LOGISTIQUE: dict[str, Any] = {
    "equipe": [{"equipe_fonction": "Logisticien"}],
    "plateformes": [
        {"plateforme_nom": "Site 1", "plateforme_type": "pui", "plateforme_stock": "1000000"},
        {"plateforme_nom": "Site 1", "plateforme_type": "magasin", "plateforme_stock": "500000"},
    ],
    "volume_achat": "100000000",
    "scenarios": [{"scenario_titre": "A", "scenario_description": "Essai.", "scenario_centralise": "oui"}],
    "semaphore": "non",
    "contact_courriel": "a@essai.example",
}


@pytest.fixture
def instant(db: None) -> datetime:
    return timezone.now()


def ouvrir(modele: str, instant: datetime) -> Appel:
    made = creer_depuis(
        modele=modele,
        noeud=NATIONAL,
        code=modele,
        titre=modele,
        annee=2022,
        resume="Pour les GHT.",
        ouverture=instant - timedelta(days=1),
        cloture=instant + timedelta(days=9),
        by=None,
        instant=instant,
    )
    return actions_appels.publier(appel=made, by=None, instant=instant)


def repondre(
    appel: Appel, ght: Ght, reponses: dict[str, Any], le: datetime, lettre: Path | None = None
) -> Dossier:
    dossier = candidatures.commencer(appel=appel, noeud=Noeud("ght", ght), reference="", by=None, instant=le)
    dossier.brouillon.reponses = reponses
    dossier.brouillon.save()
    if lettre is not None:
        joindre(
            brouillon=dossier.brouillon,
            chemin="lettre_engagement",
            fichier=lettre,
            nom="lettre.pdf",
            by=None,
            instant=le,
        )
    candidatures.deposer(dossier=dossier, by=None, instant=le)
    declarer_recevable(dossiers=[dossier], by=None, instant=le)
    return Dossier.objects.get(pk=dossier.pk)


def test_five_pilots_of_innovation_by_the_jury(region: Region, instant: datetime) -> None:
    appel = ouvrir("achats-innovation", instant)
    dossiers = [repondre(appel, g, INNOVATION, instant) for g in faire_ghts(region, 7)]
    with pytest.raises(Refus, match="classé"):
        decider(appel=appel, geste="suivre", by=None, instant=instant)
    noter_dossiers(appel, [(d, str(40 + n), "retenir") for n, d in enumerate(dossiers)])
    decider(appel=appel, geste="suivre", by=None, instant=instant)
    etapes = dict(Dossier.objects.values_list("pk", "etape"))
    assert [etapes[d.pk] for d in dossiers] == ["complementaire"] * 2 + ["retenu"] * 5
    assert [x.dossier.pk for x in bureau_de(appel).en_attente] == [dossiers[1].pk, dossiers[0].pk]


def test_logistics_without_a_number_of_places_is_decided_by_hand(
    region: Region, instant: datetime, tmp_path: Path
) -> None:
    appel = ouvrir("logistique", instant)
    lettre = tmp_path / "lettre.pdf"
    lettre.write_bytes(b"%PDF-1.4\n%%EOF\n")
    un, deux = (repondre(appel, g, LOGISTIQUE, instant, lettre) for g in faire_ghts(region, 2))
    decider(appel=appel, geste="retenir", dossiers=[deux.pk], by=None, instant=instant)
    decider(
        appel=appel,
        geste="refuser",
        dossiers=[un.pk],
        motif="Le scénario reste à préciser.",
        by=None,
        instant=instant,
    )
    etapes = dict(Dossier.objects.values_list("pk", "etape"))
    assert (etapes[un.pk], etapes[deux.pk]) == ("non_retenu", "retenu")
