"""From an official file to the register and back: what is exported is what was imported."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from defusedxml.ElementTree import fromstring

from fanal.marches.commandes import exporter, importer
from fanal.marches.models import Marche
from fanal.marches.queries.publication import contrats
from tests.marches.publication.fabrique import INSTANT, officiel
from tests.marches.publication.test_decp import leaves

pytestmark = pytest.mark.django_db


def bring(chemin: str, format: str = "decp") -> dict[str, Any]:
    """Import an official file, on no GHT."""
    path = officiel(chemin)
    return importer.run(path, format=format, ght=None, correspondance=None, instant=INSTANT)


def send(tmp_path: Path, format: str = "decp", **options: Any) -> tuple[dict[str, Any], bytes]:
    sortie = tmp_path / "sortie"
    document = exporter.run(format=format, sortie=sortie, acheteur=None, instant=INSTANT, **options)
    return document, sortie.read_bytes()


@pytest.mark.parametrize("nom", ["marches_avec_modifications", "marches_concessions"])
def test_the_official_contracts_come_back_field_by_field(tmp_path: Path, nom: str) -> None:
    source = json.loads(officiel(f"decp/exemples/json/{nom}.json").read_text())["marches"]["marche"]
    bring(f"decp/exemples/json/{nom}.json")
    document, content = send(tmp_path)
    ours = {c["acheteur"]["id"]: c for c in json.loads(content)["marches"]["marche"]}
    assert ours == {c["acheteur"]["id"]: c for c in source}
    assert document["incomplets"] == []


def test_the_official_xml_contract_comes_back(tmp_path: Path) -> None:
    bring("decp/exemples/xml/Marche.xml", "decp-xml")
    source = fromstring(officiel("decp/exemples/xml/Marche.xml").read_text().strip())[0]
    _, content = send(tmp_path, "decp-xml")
    assert leaves(fromstring(content)[0]) == leaves(source)


def test_the_published_ocds_pair(tmp_path: Path) -> None:
    """Imported from the DECP of the pair, exported as OCDS: its releases, licence and policy."""
    expected = json.loads(officiel("ocds/paires_decp/attendu/001_marche_simple.json").read_text())
    bring("ocds/paires_decp/source/001_marche_simple.json")
    _, content = send(tmp_path, "ocds")
    ours = json.loads(content)
    assert ours["releases"] == expected["releases"]
    for champ in ("version", "license", "publicationPolicy"):
        assert ours[champ] == expected[champ]


def test_the_real_contracts_say_what_is_missing(tmp_path: Path) -> None:
    """None of the 491 contracts of 2018-2019 holds the fields of 2024: each is listed with its own."""
    bring("decp/reel/hopitaux_decp_v1_2018-2019.json")
    held = Marche.objects.count()
    document, content = send(tmp_path)
    assert document["exportes"] + len(document["incomplets"]) == held > 400
    assert document["exportes"] == 0 and json.loads(content) == {"marches": {"marche": []}}
    counted = Counter(c for found in document["incomplets"] for c in found["champs"])
    unknown = Marche.objects.filter(date_notification=None).count()
    assert counted["dateNotification"] == unknown
    assert counted["ccag"] == counted["marcheInnovant"] == held
    assert all(len(found["phrases"]) >= len(found["champs"]) for found in document["incomplets"])


def test_the_real_contracts_as_ocds_are_valid(tmp_path: Path) -> None:
    schema = json.loads(officiel("ocds/schema/release-schema.json").read_text())
    bring("decp/reel/hopitaux_decp_v1_2018-2019.json")
    document, content = send(tmp_path, "ocds")
    package = json.loads(content)
    assert document["exportes"] > 250
    validator = jsonschema.Draft4Validator(schema)
    for release in package["releases"][::10]:
        validator.validate(release)
    ids = [release["id"] for release in package["releases"]]
    assert len(ids) == len(set(ids))
    assert sum(1 for _ in contrats(Marche.objects.all())) == document["exportes"] + len(
        document["incomplets"]
    )


def test_a_table_of_2024_says_what_its_columns_do_not_hold(tmp_path: Path) -> None:
    bring("decp/reel/hopitaux_travaux_decp2022_tabulaire_2024H2.csv", "decp-tabulaire")
    document, content = send(tmp_path, publication=INSTANT.date())
    assert document["exportes"] == 0
    assert len(document["incomplets"]) == Marche.objects.count() > 30
    assert {"objet", "ccag", "techniques"} <= set(document["incomplets"][0]["champs"])
    assert json.loads(content) == {"marches": {"marche": []}}
