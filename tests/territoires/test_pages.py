"""The pages of the territory: open to read, closed to change."""

from collections.abc import Callable
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from fanal.journal.models import Entree
from fanal.territoires.models import Appartenance, Etablissement, Ght

Connecte = Callable[[str], Client]


def test_the_tree_and_its_branches(connecte: Connecte, ght: Ght, etablissement: Etablissement) -> None:
    client = connecte("lecteur")
    for address in (
        "/territoires/",
        "/territoires/regions/BFC/",
        f"/territoires/ght/{ght.code}/",
        f"/territoires/etablissements/{etablissement.finess}/",
    ):
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert ght.code in answer.content.decode(), address


def test_signing_in_comes_first(client: Client, ght: Ght) -> None:
    answer = client.get(f"/territoires/ght/{ght.code}/")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/comptes/login/")


@pytest.mark.parametrize(
    "address", ["/territoires/ght/ZZZ-99/", "/territoires/regions/nulle/", "/territoires/etablissements/1/"]
)
def test_what_does_not_exist_says_so(connecte: Connecte, address: str) -> None:
    answer = connecte("lecteur").get(address)
    assert answer.status_code == 404
    assert "pas connu" in answer.content.decode()


def test_a_day_shows_the_perimeter_of_that_day(connecte: Connecte, ght: Ght) -> None:
    party = Appartenance.objects.get(ght=ght, role="partie")
    party.fin = date(2021, 12, 31)
    party.save()
    client = connecte("lecteur")
    assert (
        "réunit 2 établissements"
        in client.get(f"/territoires/ght/{ght.code}/?le=2021-12-31").content.decode()
    )
    assert (
        "réunit 1 établissement "
        in client.get(f"/territoires/ght/{ght.code}/?le=2022-01-01").content.decode()
    )
    assert client.get(f"/territoires/ght/{ght.code}/?le=demain").status_code == 200


def test_only_a_national_role_imports(connecte: Connecte) -> None:
    page = "/territoires/importer/"
    assert connecte("directeur_achats").get(page).status_code == 404
    assert connecte("administrateur").get(page).status_code == 404, "its role stands on a GHT"
    assert connecte("anap").get(page).status_code == 403
    assert connecte("dgos").get(page).status_code == 200


def test_importing_a_list_from_the_page(connecte: Connecte) -> None:
    text = "NOM_COURT_GHT;CODE_GHT;NOM_COMPLET_GHT\nmars-02;2102;CUR DE  MARTINIQUE\nXYZ-01;99101;AILLEURS\n"
    upload = SimpleUploadedFile("liste.csv", text.encode("latin-1"), "text/csv")
    answer = connecte("dgos").post("/territoires/importer/", {"format": "sae-ght", "fichier": upload})
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "2 lignes lues : 1 créées, 0 modifiées, 0 inchangées, 1 écartées." in page
    assert "ne donne pas une région" in page
    assert Ght.objects.get(code="MAR-02").nom == "CŒUR DE MARTINIQUE"
    assert Entree.objects.get(action="ght.cree").acteur is not None


def test_a_file_that_is_not_one_says_so(connecte: Connecte) -> None:
    upload = SimpleUploadedFile("liste.xlsx", b"bonjour", "application/octet-stream")
    answer = connecte("dgos").post("/territoires/importer/", {"format": "sae-ght", "fichier": upload})
    assert answer.status_code == 400
    assert Ght.objects.count() == 1
    assert connecte("dgos").post("/territoires/importer/", {}).status_code == 400


def test_ending_and_beginning_a_membership(connecte: Connecte, ght: Ght, autre_ght: Ght) -> None:
    party = Appartenance.objects.get(ght=ght, role="partie")
    client = connecte("administrateur")
    assert client.get(f"/territoires/appartenances/{party.pk}/terminer/").status_code == 200
    answer = client.post(
        f"/territoires/appartenances/{party.pk}/terminer/", {"fin": "2021-12-31", "motif": "décision"}
    )
    assert answer.status_code == 302
    party.refresh_from_db()
    assert party.fin == date(2021, 12, 31)
    finess = party.etablissement.finess
    data = {"finess": finess, "role": "partie", "debut": "2021-12-01", "fin": ""}
    refused = client.post(f"/territoires/ght/{ght.code}/rattacher/", data)
    assert refused.status_code == 400
    assert "figure déjà dans" in refused.content.decode()
    assert (
        client.post(f"/territoires/ght/{ght.code}/rattacher/", {**data, "debut": "2022-01-01"}).status_code
        == 302
    )
    assert (
        client.post(f"/territoires/ght/{ght.code}/rattacher/", {**data, "finess": "000000000"}).status_code
        == 400
    )
    assert Appartenance.objects.filter(ght=ght, etablissement=party.etablissement).count() == 2


def test_another_territory_is_not_ours_to_change(connecte: Connecte, autre_ght: Ght) -> None:
    row = Appartenance.objects.filter(ght=autre_ght)[0]
    client = connecte("administrateur")
    assert client.get(f"/territoires/appartenances/{row.pk}/terminer/").status_code == 404
    assert client.get(f"/territoires/ght/{autre_ght.code}/rattacher/").status_code == 404
    assert connecte("anap").get(f"/territoires/ght/{autre_ght.code}/rattacher/").status_code == 403


def test_the_search_finds_ghts_and_establishments(
    connecte: Connecte, ght: Ght, etablissement: Etablissement
) -> None:
    client = connecte("lecteur")
    found = client.get("/recherche/", {"q": "bfc 90"}).content.decode()
    assert f"/territoires/ght/{ght.code}/" in found
    found = client.get("/recherche/", {"q": etablissement.finess}).content.decode()
    assert f"/territoires/etablissements/{etablissement.finess}/" in found
