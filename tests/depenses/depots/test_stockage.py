"""The lake in a bucket, and the lake in a backup: the same bytes come back, on either engine."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from fanal.depenses.actions.compactage import compacter
from fanal.depenses.actions.entretien import verifier
from fanal.depenses.queries.lac import manifeste, stockage
from fanal.exploitation.actions.sauvegarder import write_file
from fanal.exploitation.sauvegarde.archive import ecrire
from fanal.moteurs.lac.stockage import Stockage
from fanal.refus import Refus
from tests.appui.commande import Fanal
from tests.appui.lac import poser
from tests.depenses.depots.test_verifier import ligne
from tests.exploitation.faux_s3 import FauxS3, faux_s3
from tests.exploitation.test_sauvegarde import empty_base, install

INSTANT = datetime(2022, 3, 1, 9, tzinfo=UTC)


@pytest.fixture
def seau(settings: Any, tmp_path: Path) -> Iterator[FauxS3]:
    with faux_s3() as server:
        settings.VAR = tmp_path
        settings.LAC = "s3://seau/lac"
        settings.LAC_OPTIONS = {
            "use_listings_cache": False,
            "key": FauxS3.CLE,
            "secret": "secret-d-essai",
            "client_kwargs": {"endpoint_url": server.adresse, "region_name": "fr"},
            "config_kwargs": {
                "s3": {"addressing_style": "path"},
                "request_checksum_calculation": "when_required",
                "response_checksum_validation": "when_required",
            },
        }
        yield server


@pytest.mark.django_db
def test_the_lake_lives_in_a_bucket(seau: FauxS3) -> None:
    poser([ligne(1), ligne(2)])
    poser([ligne(2, libelle="Masques")])
    assert {name.split("/")[3] for name in seau.objets} == {"lignes", "valeurs", "effacements"}
    seau.objets["/seau/lac/lignes/zz/perdu.parquet"] = b"x"
    seen = verifier(instant=datetime(2022, 2, 10, 10, tzinfo=UTC), balayer=True)
    assert (seen.fautes, seen.lignes, seen.orphelins) == ([], 2, ["lignes/zz/perdu.parquet"])
    assert compacter(by=None, instant=INSTANT).lignes == 2
    seen = verifier(instant=INSTANT + timedelta(days=1), balayer=True)
    assert (seen.fautes, seen.lignes, seen.balayes) == ([], 2, ["lignes/zz/perdu.parquet"])
    # What lies there is looked at, not what was brought near once.
    name = manifeste().lignes[0].nom
    assert stockage().chemin(name).exists()
    seau.objets[f"/seau/lac/{name}"] += b"?"
    assert "a changé" in verifier(instant=INSTANT).fautes[0]
    del seau.objets[f"/seau/lac/{name}"]
    assert "manque" in verifier(instant=INSTANT).fautes[0]
    stockage().remettre("lignes/aa/rendu.parquet", BytesIO(b"abc"))
    assert seau.objets["/seau/lac/lignes/aa/rendu.parquet"] == b"abc"


def test_a_file_put_back_is_whole(tmp_path: Path) -> None:
    store = Stockage(str(tmp_path))
    store.remettre("lignes/aa/a.parquet", BytesIO(b"abc"))
    assert list(store.noms()) == ["lignes/aa/a.parquet"]
    with store.ouvrir("lignes/aa/a.parquet") as file:
        assert file.read() == b"abc"


SEMER = """
import django; django.setup()
from django.core.files.base import ContentFile
from fanal.depots.models import Original
from tests.appui.lac import poser
from tests.depenses.depots.test_verifier import ligne
poser([ligne(1), ligne(2)]); poser([ligne(2, libelle="Masques")])
for original in Original.objects.all():
    original.fichier.save(original.empreinte, ContentFile(b""))
"""


@pytest.mark.lent
def test_backups_carry_the_lake_from_an_engine_to_the_other(fanal: Fanal, tmp_path: Path) -> None:
    fanal.python("-c", SEMER)
    archive = tmp_path / "un.zip"
    files = fanal.json("sauvegarder", archive)["fichiers"]
    there = sorted(p.relative_to(fanal.dossier) for p in (fanal.dossier / "lac").rglob("*.parquet"))
    assert files == 2 + len(there) == 7
    other = install(tmp_path / "autre", "" if empty_base() else empty_base())
    # A damaged file of the same name is put back by the backup.
    damaged = other.dossier / there[0]
    damaged.parent.mkdir(parents=True)
    damaged.write_bytes(b"abime")
    restored, checked = other.serie([["restaurer", archive, "--json"], ["depenses", "verifier", "--json"]])
    assert json.loads(restored.stdout)["fichiers"] == files, restored.stderr
    assert all((other.dossier / p).read_bytes() == (fanal.dossier / p).read_bytes() for p in there)
    document = json.loads(checked.stdout)
    assert (document["sain"], document["lignes"], document["montant_ht"]) == (True, 2, "20.00")


@pytest.mark.django_db
def test_a_backup_without_a_file_of_the_lake_is_refused(settings: Any, tmp_path: Path) -> None:
    settings.LAC = str(tmp_path)
    with ecrire(tmp_path / "un.zip") as target, pytest.raises(Refus, match="manque dans le stockage"):
        write_file(target, "lac", "lignes/aa/absent.parquet")
