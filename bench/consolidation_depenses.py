"""Questions asked to order lines: Fanal against SQL written by hand on the same lines as text, and pandas.

`--lignes N` (1,000,000 by default). The lake is written directly, coded as the intake codes it; the same
lines are written as Parquet of texts. Everything is measured in one run, turn by turn; prints one JSON line
with the ratios, the slowest of the questions that pages ask, and how time grows with the number of lines.
The SQL has the same engine opened beforehand, told the same way, and answers with its first fifty groups.
`--garder DOSSIER`: the files are written there and stay, for a later run of the same size. pandas is left
out, its ratios null, when the memory of the machine cannot hold the columns of the question.
"""

import argparse
import json
import math
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import duckdb
import pandas as pd
import pyarrow as pa
from _lac import GRAND, PAQUET, TAILLES, Essai, dire, preparer, quart

from fanal.moteurs.consolidation.condense import Condenses
from fanal.moteurs.consolidation.contexte import Contexte
from fanal.moteurs.consolidation.faits import Appartenance, Faits
from fanal.moteurs.consolidation.filtres import Filtres
from fanal.moteurs.consolidation.requetes.croisement import croiser
from fanal.moteurs.consolidation.source import ouvrir_duckdb

# Beyond `GRAND`, fewer turns are enough; what pandas takes for a line, measured.
TOURS_GRAND = 2
OCTETS_PANDAS = 150


def memoire_libre() -> int:
    """Bytes of memory that the machine can still give, its caches included."""
    lignes = Path("/proc/meminfo").read_text().splitlines()
    return next(int(ligne.split()[1]) for ligne in lignes if ligne.startswith("MemAvailable")) * 1024


# The question of the comparison: spend by establishment, supplier and year.
AXES = ("finess", "siret_fournisseur", "annee")
SQL = """SELECT finess, siret_fournisseur, year(date_commande) AS annee, sum(montant_ht) AS montant_ht
FROM read_parquet(?) GROUP BY ALL ORDER BY montant_ht DESC LIMIT 50"""


def par_fanal(ctx: Contexte) -> list[dict[str, Any]]:
    """The groups, ordered, the first fifty decoded: what a page shows."""
    return croiser(ctx, AXES, ("montant_ht",)).lignes(nombre=50)


def ouvrir_sql() -> duckdb.DuckDBPyConnection:
    """What the SQL by hand is asked to: told what Fanal tells its own engine, memory apart, all it wants."""
    connexion = duckdb.connect(config={"preserve_insertion_order": False})
    connexion.execute("SET parquet_metadata_cache = true")
    return connexion


def par_sql(connexion: duckdb.DuckDBPyConnection, essai: Essai) -> pa.Table:
    """The same by SQL written by hand on the texts."""
    return connexion.execute(SQL, [essai.textes]).to_arrow_table()


def par_pandas(essai: Essai) -> pd.Series:
    """The same by pandas, reading only the columns of the question."""
    names = ["finess", "siret_fournisseur", "date_commande", "montant_ht"]
    frame = pd.concat([pd.read_parquet(f, columns=names) for f in essai.textes])
    year = pd.to_datetime(frame["date_commande"]).dt.year
    return (
        frame.groupby(["finess", "siret_fournisseur", year])["montant_ht"].sum().sort_values(ascending=False)
    )


QUESTIONS: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "mois": (("mois",), ("montant_ht", "lignes"), ()),
    "famille_annee": (("famille", "annee"), ("montant_ht",), ()),
    "ght_region": (("ght", "region"), ("montant_ht", "montant_ttc"), ()),
    "fournisseur_une_famille": (("siret_fournisseur",), ("montant_ht",), ("famille=FAMILLE 000012",)),
    "produit_un_etablissement": (
        ("code_produit",),
        ("montant_ht", "prix_moyen_ht"),
        ("finess=000000007", "annee=2021"),
    ),
    "prix_par_mois": (("mois", "finess"), ("prix_moyen_ht", "quantite"), ("code_produit=3400900000123",)),
    "libelle_cherche": (("libelle",), ("montant_ht",), ("libelle~libelle 0001",)),
    "operateur": (("operateur",), ("montant_ht",), ()),
    "croisement_de_la_comparaison": (AXES, ("montant_ht",), ()),
}


def chronometre(fonction: Callable[[], Any]) -> float:
    """Elapsed seconds of one call."""
    debut = time.perf_counter()
    fonction()
    return time.perf_counter() - debut


def faits() -> Faits:
    """Ten GHT of four establishments, one contract in three of an operator."""
    return Faits(
        appartenances=tuple(
            Appartenance(f"{i:09d}", f"GHT-{i % 10}", f"R{i % 5}")
            for i in range(1, TAILLES["etablissement"] + 1)
        ),
        operateur=lambda numero, finess: "OPERATEUR" if int(numero[-6:]) % 3 == 0 else "GHT",
    )


def mesurer(essai: Essai, dossier: Path, repetitions: int) -> dict[str, Any]:
    """The three ways on the same lines, turn by turn, and each question of the pages."""
    lignes = sum(f.lignes for f in essai.manifeste.lignes)
    with tempfile.TemporaryDirectory(dir=dossier) as fresh:
        sommes = Condenses(Path(fresh) / "sommes", essai.stockage)
        debut = time.perf_counter()
        ctx = Contexte(ouvrir_duckdb(essai.manifeste, essai.stockage, condenses=sommes), faits())
        sommes.attendre()
        preparation = time.perf_counter() - debut
        best = _comparer(ctx, essai, lignes, repetitions)
        pages = _pages(ctx, lignes, repetitions)
        identique = memes_sommes(ctx, essai)
    warm = sorted(d for seen in pages.values() for d in seen[1:])
    return {
        "lignes": lignes,
        "rapport_sql": rapport(best, "fanal", "sql"),
        "rapport_pandas": rapport(best, "fanal", "pandas"),
        "rapport_sql_sans_sommes": rapport(best, "lignes", "sql"),
        "rapport_pandas_sans_sommes": rapport(best, "lignes", "pandas"),
        "sommes_s": round(preparation, 3),
        "fanal_s": round(best["fanal"], 4),
        "lignes_s": round(best["lignes"], 4),
        "pages_p95_s": round(warm[math.ceil(0.95 * len(warm)) - 1], 3),
        "pages_pire_premiere_s": round(max(seen[0] for seen in pages.values()), 3),
        "pages_s": {nom: round(statistics.median(seen[1:]), 3) for nom, seen in pages.items()},
        "identique": identique,
    }


def _comparer(ctx: Contexte, essai: Essai, lignes: int, repetitions: int) -> dict[str, float]:
    """The median seconds of each way, after a first turn that is not counted."""
    lignes_seules = Contexte(ouvrir_duckdb(essai.manifeste, essai.stockage), faits())
    connexion = ouvrir_sql()
    ways = {
        "fanal": lambda: par_fanal(ctx),
        "lignes": lambda: par_fanal(lignes_seules),
        "sql": lambda: par_sql(connexion, essai),
        "pandas": lambda: par_pandas(essai),
    }
    if lignes * OCTETS_PANDAS > memoire_libre():
        del ways["pandas"]
    durees: dict[str, list[float]] = {nom: [] for nom in ways}
    for tour in range(repetitions + 1):
        for nom, way in ways.items():
            if nom == "pandas" and lignes > GRAND and tour != 1:
                continue  # minutes each time: one turn
            duree = chronometre(way)
            dire(f"{nom} {duree:.2f} s", tour, lignes // PAQUET)
            if tour:
                durees[nom].append(duree)
    return {nom: statistics.median(seen) for nom, seen in durees.items()}


def _pages(ctx: Contexte, lignes: int, repetitions: int) -> dict[str, list[float]]:
    """The seconds of each question of the pages, the first time and the others."""
    found = {}
    for nom, (axes, mesures, filtres) in QUESTIONS.items():
        found[nom] = [
            chronometre(lambda: croiser(ctx, axes, mesures, Filtres.lire(filtres)).lignes(nombre=50))  # noqa: B023
            for _ in range(repetitions + 1)
        ]
        dire(f"{nom} {found[nom]}", len(found), lignes // PAQUET)
    return found


def rapport(durees: dict[str, float], un: str, autre: str) -> float | None:
    """A way's time over another's; null when the other was left out."""
    return round(durees[un] / durees[autre], 3) if autre in durees else None


def memes_sommes(ctx: Contexte, essai: Essai) -> bool:
    """Whether both ways give the same fifty first groups, to the cent."""
    ours = [(r["finess"], r["siret_fournisseur"], int(r["annee"]), r["montant_ht"]) for r in par_fanal(ctx)]
    theirs = par_sql(ouvrir_sql(), essai).to_pylist()
    return ours == [
        (r["finess"], r["siret_fournisseur"], r["annee"], Decimal(f"{r['montant_ht']:.2f}")) for r in theirs
    ]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--lignes", type=int, default=1_000_000)
    options.add_argument("--repetitions", type=int, default=5)
    options.add_argument("--garder", type=Path, help="dossier où les fichiers restent, et sont repris")
    args = options.parse_args()
    tours = TOURS_GRAND if args.lignes > GRAND else args.repetitions
    with ExitStack() as pile:
        dossier = args.garder or Path(pile.enter_context(tempfile.TemporaryDirectory()))
        dossier.mkdir(parents=True, exist_ok=True)
        entier = preparer(dossier, args.lignes)
        petit = mesurer(quart(entier, dossier, args.lignes), dossier, tours)
        grand = mesurer(entier, dossier, tours)
    fois = math.log(grand["lignes"] / petit["lignes"])
    print(
        json.dumps(
            {
                "banc": "consolidation_depenses",
                **grand,
                "croissance": round(math.log(grand["fanal_s"] / petit["fanal_s"]) / fois, 3),
                "croissance_sans_sommes": round(math.log(grand["lignes_s"] / petit["lignes_s"]) / fois, 3),
                "objectifs": {
                    "rapport_sql": 0.5,
                    "rapport_pandas": 0.22,
                    "pages_p95_s": 1.0,
                    "croissance": 1.05,
                },
            },
            ensure_ascii=False,
        )
    )


if __name__ == "__main__":
    main()
