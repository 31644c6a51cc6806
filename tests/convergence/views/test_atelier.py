"""The pages: what each role reads and does, the moved date, the decisions."""

from collections.abc import Callable
from datetime import date
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from fanal.convergence.models import Proposition
from fanal.marches.models import Marche
from fanal.moteurs.convergence import ajouter_mois, mois_suivant
from fanal.territoires.models import Etablissement, Ght
from tests.convergence.appui import creer_marche

pytestmark = pytest.mark.django_db
Connecte = Callable[[str], Client]
SEGMENT = "/convergence/?territoire=ght:BFC-90&segment=cpv:331"


@pytest.fixture
def depart() -> date:
    """Eight months ahead of today: pages read the clock."""
    return ajouter_mois(mois_suivant(timezone.localdate()), 8)


@pytest.fixture
def marches(ght: Ght, etablissement: Etablissement, depart: date) -> None:
    """Two contracts that end on the eve of the start, one three months before, one without an end."""
    partie = Etablissement.objects.get(finess="210000002")
    fit, early = ajouter_mois(depart, -36), ajouter_mois(depart, -39)
    creer_marche(ght, "A", fit, 36, etablissement)
    creer_marche(ght, "B", fit, 36, partie)
    creer_marche(ght, "C", early, 36, partie)
    creer_marche(ght, "X", fit, 1, date_fin=None, date_fin_totale=None, duree_mois=None)


def texte(client: Client, chemin: str, statut: int = 200, **entetes: str) -> str:
    answer = client.get(chemin, headers=entetes or None)
    assert answer.status_code == statut, answer.content.decode()[-800:]
    return " ".join(unescape(answer.content.decode()).replace("\u202f", " ").replace("\xa0", " ").split())


def test_the_overview_says_it_in_one_sentence(connecte: Connecte, marches: None) -> None:
    page = texte(connecte("acheteur"), "/convergence/")
    assert "3 marchés de BFC-90 en chevauchent un autre, dans 1 segment" in page
    assert "331 DISPOSITIFS MEDICAUX" in page


def test_the_workbench_of_a_segment(connecte: Connecte, marches: None, depart: date) -> None:
    page = texte(connecte("directeur_achats"), f"{SEGMENT}&depart={depart}")
    assert "3 marchés de 2 établissements se chevauchent" in page
    assert f"un départ commun au {depart:%d/%m/%Y} coûterait" in page
    assert "minimum prouvé" in page
    assert "Prolonger de 3 mois" in page
    assert "Marchés sans échéance connue" in page
    assert "<svg" in page and "Retenir ce départ" in page


def test_moving_the_date_answers_the_zone_alone(connecte: Connecte, marches: None, depart: date) -> None:
    client = connecte("acheteur")
    zone = texte(client, f"{SEGMENT}&rang=2", **{"HX-Request": "true", "HX-Target": "consequences"})
    assert zone.startswith('<div id="consequences"') and f"{depart:%d/%m/%Y}" in zone
    assert "revient à la direction des achats" in zone


def test_a_start_too_early_is_shown_but_not_kept(connecte: Connecte, marches: None) -> None:
    soon = ajouter_mois(mois_suivant(timezone.localdate()), 1)
    page = texte(connecte("directeur_achats"), f"{SEGMENT}&depart={soon}")
    assert "ne laisse pas le temps de préparer" in page and "disabled" in page


@pytest.mark.parametrize("reste", ["&depart=hier", "&depart=2001-01-01", "&depart=9000-01-01"])
def test_a_date_that_cannot_be(connecte: Connecte, marches: None, reste: str) -> None:
    assert "Traceback" not in texte(connecte("acheteur"), SEGMENT + reste, 422)


def test_prices_are_for_those_who_may_read_them(connecte: Connecte, marches: None) -> None:
    assert "Écarts de prix dans le GHT" in texte(connecte("pharmacien"), SEGMENT)
    assert "Écarts de prix dans le GHT" not in texte(connecte("referent_ars"), SEGMENT)


def test_a_contract_opens_on_its_reasons(connecte: Connecte, marches: None, ght: Ght, depart: date) -> None:
    pk = Marche.objects.get(identifiant="C").pk
    chemin = f"/convergence/marche/?territoire=ght:BFC-90&segment=cpv:331&depart={depart}&marche="
    page = texte(connecte("acheteur"), f"{chemin}{pk}")
    assert "Avenant de 3 mois sur le motif R2194-8" in page and "4 800,00 €" in page
    assert "n'est pas dans ce segment" in texte(connecte("acheteur"), f"{chemin}0", 404)


def test_choosing_a_segment_leads_to_it(connecte: Connecte, marches: None) -> None:
    client = connecte("acheteur")
    answer = client.get("/convergence/?territoire=ght:BFC-90&choix=oui&cpv=3314")
    assert answer.status_code == 302 and answer["Location"].endswith("segment=cpv:3314")
    assert "de deux à huit chiffres" in texte(client, "/convergence/?choix=oui&cpv=gants")
    assert "Donnez un code CPV ou une famille" in texte(client, "/convergence/?choix=oui")


def test_keeping_through_the_pages(connecte: Connecte, marches: None, depart: date) -> None:
    client = connecte("directeur_achats")
    chemin = f"/convergence/retenir/?territoire=ght:BFC-90&segment=cpv:331&depart={depart}"
    preview = texte(client, chemin)
    assert "Ce qui sera créé" in preview and "A, B, C" in preview
    proof = preview.split('name="empreinte" value="')[1].split('"')[0]
    missing = client.post(chemin, {"empreinte": proof, "motif": " "})
    assert "Donnez le motif" in missing.content.decode() and not Proposition.objects.exists()
    stale = client.post(chemin, {"empreinte": "0" * 64, "motif": "Vu en comité."})
    assert stale.status_code == 409 and "ont changé depuis" in stale.content.decode()
    assert "Vu en comité." in stale.content.decode()
    done = client.post(chemin, {"empreinte": proof, "motif": "Vu en comité."})
    kept = Proposition.objects.get()
    assert done["Location"] == f"/convergence/propositions/{kept.pk}/"
    page = texte(client, done["Location"])
    assert "Vu en comité." in page and "à créer" in page and "2 265" not in page
    assert "Retenue" in texte(client, "/convergence/propositions/")
    assert f"{depart:%d/%m/%Y}" in texte(client, "/convergence/?territoire=ght:BFC-90")
    assert f"Départ commun le {depart:%d/%m/%Y}" in texte(
        client, f"/marches/{Marche.objects.earliest('pk').pk}/"
    )
    again = texte(client, chemin)
    assert "est déjà remplacé par la procédure" in again


def test_setting_aside_through_the_pages(connecte: Connecte, marches: None, depart: date) -> None:
    client = connecte("directeur_achats")
    chemin = f"/convergence/ecarter/?territoire=ght:BFC-90&segment=cpv:331&depart={depart}"
    proof = texte(client, chemin).split('name="empreinte" value="')[1].split('"')[0]
    client.post(chemin, {"empreinte": proof, "motif": "Attendre l'opérateur."})
    assert Proposition.objects.get().statut == Proposition.Statut.ECARTEE


@pytest.mark.parametrize("role", ["acheteur", "pharmacien", "controleur_gestion", "referent_ars"])
def test_only_the_purchasing_direction_decides(
    connecte: Connecte, marches: None, depart: date, role: str
) -> None:
    for act in ("retenir", "ecarter"):
        chemin = f"/convergence/{act}/?territoire=ght:BFC-90&segment=cpv:331&depart={depart}"
        assert connecte(role).get(chemin).status_code == 403
        assert connecte(role).post(chemin, {"motif": "m"}).status_code == 403


def test_another_ght_does_not_exist(connecte: Connecte, autre_ght: Ght) -> None:
    creer_marche(autre_ght, "A", date(2024, 1, 1), 96)
    answer = connecte("directeur_achats").get("/convergence/?territoire=ght:BRE-90&segment=cpv:331")
    assert answer.status_code == 404


def test_the_nation_must_choose_a_ght(connecte: Connecte, marches: None) -> None:
    assert "Choisissez le vôtre" in texte(connecte("dgos"), "/convergence/?territoire=national")
