"""OCDS release packages: the published pair, the schema, releases of modifications."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import jsonschema
import pytest

from fanal.marches.publication import ocds
from fanal.marches.publication.contrat import Changement, Contrat, Identite
from tests.marches.publication.fabrique import officiel
from tests.marches.publication.test_completude import COMPLET

ENTETE = ocds.Entete("ocds-78apv2", {"name": "Essai"})
INSTANT = datetime(2024, 6, 1, 8, tzinfo=UTC)


def of_pair(source: dict[str, Any]) -> Contrat:
    """The contract of the pair's source, a DECP v1 document."""
    return Contrat(
        acheteur_siret=source["acheteur"]["id"],
        acheteur_nom=source["acheteur"]["nom"],
        identifiant=source["id"],
        objet=source["objet"],
        code_cpv=source["codeCPV"],
        duree_mois=source["dureeMois"],
        montant=Decimal(source["montant"]),
        notifie_le=date.fromisoformat(source["dateNotification"]),
        publie_le=date.fromisoformat(source["datePublicationDonnees"][:10]),
        titulaires=tuple(
            Identite(t["typeIdentifiant"], t["id"], t["denominationSociale"]) for t in source["titulaires"]
        ),
    )


def test_the_published_pair_is_given_back_whole() -> None:
    source = json.loads(officiel("ocds/paires_decp/source/001_marche_simple.json").read_text())
    expected = json.loads(officiel("ocds/paires_decp/attendu/001_marche_simple.json").read_text())
    entete = ocds.Entete(
        "ocds-78apv2",
        expected["publisher"],
        expected["license"],
        expected["publicationPolicy"],
        expected["uri"],
    )
    instant = datetime.fromisoformat(expected["publishedDate"])
    ours = ocds.paquet([of_pair(source["marches"][0])], entete, instant)
    # That January day bears the summer offset in the pair: the same instant is compared.
    assert datetime.fromisoformat(ours.pop("publishedDate")) == datetime.fromisoformat(
        expected.pop("publishedDate")
    )
    assert ours == expected


@pytest.mark.parametrize(("mois", "attendu"), [(39, 1189), (1, 30), (2, 61), (48, 1464), (12, 366)])
def test_months_make_days_rounded_down(mois: int, attendu: int) -> None:
    assert ocds.jours(mois) == attendu


def test_a_modification_is_a_release_of_its_own() -> None:
    contrat = replace(
        COMPLET,
        changements=(
            Changement(1, date(2024, 4, 1), date(2024, 5, 1), duree_mois=60, montant=Decimal("300000")),
            Changement(2, date(2024, 6, 1)),
        ),
    )
    first, second = ocds.publications(contrat, "ocds-78apv2")
    assert (first["id"][-3:], second["id"][-3:]) == ("-00", "-01")
    assert second["tag"] == ["contractAmendment"]
    (changed,) = second["contracts"]
    assert changed["value"]["amount"] == 300000
    assert changed["period"]["durationInDays"] == 1830
    assert changed["amendments"][0]["date"] == "2024-04-01T00:00:00Z"
    assert second["date"] == "2024-05-01T00:00:00+02:00"


def test_what_is_unknown_is_left_out() -> None:
    bare = Contrat(
        acheteur_siret="21000000100010",
        identifiant="M1",
        objet="Gants",
        titulaires=(Identite("TVA", "FR123"),),
        publie_le=date(2024, 1, 1),
    )
    (release,) = ocds.publications(bare, "ocds-78apv2")
    award = release["awards"][0]
    assert not {"value", "date", "items", "contractPeriod"} & set(award)
    assert release["parties"][1]["identifier"] == {"scheme": "TVA", "id": "FR123"}
    assert release["date"] == "2024-01-01T00:00:00+01:00"


def test_the_package_is_valid() -> None:
    package_schema = json.loads(officiel("ocds/schema/release-package-schema.json").read_text())
    release_schema = json.loads(officiel("ocds/schema/release-schema.json").read_text())
    contrat = replace(COMPLET, changements=(Changement(1, date(2024, 4, 1), date(2024, 5, 1)),))
    package = ocds.paquet([contrat], ENTETE, INSTANT)
    package["publisher"] = {"name": "Essai"}
    # The package schema refers to the releases' by address: the local copy stands for it.
    package_schema["properties"]["releases"]["items"] = {}
    jsonschema.Draft4Validator(package_schema).validate(package)
    for release in package["releases"]:
        jsonschema.Draft4Validator(release_schema).validate(release)
