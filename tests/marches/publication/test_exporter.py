"""`fanal marches exporter`: the file, the list of what is incomplete, the exit code."""

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import xmlschema

from fanal.marches.commandes import exporter
from fanal.marches.models import Marche
from fanal.refus import Inutilisable
from tests.marches.publication.fabrique import INSTANT, complet, creer, officiel

pytestmark = pytest.mark.django_db


def export(tmp_path: Path, format: str = "decp", **options: Any) -> tuple[dict[str, Any], bytes]:
    sortie = tmp_path / "sortie"
    options.setdefault("acheteur", None)
    document = exporter.run(format=format, sortie=sortie, instant=INSTANT, **options)
    return document, sortie.read_bytes()


def test_complete_contracts_go_out_and_the_others_are_listed(tmp_path: Path) -> None:
    creer(complet())
    creer(complet(id="M2", ccag=None, offresRecues=None))
    document, content = export(tmp_path)
    assert document["exportes"] == 1
    assert [c["id"] for c in json.loads(content)["marches"]["marche"]] == ["M-2024-001"]
    (found,) = document["incomplets"]
    assert found["identifiant"] == "M2"
    assert found["acheteur"] == "21000000100010"
    assert found["champs"] == ["ccag", "offresRecues"]
    assert len(found["phrases"]) == 2


def test_a_contract_never_published_is_to_be_published(tmp_path: Path) -> None:
    creer(complet(datePublicationDonnees=None))
    document, _ = export(tmp_path)
    assert document["incomplets"][0]["champs"] == ["datePublicationDonnees"]
    document, content = export(tmp_path, publication=date(2024, 5, 31))
    assert document["incomplets"] == []
    assert json.loads(content)["marches"]["marche"][0]["datePublicationDonnees"] == "2024-05-31"


def test_one_buyer(tmp_path: Path) -> None:
    creer(complet())
    creer(complet(acheteur={"id": "35000000100010"}))
    document, content = export(tmp_path, acheteur="350 000 001 00010")
    assert document["exportes"] == 1
    assert b"35000000100010" in content and b"21000000100010" not in content
    with pytest.raises(Inutilisable, match="Aucun marché notifié"):
        export(tmp_path, acheteur="99999999999999")


def test_contracts_not_notified_or_invented_do_not_go_out(tmp_path: Path, settings: Any) -> None:
    settings.MODE = "production"
    creer(complet(), etat=Marche.Etat.PREPARATION)
    creer(complet(id="M2"), etat=Marche.Etat.ATTRIBUE)
    creer(complet(id="M3"), demonstration=True)
    document, _ = export(tmp_path)
    assert (document["exportes"], document["incomplets"]) == (0, [])


def test_origins_are_only_a_remark(tmp_path: Path) -> None:
    creer(complet(codeCPV="33600000"))
    document, _ = export(tmp_path)
    assert document["exportes"] == 1
    assert document["avertissements"][0]["champs"] == ["origineUE"]


def test_ocds_needs_less_and_names_the_buyer(tmp_path: Path) -> None:
    creer(complet(ccag=None), acheteur_nom="Centre hospitalier d'essai")
    document, content = export(tmp_path, "ocds")
    package = json.loads(content)
    assert document["exportes"] == 1
    assert package["publisher"]["name"] == "Centre hospitalier d'essai"
    assert package["releases"][0]["ocid"] == "ocds-78apv2-21000000100010M-2024-001"


@pytest.mark.parametrize("format", ["decp", "decp-xml"])
def test_a_dirty_portfolio_still_gives_a_valid_file(tmp_path: Path, format: str) -> None:
    creer(complet())
    for i, champ in enumerate(complet()):
        if champ not in {"id", "acheteur"}:
            creer(complet(id=f"M{i}", **{champ: None}))
    document, content = export(tmp_path, format)
    assert document["exportes"] == 1
    assert len(document["incomplets"]) == 22
    if format == "decp":
        schema = json.loads(officiel("decp/schema/schema_decp_v2.0.3.json").read_text())
        jsonschema.Draft7Validator(schema).validate(json.loads(content))
    else:
        xsd = xmlschema.XMLSchema(officiel("decp/schema/schema_decp_v2.0.2.xsd"))
        xsd.validate(io.BytesIO(content))  # type: ignore[arg-type]


def test_a_failed_export_leaves_the_last_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    creer(complet())
    export(tmp_path)
    before = (tmp_path / "sortie").read_bytes()

    def no_room(*_: Any) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("fanal.marches.publication.fichiers.ecrire_decp", no_room)
    with pytest.raises(Inutilisable, match="ne peut pas être écrit"):
        export(tmp_path)
    assert (tmp_path / "sortie").read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["sortie"]


def test_refusals(tmp_path: Path) -> None:
    with pytest.raises(Inutilisable, match="pas un format d'export"):
        export(tmp_path, "pdf")
    with pytest.raises(Inutilisable, match="ne peut pas être écrit"):
        exporter.run(format="decp", sortie=tmp_path / "absent" / "f", acheteur=None, instant=INSTANT)


@pytest.mark.lent
def test_the_command_line(fanal: Any, tmp_path: Path) -> None:
    sortie = tmp_path / "decp.json"
    document = fanal.json("marches", "exporter", "--format", "decp", "--sortie", sortie)
    assert document["exportes"] == 0 and document["incomplets"] == []
    assert json.loads(sortie.read_text()) == {"marches": {"marche": []}}
    done = fanal("marches", "exporter", "--format", "poesie", "--sortie", sortie)
    assert done.returncode == 2 and "n'est pas un format d'export" in done.stderr
