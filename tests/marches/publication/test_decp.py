"""DECP v2 documents: official examples given back, structure, schema and XSD."""

import io
import json
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest
import xmlschema
from defusedxml.ElementTree import fromstring

from fanal.marches.models import Marche, Modification
from fanal.marches.publication import decp, fichiers, xml
from fanal.marches.queries.publication import avec_ses_donnees, contrat_de, contrats
from tests.marches.publication.fabrique import complet, creer, officiel

pytestmark = pytest.mark.django_db
EXEMPLES = [
    "marches_avec_modifications.json",
    "marches_concessions.json",
    "concessions.json",
    "concessions_avec_modifications.json",
]


def written(marches: Any = None) -> dict[str, Any]:
    """The JSON document of the base, as the export writes it."""
    rows = Marche.objects.order_by("pk") if marches is None else marches
    sortie = io.BytesIO()
    number = fichiers.ecrire_decp(sortie, (c for _, c in contrats(rows)))
    document: dict[str, Any] = json.loads(sortie.getvalue())
    lists = document["marches"].values()
    assert number == sum(len(found) for found in lists)
    return document


def written_xml() -> bytes:
    sortie = io.BytesIO()
    fichiers.ecrire_xml(sortie, (c for _, c in contrats(Marche.objects.order_by("pk"))))
    return sortie.getvalue()


@pytest.mark.parametrize("nom", EXEMPLES)
def test_an_official_example_is_given_back(nom: str) -> None:
    source = json.loads(officiel(f"decp/exemples/json/{nom}").read_text())
    for found in source["marches"].values():
        for document in found:
            creer(document)
    assert written() == source


@pytest.mark.parametrize("nom", EXEMPLES)
def test_what_is_written_is_valid(nom: str) -> None:
    source = json.loads(officiel(f"decp/exemples/json/{nom}").read_text())
    for found in source["marches"].values():
        for document in found:
            creer(document)
    schema = json.loads(officiel("decp/schema/schema_decp_v2.0.3.json").read_text())
    jsonschema.Draft7Validator(schema).validate(written())
    xmlschema.XMLSchema(officiel("decp/schema/schema_decp_v2.0.2.xsd")).validate(
        io.BytesIO(written_xml())  # type: ignore[arg-type]
    )


def test_the_official_xml_example_is_given_back() -> None:
    """The first of its two equal contracts: same elements, same texts, in any order (xs:all)."""
    root = fromstring(officiel("decp/exemples/xml/Marche.xml").read_text().strip())
    source = root[0]
    creer(
        json.loads(officiel("decp/exemples/json/marches_avec_modifications.json").read_text())["marches"][
            "marche"
        ][0]
        | {
            "acheteur": {"id": "21750001630040"},
            "objet": "envoi pour Json test",
            "modifications": [],
            "modificationsActesSousTraitance": [],
            "actesSousTraitance": [
                {
                    "acteSousTraitance": {
                        "id": 1,
                        "sousTraitant": {"id": "214356", "typeIdentifiant": "SIRET"},
                        "dureeMois": 12,
                        "dateNotification": "2024-10-11",
                        "montant": 123456.89,
                        "variationPrix": "Révisable",
                        "datePublicationDonnees": "2024-10-12",
                    }
                }
            ],
        }
    )
    ours = fromstring(written_xml())[0]
    assert leaves(ours) == leaves(source)


def leaves(element: ET.Element, path: str = "") -> list[tuple[str, str]]:
    """(path, text) of every element that holds a text, sorted."""
    found = [(f"{path}/{element.tag}", element.text.strip())] if element.text and element.text.strip() else []
    for child in element:
        found += leaves(child, f"{path}/{element.tag}")
    return sorted(found)


def test_a_complete_contract_has_every_field_of_the_schema_and_no_other() -> None:
    creer(complet())
    document = written()
    assert document == {"marches": {"marche": [complet()]}}


def test_what_is_unknown_is_left_out() -> None:
    """No null, no empty text: the schema types origins as numbers and asks one character of identifiers."""
    creer(complet())
    (found,) = written()["marches"]["marche"]
    absent = {"idAccordCadre", "tauxAvance", "origineUE", "origineFrance", "actesSousTraitance"}
    assert not absent & set(found)
    assert None not in found.values()
    assert "" not in found.values()


def test_a_share_of_zero_is_written() -> None:
    creer(complet(tauxAvance=0, attributionAvance=True, origineUE=0, origineFrance=0))
    (found,) = written()["marches"]["marche"]
    assert (found["tauxAvance"], found["origineUE"], found["origineFrance"]) == (0, 0, 0)


def test_an_empty_package_is_still_a_package() -> None:
    assert written() == {"marches": {"marche": []}}
    assert fromstring(written_xml()).tag == "marches"


def test_only_notified_modifications_are_written_in_growing_order() -> None:
    marche = creer(complet())
    for numero, etat in ((3, "notifiee"), (1, "notifiee"), (2, "projet"), (4, "signee")):
        Modification.objects.create(marche=marche, numero=numero, etat=etat)
    read = avec_ses_donnees(Marche.objects.filter(pk=marche.pk)).get()
    numbers = [m["modification"]["id"] for m in decp.marche(contrat_de(read))["modifications"]]
    assert numbers == [1, 3]
    # The same without the prefetch: one contract read alone.
    assert [c.numero for c in contrat_de(marche).changements] == [1, 3]


def test_xml_writes_the_words_of_the_xsd() -> None:
    acte = {
        "id": 1,
        "dateNotificationModificationSousTraitance": "2024-05-01",
        "datePublicationDonnees": "2024-05-02",
        "montant": 0.00001 + 1,
    }
    creer(
        complet(
            objet="Gants & <masques>\x0b",
            modificationsActesSousTraitance=[{"modificationActeSousTraitance": acte}],
        )
    )
    root = fromstring(written_xml())
    assert root.findtext("marche/objet") == "Gants & <masques>"
    assert root.findtext("marche/marcheInnovant") == "non"
    # The XSD names it with an s, the JSON schema without.
    inner = root.find("marche/modificationsActesSousTraitance/modificationActesSousTraitance")
    assert inner is not None
    assert [e.text for e in root.findall("marche/techniques/technique")] == ["Accord-cadre"]
    assert [e.tag for e in root.findall("marche/titulaires/titulaire/*")] == ["typeIdentifiant", "id"]


def test_a_document_by_itself_is_its_element_of_the_package() -> None:
    marche = creer(complet())
    contrat = contrat_de(marche)
    assert decp.paquet([contrat])["marches"]["marche"] == [decp.document(contrat)]
    assert xml.document([contrat]) == written_xml()
