"""Questions answered by Spark, on a cluster or on this machine, where one machine is too small."""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis import util

from fanal.moteurs.lac.stockage import Stockage
from fanal.refus import Inutilisable

JAVAS = ("/usr/lib/jvm/java-17-openjdk-amd64", "/usr/lib/jvm/java-17-openjdk-arm64", "/usr/lib/jvm/java-17")
ABSENT = (
    "Spark ne peut pas démarrer sur cette machine : {}. Installez Java 17 et la bibliothèque pyspark, ou "
    "laissez FANAL_MOTEUR vide : DuckDB répondra."
)


@dataclass
class Spark:
    """A session of Spark: its workers read the files of the lake by their address in the storage."""

    connexion: Any
    stockage: Stockage

    @classmethod
    def ouvrir(cls, maitre: str, stockage: Stockage) -> "Spark":
        """A session on a master (`spark://machine:7077`, `local[2]`). Raises `Inutilisable` without Java."""
        return cls(ibis.pyspark.connect(session(maitre, stockage)), stockage)

    def lire(self, noms: Sequence[str]) -> ir.Table:
        """The rows of files."""
        frame = self.connexion._session.read.parquet(
            *(adresse_hadoop(self.stockage.adresse(n)) for n in noms)
        )
        name = util.gen_name("lac")
        frame.createOrReplaceTempView(name)
        table: ir.Table = self.connexion.table(name)
        return table

    def executer(self, question: ir.Table) -> pa.Table:
        """The answer, taken as Arrow: through pandas a missing integer would become a float."""
        self.connexion._register_in_memory_tables(question)
        found = self.connexion._session.sql(self.connexion.compile(question)).toArrow()
        # Ibis numbers the rows of a page on Spark: only what was asked is kept.
        return found.select(list(question.columns)).cast(pa.schema(question.schema().to_pyarrow()))


def adresse_hadoop(adresse: str) -> str:
    """The address as Hadoop reads it: its S3 file system is `s3a`, a local path a `file:` address."""
    if adresse.startswith("s3://"):
        return "s3a://" + adresse.removeprefix("s3://")
    return adresse if "://" in adresse else Path(adresse).resolve().as_uri()


def java() -> str | None:
    """Where Java 17 lies: `JAVA_HOME`, a usual place, or what `java` in the path belongs to."""
    for place in (os.environ.get("JAVA_HOME", ""), *JAVAS):
        if place and (Path(place) / "bin/java").exists():
            return place
    found = shutil.which("java")
    return str(Path(found).resolve().parents[1]) if found else None


def session(maitre: str, stockage: Stockage) -> Any:
    """The Spark session of this process on a master, with the account of the storage."""
    place = java()
    if place is None:
        raise Inutilisable(ABSENT.format("Java est introuvable"))
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise Inutilisable(ABSENT.format("la bibliothèque pyspark est absente")) from None
    os.environ["JAVA_HOME"] = place
    builder = SparkSession.builder.master(maitre).appName("fanal")
    for name, value in {**reglages(maitre), **acces_s3(stockage)}.items():
        builder = builder.config(name, value)
    started = builder.getOrCreate()
    started.sparkContext.setLogLevel("ERROR")
    return started


def reglages(maitre: str) -> dict[str, str]:
    """What Spark is told. Overflow is an error, never a wrong sum."""
    local = maitre.startswith("local")
    return {
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.ansi.enabled": "true",
        "spark.sql.execution.arrow.pyspark.enabled": "true",
        "spark.ui.enabled": "false",
        # On one machine, two hundred parts of a small answer cost more than the answer.
        **({"spark.sql.shuffle.partitions": "4", "spark.driver.host": "127.0.0.1"} if local else {}),
        **({"spark.driver.bindAddress": "127.0.0.1"} if local else {}),
    }


def acces_s3(stockage: Stockage) -> dict[str, str]:
    """The address and account of an S3-compatible storage, as Hadoop takes them."""
    options = stockage.options
    if stockage.local or not options:
        return {}
    client = options.get("client_kwargs") or {}
    known = {
        "spark.hadoop.fs.s3a.endpoint": client.get("endpoint_url"),
        "spark.hadoop.fs.s3a.endpoint.region": client.get("region_name"),
        "spark.hadoop.fs.s3a.access.key": options.get("key"),
        "spark.hadoop.fs.s3a.secret.key": options.get("secret"),
        "spark.hadoop.fs.s3a.path.style.access": "true",
    }
    return {name: str(value) for name, value in known.items() if value}
