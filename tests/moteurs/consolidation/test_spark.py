"""The same questions on real Spark: every answer equals DuckDB's, to the last digit."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fanal.depenses.queries.source import source
from fanal.moteurs.consolidation.contexte import Contexte
from fanal.moteurs.consolidation.source import ouvrir_duckdb, ouvrir_spark
from fanal.moteurs.consolidation.spark import acces_s3, adresse_hadoop, java
from fanal.moteurs.lac.stockage import Stockage
from tests.moteurs.consolidation.monde import Monde, batir
from tests.moteurs.consolidation.questions import ENSEMBLES


def installer_java() -> str | None:
    """Java 17 found, or Debian's when root; None when there is none to be had."""
    if java() is None and os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for words in ("update -qq", "install -y -qq --no-install-recommends openjdk-17-jre-headless"):
            subprocess.run(["apt-get", *words.split()], check=False, capture_output=True, env=quiet)
    return java()


@pytest.fixture(scope="module")
def monde(tmp_path_factory: pytest.TempPathFactory) -> Monde:
    return batir(tmp_path_factory.mktemp("lac"), 3, 300)


# A few hundred lines do not repay compiling each question: what is proved is the answer.
VITE = {
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.ui.enabled": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
}


@pytest.fixture(scope="module")
def spark(monde: Monde) -> Iterator[Contexte]:
    sql = pytest.importorskip("pyspark.sql", reason="pyspark n'est pas installé")
    place = installer_java()
    if place is None:
        pytest.skip("Java 17 est introuvable et ne peut pas être installé ici")
    os.environ["JAVA_HOME"] = place
    builder = sql.SparkSession.builder.master("local[2]")
    for name, value in VITE.items():
        builder = builder.config(name, value)
    builder.getOrCreate()
    source = ouvrir_spark(monde.manifeste, monde.stockage, "local[2]")
    yield monde.contexte(source)
    source.connexion._session.stop()


@pytest.fixture(scope="module")
def duckdb(monde: Monde) -> Contexte:
    return monde.contexte(ouvrir_duckdb(monde.manifeste, monde.stockage, fils=1))


def test_spark_answers_as_duckdb(spark: Contexte, duckdb: Contexte) -> None:
    # One test: workers that share the tests would each start a Spark.
    for name, ask in ENSEMBLES.items():
        assert ask(spark) == ask(duckdb), name


@pytest.mark.django_db
def test_the_setting_chooses_the_engine(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    asked = []
    monkeypatch.setattr(
        "fanal.moteurs.consolidation.source.ouvrir_spark", lambda state, store, master: asked.append(master)
    )
    settings.MOTEUR = "spark://maitre:7077"
    source()
    assert asked == ["spark://maitre:7077"]
    settings.MOTEUR = "duckdb"
    assert source().lignes.count().to_pyarrow().as_py() == 0


def test_a_remote_lake_is_read_by_the_workers_themselves(tmp_path: Path) -> None:
    assert adresse_hadoop("s3://seau/lac/lignes/ab/abc.parquet") == "s3a://seau/lac/lignes/ab/abc.parquet"
    assert adresse_hadoop(str(tmp_path)).startswith("file:///")
    far = Stockage(
        "s3://seau/lac", {"key": "compte", "secret": "s", "client_kwargs": {"endpoint_url": "http://s3"}}
    )
    assert acces_s3(far) == {
        "spark.hadoop.fs.s3a.endpoint": "http://s3",
        "spark.hadoop.fs.s3a.access.key": "compte",
        "spark.hadoop.fs.s3a.secret.key": "s",
        "spark.hadoop.fs.s3a.path.style.access": "true",
    }
    assert acces_s3(Stockage(str(tmp_path))) == {}
