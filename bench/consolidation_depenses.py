"""Questions asked to order lines: Fanal against SQL written by hand on the same lines as text, and pandas.

`--lignes N` (1,000,000 by default). The lake is written directly, coded as the intake codes it; the same
lines are written as Parquet of texts. Everything is measured in one run, turn by turn; prints one JSON line
with the ratios, the slowest of the questions that pages ask, and how time grows with the number of lines.
"""

import argparse
import json
import math
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from fanal.moteurs.consolidation.condense import Condenses
from fanal.moteurs.consolidation.contexte import Contexte
from fanal.moteurs.consolidation.faits import Appartenance, Faits
from fanal.moteurs.consolidation.filtres import Filtres
from fanal.moteurs.consolidation.requetes.croisement import croiser
from fanal.moteurs.consolidation.source import ouvrir_duckdb
from fanal.moteurs.lac import schema
from fanal.moteurs.lac.manifeste import Fichier, Manifeste
from fanal.moteurs.lac.stockage import Stockage

TAILLES = {
    "etablissement": 40,
    "uf": 2_000,
    "article": 40_000,
    "produit": 20_000,
    "libelle": 60_000,
    "famille": 60,
    "compte": 80,
    "fournisseur": 4_000,
    "marche": 3_000,
    "unite": 8,
}
CHAMPS = {d.nom: d.champ for d in schema.DIMENSIONS}
PAQUET = 1_000_000
# As the intake writes: small integers repeat, amounts and numbers of orders do not.
CODES = [
    *TAILLES,
    "type_ligne",
    "mois",
    "date_commande",
    "numero_ligne",
    "taux_tva",
    "quantite",
    "prix_unitaire_ht",
]
DEBUT, MOIS = schema.mois_code(2020, 1), 36
JOUR_ZERO = np.datetime64("2020-01-01")


def textes(dimension: str) -> pa.Array:
    """The value of each code of a dimension, from code 0, which is never used."""
    forme = {"etablissement": "{:09d}", "fournisseur": "{:014d}", "produit": "34009{:08d}"}.get(
        dimension, dimension.upper() + " {:06d}"
    )
    return pa.array([forme.format(i) for i in range(TAILLES[dimension] + 1)])


@dataclass
class Essai:
    """The same lines as a lake and as Parquet of texts."""

    manifeste: Manifeste
    stockage: Stockage
    textes: list[str]


def colonnes(hasard: np.random.Generator, nombre: int, depart: int) -> dict[str, Any]:
    """One deposit: the year of a GHT of ten establishments, by establishment and day.

    An article has its supplier, family, label, product, account, rate and unit; a contract is of a supplier
    and a family; an establishment orders some six thousand articles, most often a few of them.
    """
    annee, ght = divmod(depart // PAQUET, 4)
    dates = JOUR_ZERO + 365 * (annee % 3) + np.sort(hasard.integers(0, 365, nombre))
    places = np.sort(hasard.integers(1, 11, nombre)) + 10 * ght
    article = (places * 3_989 + (6_000 * hasard.random(nombre) ** 2).astype(int)) % TAILLES["article"]
    fournisseur, famille = article // 10 % TAILLES["fournisseur"], article // 40 % TAILLES["famille"]
    codes = {
        "etablissement": places,
        "uf": places * 50 + hasard.integers(0, 50, nombre) - 49,
        "article": article + 1,
        "produit": article // 2 % TAILLES["produit"] + 1,
        "libelle": article + 1 + hasard.integers(0, 2, nombre) * 20_000,
        "famille": famille + 1,
        "compte": famille + 1,
        "fournisseur": fournisseur + 1,
        "marche": (fournisseur * 7 + famille) % TAILLES["marche"] + 1,
        "unite": article % TAILLES["unite"] + 1,
    }
    quantite = hasard.integers(1, 500, nombre)
    prix = hasard.integers(10_000, 50_000_000, nombre)
    return {
        "rang": np.arange(depart, depart + nombre, dtype=np.int64),
        "dates": dates,
        "mois": (dates.astype("datetime64[M]").astype(int) + 1970 * 12).astype(np.int32),
        "quantite": quantite,
        "prix": prix,
        "cents": (quantite * prix + 5_000) // 10_000,
        "taux": np.array([210, 550, 1000, 2000], np.int32)[famille % 4],
        "codes": {nom: valeurs.astype(np.int32) for nom, valeurs in codes.items()},
        "sans_marche": hasard.random(nombre) < 0.15,
    }


def ecrire_paquet(c: dict[str, Any], dossier: Path, numero: int) -> Fichier:
    """One file of the lake, and the same lines as texts."""
    nombre = len(c["rang"])
    commandes = pa.array(c["rang"] // 5).cast(pa.string())
    cote: dict[str, Any] = {nom: pa.array(codes) for nom, codes in c["codes"].items()}
    cote["marche"] = pa.array(c["codes"]["marche"], mask=c["sans_marche"])
    cote |= {
        "id": pa.array((numero << schema.BITS_DU_RANG) + c["rang"] % PAQUET),
        "ligne": pa.array(c["rang"] % PAQUET + 2),
        "numero_commande": commandes,
        "numero_ligne": pa.array(c["rang"] % 5 + 1).cast(pa.string()),
        "type_ligne": pa.array(np.zeros(nombre, np.int8)),
        "mois": pa.array(c["mois"]),
        "date_commande": pa.array(c["dates"].astype("datetime64[D]")),
        "numero_facture": commandes,
        "quantite": pa.array(c["quantite"] * schema.DIX_MILLIEMES),
        "prix_unitaire_ht": pa.array(c["prix"]),
        "taux_tva": pa.array(c["taux"]),
        "montant_ht": pa.array(c["cents"]),
        "montant_facture_ht": pa.array(c["cents"]),
        "montant_ttc": pa.array(c["cents"] + c["cents"] * c["taux"] // 10_000),
    }
    table = pa.table(
        {
            f.name: cote[f.name].cast(f.type) if f.name in cote else pa.nulls(nombre, f.type)
            for f in schema.LIGNES
        },
        schema=schema.LIGNES,
    )
    nom = f"lignes-{numero}.parquet"
    pq.write_table(table, dossier / nom, compression="snappy", use_dictionary=CODES)
    clair = {CHAMPS.get(n, n): textes(n).take(cote[n]) for n in TAILLES}
    clair |= {n: table[n] for n in ("numero_commande", "numero_ligne", "date_commande", "numero_facture")}
    clair |= {
        "type_ligne": pa.array(np.full(nombre, "commande")),
        "quantite": pa.array(c["quantite"].astype(float)),
        "prix_unitaire_ht": pa.array(c["prix"] / schema.MILLIONIEMES),
        "taux_tva": pa.array(c["taux"] / 100),
        "montant_ht": pa.array(c["cents"] / 100),
        "montant_facture_ht": pa.array(c["cents"] / 100),
    }
    pq.write_table(pa.table(clair), dossier / f"textes-{numero}.parquet")
    return Fichier(
        nom,
        nombre,
        int(c["mois"].min()),
        int(c["mois"].max()),
        frozenset(c["codes"]["etablissement"].tolist()),
    )


def preparer(dossier: Path, lignes: int) -> Essai:
    """Write both forms of *lignes* lines."""
    hasard, fichiers = np.random.default_rng(2021), []
    for numero, depart in enumerate(range(0, lignes, PAQUET), 1):
        fichiers.append(
            ecrire_paquet(colonnes(hasard, min(PAQUET, lignes - depart), depart), dossier, numero)
        )
    valeurs = [
        {"dimension": d, "code": i, "valeur": v, "genre": None, "valide": True}
        for d in TAILLES
        for i, v in enumerate(textes(d).to_pylist())
        if i
    ]
    pq.write_table(pa.Table.from_pylist(valeurs, schema=schema.VALEURS), dossier / "valeurs.parquet")
    state = Manifeste(1, tuple(fichiers), ("valeurs.parquet",), (), str(lignes))
    clairs = [str(dossier / f"textes-{i}.parquet") for i in range(1, len(fichiers) + 1)]
    return Essai(state, Stockage(str(dossier)), clairs)


# The question of the comparison: spend by establishment, supplier and year.
AXES = ("finess", "siret_fournisseur", "annee")
SQL = """SELECT finess, siret_fournisseur, year(date_commande) AS annee, sum(montant_ht) AS montant_ht
FROM read_parquet(?) GROUP BY ALL ORDER BY montant_ht DESC"""


def par_fanal(ctx: Contexte) -> list[dict[str, Any]]:
    """The groups, ordered, the first fifty decoded: what a page shows."""
    return croiser(ctx, AXES, ("montant_ht",)).lignes(nombre=50)


def par_sql(essai: Essai) -> pa.Table:
    """The same by SQL written by hand on the texts."""
    return duckdb.connect().execute(SQL, [essai.textes]).to_arrow_table()


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


def mesurer(dossier: Path, lignes: int, repetitions: int) -> dict[str, Any]:
    """The three ways on the same lines, turn by turn, and each question of the pages."""
    essai = preparer(dossier, lignes)
    sommes = Condenses(dossier / "sommes", essai.stockage)
    debut = time.perf_counter()
    ctx = Contexte(ouvrir_duckdb(essai.manifeste, essai.stockage, condenses=sommes), faits())
    sommes.attendre()
    preparation = time.perf_counter() - debut
    lignes_seules = Contexte(ouvrir_duckdb(essai.manifeste, essai.stockage), faits())
    durees: dict[str, list[float]] = {"fanal": [], "lignes": [], "sql": [], "pandas": []}
    ways = {
        "fanal": lambda: par_fanal(ctx),
        "lignes": lambda: par_fanal(lignes_seules),
        "sql": lambda: par_sql(essai),
        "pandas": lambda: par_pandas(essai),
    }
    for tour in range(repetitions + 1):
        for nom, way in ways.items():
            duree = chronometre(way)
            if tour:
                durees[nom].append(duree)
    best = {nom: statistics.median(seen) for nom, seen in durees.items()}
    pages = {
        nom: [
            chronometre(lambda q=q: croiser(ctx, q[0], q[1], Filtres.lire(q[2])).lignes(nombre=50))
            for _ in range(repetitions + 1)
        ]
        for nom, q in QUESTIONS.items()
    }
    warm = sorted(d for seen in pages.values() for d in seen[1:])
    return {
        "lignes": lignes,
        "rapport_sql": round(best["fanal"] / best["sql"], 3),
        "rapport_pandas": round(best["fanal"] / best["pandas"], 3),
        "rapport_sql_sans_sommes": round(best["lignes"] / best["sql"], 3),
        "rapport_pandas_sans_sommes": round(best["lignes"] / best["pandas"], 3),
        "sommes_s": round(preparation, 3),
        "fanal_s": round(best["fanal"], 4),
        "lignes_s": round(best["lignes"], 4),
        "pages_p95_s": round(warm[math.ceil(0.95 * len(warm)) - 1], 3),
        "pages_pire_premiere_s": round(max(seen[0] for seen in pages.values()), 3),
        "pages_s": {nom: round(statistics.median(seen[1:]), 3) for nom, seen in pages.items()},
        "identique": memes_sommes(ctx, essai),
    }


def memes_sommes(ctx: Contexte, essai: Essai) -> bool:
    """Whether both ways give the same fifty first groups, to the cent."""
    ours = [(r["finess"], r["siret_fournisseur"], int(r["annee"]), r["montant_ht"]) for r in par_fanal(ctx)]
    theirs = par_sql(essai).slice(0, 50).to_pylist()
    return ours == [
        (r["finess"], r["siret_fournisseur"], r["annee"], Decimal(f"{r['montant_ht']:.2f}")) for r in theirs
    ]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--lignes", type=int, default=1_000_000)
    options.add_argument("--repetitions", type=int, default=5)
    args = options.parse_args()
    resultats = []
    for taille in (args.lignes // 4, args.lignes):
        with tempfile.TemporaryDirectory() as dossier:
            resultats.append(mesurer(Path(dossier), taille, args.repetitions))
    petit, grand = resultats
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
