"""The dashboard, the lines behind it, the sheet of an action: what each role sees, and what it never sees."""

import csv
import io
from collections.abc import Callable

import pytest
from django.test import Client
from pypdf import PdfReader

from fanal.achats.models import Action
from fanal.campagnes.actions.depot import ResultatDepot
from fanal.comptes.models import Utilisateur

Connecte = Callable[[str], Client]
PAGES = ("performance/", "performance/lignes/", "performance/comite.pdf", "plan/")


def get(client: Client, path: str, query: str = "annee=2021") -> tuple[int, str]:
    response = client.get(f"/achats/{path}?{query}")
    return response.status_code, response.content.decode("utf-8", "replace").replace("\u202f", " ")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("role", ["dgos", "referent_ars", "directeur_achats"])
def test_each_level_reads_its_own_pages(
    campagne_2021: ResultatDepot, connecte: Connecte, role: str, page: str
) -> None:
    assert get(connecte(role), page)[0] == 200


@pytest.mark.parametrize("page", PAGES)
def test_another_territory_answers_404(
    campagne_2021: ResultatDepot, utilisateurs_ailleurs: dict[str, Utilisateur], page: str
) -> None:
    client = Client()
    client.force_login(utilisateurs_ailleurs["directeur_achats"])
    for territory in ("ght:BFC-90", "region:BFC", "national"):
        assert get(client, page, f"annee=2021&territoire={territory}")[0] == 404
    action = Action.objects.first()
    assert action is not None
    assert get(client, f"actions/{action.pk}/")[0] == 404


def test_nobody_reads_without_signing_in(campagne_2021: ResultatDepot) -> None:
    for page in PAGES:
        assert Client().get(f"/achats/{page}").status_code == 302


def test_the_sentence_says_what_waits(campagne_2021: ResultatDepot, connecte: Connecte) -> None:
    # 5 000 × 275/365 + 165 381 : the line without a date is in no sum, and the page says so.
    _, page = get(connecte("dgos"), "performance/")
    assert "169 148,12" in page
    assert "1 ligne sans date de première commande" in page
    assert "Imprimé et calculé" in page


def test_filters_stand_in_the_address(campagne_2021: ResultatDepot, connecte: Connecte) -> None:
    _, page = get(connecte("dgos"), "performance/", "annee=2021&famille=MEDICAMENTS&role=support")
    assert "3 767,12" in page
    assert "Imprimé et calculé" not in page


def test_lines_add_up_to_the_figure(campagne_2021: ResultatDepot, connecte: Connecte) -> None:
    response = connecte("dgos").get("/achats/performance/lignes/?annee=2021&lignes.export=csv")
    text = response.content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text[text.index("Action;") :]), delimiter=";"))
    shown = {r["Action"]: r["Déclaré (€)"] for r in rows if r["Action"]}
    assert shown["A1"] == "3767,12"
    assert shown["A2"].replace("\u202f", "") in {"165381", "165381,00"}
    assert shown["A3"] == ""


def test_an_action_shows_its_calculation_and_its_cell(
    campagne_2021: ResultatDepot, connecte: Connecte
) -> None:
    rejected = Action.objects.get(identifiant="A2")
    status, page = get(connecte("directeur_achats"), f"actions/{rejected.pk}/")
    assert status == 200
    assert "332,4" in page
    assert "215 128,00" in page
    assert "76,9" in page
    assert "ligne 3" in page
    assert "paat.csv" in page
    undated = Action.objects.get(identifiant="A3")
    _, page = get(connecte("directeur_achats"), f"actions/{undated.pk}/")
    assert "il manque" in page
    assert "non renseigné" in page


def test_the_committee_gets_two_pages(campagne_2021: ResultatDepot, connecte: Connecte) -> None:
    response = connecte("dgos").get("/achats/performance/comite.pdf?annee=2021")
    pdf = PdfReader(io.BytesIO(response.content))
    text = "".join(page.extract_text() for page in pdf.pages)
    assert len(pdf.pages) == 2
    assert "Performance achat 2021" in text
    assert "Démonstration" in text


def test_the_plan_counts_by_status(campagne_2021: ResultatDepot, connecte: Connecte) -> None:
    _, page = get(connecte("acheteur"), "plan/", "annee=2021")
    assert "3 actions : 1 en cours, 2 notifiées" in page
