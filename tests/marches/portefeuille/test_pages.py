"""Portfolio, indicators and search as pages: sentence, filters, export, and who may read."""

import csv
import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from fanal.comptes.models import Utilisateur
from fanal.interface.recherche import chercher
from fanal.marches.models import Cpv, Marche
from fanal.territoires.models import Ght
from tests.marches.portefeuille.conftest import Marcher

pytestmark = pytest.mark.django_db
Connecte = Callable[[str], Client]


@pytest.fixture
def deux(marcher: Marcher) -> tuple[Marche, Marche]:
    """A contract that ends within six months of the real day, and one of unknown end."""
    today = timezone.localdate()
    return (
        marcher(
            "GAZ-1",
            "Alpha",
            famille="Énergie",
            date_fin_totale=date.fromordinal(today.toordinal() + 30),
            considerations_environnementales=["Clause environnementale"],
            offres_recues=1,
        ),
        marcher(
            "X-2", "Bêta", date_notification=None, date_debut=None, date_fin_totale=None, duree_mois=None
        ),
    )


def test_the_sentence_and_the_rows(connecte: Connecte, deux: tuple[Marche, Marche]) -> None:
    page = connecte("acheteur").get("/marches/").content.decode()
    assert (
        "2 marchés enregistrés : 1 en cours, 1 prend fin dans six mois, aucun ne dépasse son maximum, "
        "1 n&#x27;a pas d&#x27;échéance connue." in page
    )
    assert "GAZ-1" in page and "X-2" in page
    filtered = connecte("acheteur").get("/marches/", {"famille": "Énergie"}).content.decode()
    assert "GAZ-1" in filtered and "X-2" not in filtered


def test_a_faulty_filter_says_so_and_keeps_the_others(
    connecte: Connecte, deux: tuple[Marche, Marche]
) -> None:
    asked = {"cpv": "abc", "montant_min": "douze", "fin_apres": "hier", "q": "gaz", "indicateur": "rien"}
    answer = connecte("acheteur").get("/marches/", asked)
    page = answer.content.decode()
    assert answer.status_code == 200 and "premiers chiffres du code CPV" in page
    assert "GAZ-1" in page and "X-2" not in page


def test_the_export_holds_the_filtered_rows(connecte: Connecte, deux: tuple[Marche, Marche]) -> None:
    answer = connecte("acheteur").get("/marches/", {"marches.export": "csv", "etat": "inconnue"})
    content = b"".join(answer) if answer.streaming else answer.content
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert any(row and row[0] == "X-2" for row in rows) and not any(row and row[0] == "GAZ-1" for row in rows)


def test_another_ght_sees_nothing(
    utilisateurs_ailleurs: dict[str, Utilisateur], deux: tuple[Marche, Marche]
) -> None:
    client = Client()
    client.force_login(utilisateurs_ailleurs["acheteur"])
    for address in ("/marches/", "/marches/indicateurs/"):
        page = client.get(address).content.decode()
        assert "GAZ-1" not in page and "Alpha" not in page and "Énergie" not in page
    found = chercher(utilisateurs_ailleurs["acheteur"], "GAZ-1", timezone.localdate())
    assert "Registre des marchés" not in found


def test_a_region_reads_its_contracts_without_unit_prices(
    connecte: Connecte, deux: tuple[Marche, Marche]
) -> None:
    page = connecte("referent_ars").get("/marches/").content.decode()
    assert "GAZ-1" in page and "prix unitaire" not in page.lower()


@pytest.mark.parametrize("role", ["lecteur", "jure"])
def test_other_roles_are_refused(connecte: Connecte, role: str) -> None:
    assert connecte(role).get("/marches/").status_code == 403
    assert connecte(role).get("/marches/indicateurs/").status_code == 403


def test_an_indicator_opens_its_rows(connecte: Connecte, deux: tuple[Marche, Marche]) -> None:
    client = connecte("directeur_achats")
    page = client.get("/marches/indicateurs/", {"exercice": "2021"}).content.decode()
    link = "/marches/?indicateur=offre_unique&amp;reponse=oui&amp;exercice=2021"
    assert link in page and "100,0" in page
    rows = client.get(link.replace("&amp;", "&")).content.decode()
    assert "GAZ-1" in rows and "X-2" not in rows and "Une seule offre reçue : marchés concernés" in rows


@pytest.mark.parametrize(
    "query",
    ["exercice=toutes", "exercice=abc", "exercice=99999", "axe=ght", "axe=nimporte", "axe=executants"],
)
def test_the_indicators_take_any_address(connecte: Connecte, deux: tuple[Marche, Marche], query: str) -> None:
    assert connecte("dgos").get(f"/marches/indicateurs/?{query}&territoire=national").status_code == 200


def test_the_empty_portfolio_says_what_to_do(connecte: Connecte, ght: Ght) -> None:
    page = connecte("acheteur").get("/marches/").content.decode()
    assert "Aucun marché n&#x27;est enregistré sur ce territoire" in page


def test_search(utilisateurs: dict[str, Utilisateur], deux: tuple[Marche, Marche]) -> None:
    Cpv.objects.get_or_create(code="09123000", defaults={"libelle": "Gaz naturel"})
    Marche.objects.filter(pk=deux[0].pk).update(code_cpv="09123000", montant=Decimal(5))
    today = timezone.localdate()
    user = utilisateurs["acheteur"]
    for text in ("GAZ-1", "objet gaz", "alpha", "26210007600013", "09123000"):
        titles = [r.titre for r in chercher(user, text, today).get("Registre des marchés", [])]
        assert any(t.startswith("GAZ-1") for t in titles), text
    assert chercher(user, "gaz naturel", today)["Codes CPV"][0].url.endswith("cpv=09123000")
    assert chercher(user, "Bêta", today)["Fournisseurs"][0].titre == "Bêta"
    assert "Fournisseurs" not in chercher(utilisateurs["lecteur"], "Bêta", today)
