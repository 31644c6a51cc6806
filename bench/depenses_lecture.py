"""Order lines brought into a lake with every check, against reading the same CSV without any.

    python bench/depenses_lecture.py [--lignes N] [--garder DOSSIER]

Prints one JSON line; quote its ratios, measured turn by turn in one run, never its times. Fanal reads, checks
every rule, codes, looks for duplicates, compares with an empty lake, writes Parquet ready to be registered;
DuckDB makes a table of `read_csv`, pandas a data frame: neither checks anything. Ratios are given by wall
clock and by processor time: other work on the machine weighs on the latter less. `exposant` is the growth of
Fanal's processor time between a quarter of the lines and all of them. `memoire_gio` is the peak of Fanal
alone, in a process of its own. `original` is the share of keeping and hashing the file, which the import
does too and a bare reading does not.

`pandas` is the version measured against. When the environment variable FANAL_BENCH_PANDAS names a Python
that has another one, `contre_pandas_autre` measures that too, in its turn, in a process that times its own
reading.

Beyond a size, each way is run once, Fanal in a process of its own; the quarter is the beginning of the file,
`original` is measured on it, and DuckDB makes its table in a database file when the memory would not hold it.
`--garder DOSSIER`: the file is written there and stays, for a later run of the same size.
"""

# ruff: noqa: S608 - our own temporary files
from __future__ import annotations

import argparse
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from importlib.metadata import version
from pathlib import Path
from statistics import median

PAQUET = 1_000_000  # lines written at once
FINESS = [f"{210000000 + 17 * i:09d}" for i in range(40)]
TOURS = 3
# Names a Python executable that has another pandas, to be measured too.
AUTRE_PANDAS = "FANAL_BENCH_PANDAS"
# What that Python runs: it imports pandas, then times the reading alone.
_LECTURE_SEULE = """
import sys, time
import pandas as pd
horloge, processeur = time.perf_counter(), time.process_time()
pd.read_csv(sys.argv[1], sep=";", decimal=",")
print(time.perf_counter() - horloge, time.process_time() - processeur, pd.__version__)
"""
# Beyond these sizes one turn tells enough; and pandas, which holds the whole file, is left out when the
# memory of the machine cannot: its ratio is then null.
GRAND = 5_000_000
PANDAS_PAR_OCTET = 2
# What a table of DuckDB in memory takes for a byte of the file, at most.
DUCKDB_PAR_OCTET = 1


def fabriquer(chemin: Path, lignes: int) -> None:
    """A plausible export: 24 columns, French writing, four lines per order, codes with right keys."""
    import duckdb

    with duckdb.connect() as connexion, chemin.open("wb") as fichier:
        for debut in range(0, lignes, PAQUET):
            fin, part = min(debut + PAQUET, lignes), chemin.with_suffix(".part")
            connexion.execute(_question(part, debut, fin, lignes))
            with part.open("rb") as ecrite:
                shutil.copyfileobj(ecrite, fichier, 2**20)
            part.unlink()
            dire(f"écriture de {chemin.name}", fin, lignes)


def _question(chemin: Path, debut: int, fin: int, lignes: int) -> str:
    """Write lines *debut* to *fin* of an export of *lignes*; the first ones bring the titles."""
    return f"""
        COPY (
            SELECT finess, uf, commande AS numero_commande, rang AS numero_ligne, kind AS type_ligne,
                strftime(jour, '%d/%m/%Y') AS date_commande, strftime(jour + 5, '%d/%m/%Y') AS date_reception,
                strftime(jour + 20, '%d/%m/%Y') AS date_facture, 'F' || (i // 7) AS numero_facture,
                'ART' || article AS code_article,
                '34009300' || lpad(cast(article % 8000 AS VARCHAR), 4, '0')
                    || (10 - (3 + 12 + 9 + 9 + (article % 8000) // 1000 + 3 * ((article % 1000) // 100)
                    + (article % 100) // 10 + 3 * (article % 10)) % 10) % 10 AS code_produit,
                'Gant examen nitrile taille M ref ' || article AS libelle, 'FAM' || (article % 13) AS famille,
                cast(60200 + article % 40 AS VARCHAR) AS compte_m21, '73282932000074' AS siret_fournisseur,
                CASE WHEN i % 4 > 0 THEN '2021M' || (article % 700) END AS numero_marche,
                q AS quantite, q AS quantite_recue, q AS quantite_facturee, 'boîte' AS unite,
                replace(printf('%.2f', p / 100), '.', ',') AS prix_unitaire_ht,
                ['2,1', '5,5', '10', '20'][1 + article % 4] AS taux_tva,
                replace(printf('%.2f', q * p / 100), '.', ',') AS montant_ht,
                replace(printf('%.2f', q * p / 100), '.', ',') AS montant_facture_ht
            FROM (
                SELECT *, CASE WHEN s < 0 THEN -1 ELSE cast(1 + hash(i + 1) % 200 AS BIGINT) END AS q
                FROM (
                    SELECT i, CASE WHEN i % 60 = 59 THEN -1 ELSE 1 END AS s,
                        {FINESS}[1 + (i // 400) % {len(FINESS)}] AS finess, 'UF' || ((i // 4) % 900) AS uf,
                        'CDE' || lpad(cast(i // 4 AS VARCHAR), 9, '0') AS commande,
                        cast(i % 4 + 1 AS VARCHAR) AS rang,
                        CASE WHEN i % 50 = 0 THEN 'unites_gratuites' WHEN i % 60 = 59 THEN 'avoir'
                            ELSE 'commande' END AS kind,
                        DATE '2021-01-01' + cast((i // 4) * 330 // {lignes} AS INT) AS jour,
                        cast(hash(i // 60) % 20000 AS INT) AS article,
                        CASE WHEN i % 50 = 0 THEN 0 ELSE 1 + hash(hash(i // 60) % 20000) % 90000 END::INT AS p
                    FROM range({debut}, {fin}) AS t(i)
                )
            )
            ORDER BY i
        ) TO '{chemin}' (DELIMITER ';', HEADER {debut == 0})"""


def dire(etape: str, fait: int, total: int) -> None:
    """Tell how far a long run is."""
    if total > GRAND:
        print(f"{time.strftime('%H:%M:%S')} {etape} : {fait:,} sur {total:,}", file=sys.stderr, flush=True)


def importer(chemin: Path, dossier: Path) -> dict[str, int]:
    """The whole intake but the register: what was read, accepted, and its marks."""
    from fanal.depenses.compute.conventions import ConventionsLignes
    from fanal.depenses.compute.disposition import disposer, encodage_de
    from fanal.depenses.rules.codes import juger_produit, juger_siret
    from fanal.depots import formats
    from fanal.moteurs.lac.entree.comparaison import Lac
    from fanal.moteurs.lac.entree.definition import Regles
    from fanal.moteurs.lac.entree.lecture import Base, Lecture
    from fanal.moteurs.lac.entree.reglement import Regleur

    schema = formats.charger("lignes_commande").principal
    conventions = ConventionsLignes(
        schema, codes={}, ordre_dates="jma", signe_decimal="", familles=[f"FAM{i}" for i in range(13)],
        produit=juger_produit, siret=juger_siret,
    )  # fmt: skip
    regles = Regles(
        etablissements=frozenset(FINESS),
        jour_min=14_610,
        jour_max=20_000,
        taux=((0, 99_999, frozenset({210, 550, 1000, 2000})),),
        familles=frozenset(f"FAM{i}" for i in range(13)),
    )
    assert encodage_de(chemin) == "utf-8"
    lue = Lecture(
        dossier,
        disposer(chemin, schema, None),
        conventions,
        regles,
        Base(1),
        lambda dimension, code: ([], []),
    ).tout()
    essai = dossier / "essai"
    essai.mkdir()
    fait = Regleur(lue, regles, conventions, Lac(), Base(1), lambda dimension, code: {}, essai).tout()
    return {"lues": fait.cumul.lues, "ecartees": fait.cumul.ecartees, **{
        regle: a.nombre for regle, a in fait.cumul.anomalies.items()
    }}  # fmt: skip


def avec_fanal(chemin: Path) -> None:
    """One intake in a fresh directory."""
    with tempfile.TemporaryDirectory(dir=chemin.parent) as dossier:
        importer(chemin, Path(dossier))


def avec_duckdb(chemin: Path) -> None:
    """A table of the file, types guessed."""
    import duckdb

    with tempfile.TemporaryDirectory(dir=chemin.parent) as dossier:
        grand = DUCKDB_PAR_OCTET * chemin.stat().st_size > memoire_libre()
        base = f"{dossier}/lignes.duckdb" if grand else ":memory:"
        with duckdb.connect(base) as connexion:
            connexion.execute(f"CREATE TABLE lignes AS SELECT * FROM read_csv('{chemin}')")


def avec_pandas(chemin: Path) -> None:
    """A data frame of the file, types guessed."""
    import pandas as pd

    pd.read_csv(chemin, sep=";", decimal=",")


class AutrePandas:
    """The pandas of another Python, measured by itself; `version` is known after the first reading."""

    def __init__(self) -> None:
        self.python = os.environ.get(AUTRE_PANDAS, "")
        self.version: str | None = None

    def __call__(self, chemin: Path) -> tuple[float, float]:
        """Seconds by the wall clock and of the processor."""
        done = subprocess.run(
            [self.python, "-c", _LECTURE_SEULE, str(chemin)], capture_output=True, text=True, check=True
        )
        horloge, processeur, self.version = done.stdout.split()
        return float(horloge), float(processeur)

    def suite(self, horloge: dict[str, float], processeur: dict[str, float]) -> dict[str, object]:
        """What the JSON line tells of it: nothing when there is none, null ratios when it was left out."""
        if not self.python:
            return {}
        return {
            "contre_pandas_autre": {
                "version": self.version,
                "horloge": rapport(horloge, "pandas_autre"),
                "processeur": rapport(processeur, "pandas_autre"),
            }
        }


def original(chemin: Path) -> None:
    """The hash and the copy that the import keeps."""
    import hashlib

    with chemin.open("rb") as fichier:
        hashlib.file_digest(fichier, "sha256")
    with tempfile.TemporaryDirectory(dir=chemin.parent) as dossier:
        shutil.copyfile(chemin, Path(dossier) / "original")


def mesurer(faire: Callable[[Path], object], chemin: Path) -> tuple[float, float]:
    """Seconds by the wall clock and of the processor."""
    horloge, processeur = time.perf_counter(), time.process_time()
    faire(chemin)
    return time.perf_counter() - horloge, time.process_time() - processeur


def seul(chemin: Path) -> dict[str, float]:
    """One intake in a process of its own: its seconds by both clocks, its peak in GiB."""
    done = subprocess.run(
        [sys.executable, __file__, "--seul", str(chemin)], capture_output=True, text=True, check=True
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def debut(chemin: Path, lignes: int, quart: Path) -> None:
    """The first *lignes* lines of a file, titles aside."""
    with chemin.open("rb") as source, quart.open("wb") as cible:
        restant = lignes + 1
        while restant > 0 and (octets := source.read(2**22)):
            trouves = octets.count(b"\n")
            if trouves >= restant:
                octets = b"\n".join(octets.split(b"\n", restant)[:restant]) + b"\n"
            restant -= trouves
            cible.write(octets)


def sommet() -> float:
    """The peak of this process alone, in GiB: `ru_maxrss` would tell that of its parent too."""
    lignes = Path("/proc/self/status").read_text().splitlines()
    return next(int(ligne.split()[1]) for ligne in lignes if ligne.startswith("VmHWM")) / 2**20


def memoire_libre() -> int:
    """Bytes of memory that the machine can still give, its caches included."""
    lignes = Path("/proc/meminfo").read_text().splitlines()
    return next(int(ligne.split()[1]) for ligne in lignes if ligne.startswith("MemAvailable")) * 1024


def rapport(durees: dict[str, float], autre: str) -> float | None:
    """Fanal's time over another's; null when the other was left out."""
    return round(durees["fanal"] / durees[autre], 2) if autre in durees else None


def main() -> None:
    """Measure and print one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lignes", type=int, default=1_000_000)
    parser.add_argument("--garder", type=Path, help="dossier où le fichier reste, et est repris")
    parser.add_argument("--seul", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.seul:
        horloge, processeur = mesurer(avec_fanal, options.seul)
        print(json.dumps({"horloge": horloge, "processeur": processeur, "memoire": sommet()}))
        return
    with ExitStack() as pile:
        dossier = Path(
            pile.enter_context(tempfile.TemporaryDirectory(prefix="fanal-bench-", dir=options.garder))
        )
        chemin = (options.garder or dossier) / f"lignes-{options.lignes}.csv"
        if not chemin.exists():
            fabriquer(dossier / "neuf.csv", options.lignes)
            (dossier / "neuf.csv").rename(chemin)
        quart = dossier / "quart.csv"
        (_grand if options.lignes > GRAND else _petit)(chemin, quart, options.lignes)


def _petit(chemin: Path, quart: Path, lignes: int) -> None:
    """Turn by turn in this process."""
    fabriquer(quart, lignes // 4)
    with tempfile.TemporaryDirectory() as essai:
        constats = importer(quart, Path(essai))
    mesures: dict[str, list[tuple[float, float]]] = {}
    coureurs = [
        ("fanal", avec_fanal, chemin),
        ("duckdb", avec_duckdb, chemin),
        ("quart", avec_fanal, quart),
        ("original", original, chemin),
    ]
    if _pandas_tient(chemin):
        coureurs.append(("pandas", avec_pandas, chemin))
    autre = AutrePandas()
    for _ in range(TOURS):
        for nom, faire, lu in coureurs:
            mesures.setdefault(nom, []).append(mesurer(faire, lu))
        if autre.python and _pandas_tient(chemin):
            mesures.setdefault("pandas_autre", []).append(autre(chemin))
    horloge = {nom: median(m[0] for m in siennes) for nom, siennes in mesures.items()}
    processeur = {nom: median(m[1] for m in siennes) for nom, siennes in mesures.items()}
    suite = {"constats_du_quart": constats, **autre.suite(horloge, processeur)}
    ecrire(chemin, lignes, horloge, processeur, suite, seul(chemin)["memoire"])


def _grand(chemin: Path, quart: Path, lignes: int) -> None:
    """Each way once: Fanal in processes of its own, whose peak is told."""
    debut(chemin, lignes // 4, quart)
    horloge: dict[str, float] = {}
    processeur: dict[str, float] = {}
    sommets: dict[str, float] = {}
    coureurs: list[tuple[str, Callable[[Path], object] | None, Path]] = [
        ("quart", None, quart),
        ("fanal", None, chemin),
        ("duckdb", avec_duckdb, chemin),
        ("original", original, quart),
    ]
    if _pandas_tient(chemin):
        coureurs.append(("pandas", avec_pandas, chemin))
    for rang, (nom, faire, lu) in enumerate(coureurs):
        dire(nom, rang * lignes // len(coureurs), lignes)
        if faire is None:
            mesure = seul(lu)
            horloge[nom], processeur[nom], sommets[nom] = mesure.values()
        else:
            horloge[nom], processeur[nom] = mesurer(faire, lu)
        dire(f"{nom} {horloge[nom]:.0f} s, {processeur[nom]:.0f} s de processeur", rang + 1, lignes)
    autre = AutrePandas()
    if autre.python and _pandas_tient(chemin):
        horloge["pandas_autre"], processeur["pandas_autre"] = autre(chemin)
    horloge["original"] *= horloge["fanal"] / horloge["quart"]
    suite = {
        "memoire_du_quart_gio": round(sommets["quart"], 2),
        **autre.suite(horloge, processeur),
    }
    ecrire(chemin, lignes, horloge, processeur, suite, sommets["fanal"])


def _pandas_tient(chemin: Path) -> bool:
    return PANDAS_PAR_OCTET * chemin.stat().st_size < memoire_libre()


def ecrire(
    chemin: Path,
    lignes: int,
    horloge: dict[str, float],
    processeur: dict[str, float],
    suite: dict[str, object],
    memoire: float,
) -> None:
    """The JSON line."""
    print(
        json.dumps(
            {
                "bench": "depenses_lecture",
                "lignes": lignes,
                "mio": round(chemin.stat().st_size / 2**20, 1),
                **suite,
                "contre_duckdb": rapport(horloge, "duckdb"),
                "contre_duckdb_processeur": rapport(processeur, "duckdb"),
                "pandas": version("pandas"),
                "contre_pandas": rapport(horloge, "pandas"),
                "contre_pandas_processeur": rapport(processeur, "pandas"),
                "original": round(horloge["original"] / horloge["fanal"], 2),
                "exposant": round(math.log(processeur["fanal"] / processeur["quart"], 4), 3),
                "memoire_gio": round(memoire, 2),
            }
        )
    )


if __name__ == "__main__":
    main()
