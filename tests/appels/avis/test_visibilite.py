"""Who reads opinions: an applicant when the rules of the call say so, never with a name."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from fanal.appels.actions import avis as donner
from fanal.appels.actions import demandes_avis, instruction
from fanal.appels.queries.avis import avis_pour_le_declarant
from fanal.appels.rules.avis import lisible_par_le_declarant
from fanal.campagnes.models import Dossier
from fanal.campagnes.temps import local_day
from fanal.comptes.models import Utilisateur
from fanal.territoires.noeuds import NATIONAL, Noeud
from tests.appels.conftest import REGLES

NOM = "Nom à taire"


@pytest.mark.parametrize(
    ("visible", "decidee", "lisible"),
    [
        ("rendu", False, True),
        ("rendu", True, True),
        ("decision", False, False),
        ("decision", True, True),
        ("jamais", False, False),
        ("jamais", True, False),
        ("inconnu", True, False),
    ],
)
def test_the_rule_of_what_an_applicant_reads(visible: str, decidee: bool, lisible: bool) -> None:
    assert lisible_par_le_declarant(visible, decidee=decidee) is lisible


@pytest.fixture
def expert(creer_utilisateur: Any) -> Utilisateur:
    return creer_utilisateur("expert", NATIONAL, nom=NOM)  # type: ignore[no-any-return]


@pytest.fixture
def rendus(dossier_depose: Dossier, expert: Utilisateur, instant: datetime) -> Dossier:
    """A dossier with an opinion of the agency and one of an expert."""
    for instance, experts in (("ars", []), ("expert", [expert])):
        (demande,) = demandes_avis.demander_lot(
            dossiers=[dossier_depose], instance=instance, experts=experts, by=None, instant=instant
        )
        donner.rendre(
            demande=demande,
            sens="reserve",
            texte=f"Réserve {instance}.",
            by=expert if experts else None,
            instant=instant,
        )
    return Dossier.objects.get(pk=dossier_depose.pk)


def test_by_default_an_applicant_reads_opinions_after_the_decision_only(
    rendus: Dossier, instant: datetime
) -> None:
    jour = local_day(instant)
    assert avis_pour_le_declarant(rendus, jour) == []
    instruction.declarer_recevable(dossiers=[rendus], by=None, instant=instant)
    rendus.refresh_from_db()
    assert avis_pour_le_declarant(rendus, jour) == []
    Dossier.objects.filter(pk=rendus.pk).update(etape="retenu")
    rendus.refresh_from_db()
    assert [a.qui for a in avis_pour_le_declarant(rendus, jour)] == ["ARS Bourgogne-Franche-Comté", "Expert"]


@pytest.mark.parametrize("etape", ["depose", "recevable", "retenu"])
def test_no_page_of_the_applicant_names_an_expert_or_tells_an_opinion_before_its_time(
    rendus: Dossier, connecte: Any, etape: str
) -> None:
    Dossier.objects.filter(pk=rendus.pk).update(etape=etape)
    client: Client = connecte("directeur_achats")
    page = client.get(reverse("appels:dossier", args=[rendus.pk]))
    assert page.status_code == 200
    texte = page.content.decode()
    assert NOM not in texte
    assert "compte" not in [f.auteur for f in page.context["historique"]]
    assert ("Réserve expert." in texte) is (etape == "retenu")


def test_a_call_may_show_opinions_at_once_or_never(
    creer_appel: Any, deposer: Any, noeud: Noeud, instant: datetime
) -> None:
    for code, visible, nombre in (("tot", "rendu", 1), ("jamais", "jamais", 0)):
        appel = creer_appel(code, regles={**REGLES, "avis": [{"instance": "ars", "visible": visible}]})
        dossier = deposer(appel, noeud)
        (demande,) = demandes_avis.demander_lot(dossiers=[dossier], instance="ars", by=None, instant=instant)
        donner.rendre(demande=demande, sens="favorable", by=None, instant=instant)
        Dossier.objects.filter(pk=dossier.pk).update(etape="retenu" if visible == "jamais" else "depose")
        dossier.refresh_from_db()
        assert len(avis_pour_le_declarant(dossier, local_day(instant))) == nombre


def test_only_the_organiser_reads_the_names_of_experts(rendus: Dossier, connecte: Any) -> None:
    adresse = reverse("appels:instruire_dossier", args=[rendus.pk])
    assert NOM in connecte("dgos").get(adresse).content.decode()
    for role in ("referent_ars", "omedit", "anap"):
        page = connecte(role).get(adresse)
        assert page.status_code == 200
        assert NOM not in page.content.decode()
        page = connecte(role).get(reverse("appels:dossier", args=[rendus.pk]))
        assert NOM not in page.content.decode(), role


@pytest.mark.parametrize("chemin", ["avis", "journal", "", "versions"])
def test_the_api_of_campaigns_does_not_show_these_dossiers(
    rendus: Dossier, connecte: Any, chemin: str
) -> None:
    for role in ("directeur_achats", "referent_ars"):
        adresse = f"/api/v1/dossiers/{rendus.pk}/{chemin}".rstrip("/")
        assert connecte(role).get(adresse).status_code == 404
