"""Performance, territory, parameters, journal, account, and the documentation page."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from fanal.campagnes.models import Campagne, Dossier
from fanal.config.api import api
from fanal.journal.models import Entree
from tests.api.conftest import Appelant

pytestmark = pytest.mark.django_db
Appel = Callable[[str], Appelant]


def command(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    call_command("performance", "--annee", "2021", *arguments, "--json")
    return json.loads(capsys.readouterr().out)


def test_performance_is_the_command_s_document(
    appelant: Appel, dossier: Dossier, capsys: pytest.CaptureFixture[str]
) -> None:
    dgos = appelant("dgos")
    national = dgos.lire("/performance", annee=2021)
    assert national == command(capsys)
    assert list(national) == list(command(capsys))
    assert national["gains_declares"] != "0.00"
    mine = appelant("directeur_achats").lire("/performance", annee=2021, ght="BFC-90")
    assert mine == command(capsys, "--ght", "BFC-90")
    region = appelant("referent_ars").lire("/performance", annee=2021, region="27", famille="MEDICAMENTS")
    assert region == command(capsys, "--region", "BFC", "--famille", "MEDICAMENTS")


def test_performance_stays_in_one_s_territory(appelant: Appel, ailleurs: Appel, dossier: Dossier) -> None:
    ght = appelant("directeur_achats")
    assert "ght=" in ght.lire("/performance", 404, annee=2021)["phrase"]
    ght.lire("/performance", 404, annee=2021, region="BFC")
    ght.lire("/performance", 404, annee=2021, ght="BFC-90", region="BFC")
    ailleurs("directeur_achats").lire("/performance", 404, annee=2021, ght="BFC-90")
    ailleurs("referent_ars").lire("/performance", 404, annee=2021, ght="BFC-90")
    ailleurs("referent_ars").lire("/performance", 404, annee=2021, region="BFC")
    appelant("operateur").lire("/performance", 404, annee=2021)
    assert "période" in appelant("dgos").lire("/performance", 422, annee=2021, periode="hiver")["phrase"]
    assert "annee" in appelant("dgos").lire("/performance", 422)["phrase"]


def test_campaigns_are_told_within_one_s_territory(
    appelant: Appel, ailleurs: Appel, campagne: Campagne, dossier: Dossier
) -> None:
    (known,) = appelant("lecteur").lire("/campagnes", annee=2021)["elements"]
    assert (known["code"], known["etat"]) == ("performance-2021-fin-annee", "ouverte")
    here = appelant("referent_ars").lire(f"/campagnes/{campagne.code}")
    assert (here["dossiers"], here["lignes"], here["par_etape"]["paat"]["brouillon"]) == (1, 3, 1)
    there = ailleurs("referent_ars").lire(f"/campagnes/{campagne.code}")
    assert (there["dossiers"], there["lignes"]) == (0, 0)
    waiting = appelant("dgos").lire(f"/campagnes/{campagne.code}/sans-reponse")["elements"]
    assert all({"niveau", "code", "phrase"} <= set(w) for w in waiting)
    appelant("dgos").lire("/campagnes/inconnue", 404)


def test_territory(appelant: Appel) -> None:
    caller = appelant("lecteur")
    assert len(caller.lire("/regions")) == 18
    assert [g["code"] for g in caller.lire("/ght", region="Bourgogne-Franche-Comté")["elements"]] == [
        "BFC-90"
    ]
    members = caller.lire("/ght/BFC-90")["etablissements"]
    assert [(m["finess"], m["role"]) for m in members] == [("210000001", "support"), ("210000002", "partie")]
    assert caller.lire("/etablissements/210000002", le="2021-12-31")["ght"] == "BFC-90"
    assert caller.lire("/etablissements", ght="BFC-90", q="0002")["total"] == 1
    assert "UNIHA" in {o["code"].upper() for o in caller.lire("/operateurs")}
    assert caller.lire("/ght/XXX-99", 404)["phrase"]


def test_parameters_and_their_source(appelant: Appel) -> None:
    caller = appelant("lecteur")
    every = caller.lire("/parametres", prefixe="achats.")
    assert every and all(v["source"] for p in every for v in p["valeurs"])
    one = caller.lire("/parametres/achats.controles.borne_alerte", le="2021-12-31")
    assert isinstance(one["valeurs"][0]["valeur"], str), "an exact number is text"
    assert caller.lire("/parametres/achats.inconnu", 404)["phrase"]


def test_the_journal_of_an_object(appelant: Appel, ailleurs: Appel, dossier: Dossier) -> None:
    admin = appelant("administrateur")
    about = {"objet_type": "campagnes.dossier", "objet_id": dossier.pk}
    rows = admin.lire("/journal", **about)["elements"]
    assert [r["action"] for r in rows] == ["dossier.version", "dossier.ouvrir"]
    assert rows[0]["empreinte"] == Entree.objects.get(numero=rows[0]["numero"]).empreinte
    assert ailleurs("administrateur").lire("/journal", **about)["elements"] == []
    appelant("directeur_achats").lire("/journal", 403)


def test_who_am_i(appelant: Appel) -> None:
    me = appelant("directeur_achats").lire("/moi")
    (role,) = me["roles"]
    assert (role["role"], role["niveau"], role["code"]) == ("directeur_achats", "ght", "BFC-90")
    assert "dossier.valider" in role["permissions"]


def test_pages_are_bounded(appelant: Appel) -> None:
    caller = appelant("lecteur")
    assert "au plus 500" in caller.lire("/ght", 422, taille=501)["phrase"]
    assert caller.lire("/ght", page=99)["elements"] == []


def test_the_documentation_is_one_page_without_foreign_script(client: Client) -> None:
    assert client.get("/api/v1/", follow=True).redirect_chain == [("/api/v1/docs", 302)]
    page = client.get("/api/v1/docs")
    content = page.content.decode()
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method, operation in methods.items():
            assert path in content and operation["summary"].split("'")[0] in content, (method, path)
    assert "<style" not in content and "cdn" not in content
    assert "unsafe" not in page["Content-Security-Policy"]
    assert client.get("/api/v1/openapi.json").json()["info"]["title"] == "Fanal"
