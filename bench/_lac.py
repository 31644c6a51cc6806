"""Order lines made up for a bench: a lake coded as the intake codes it, and the same lines as text."""

import pickle
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

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
# Beyond this size progress is told.
GRAND = 20_000_000
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
    """Write both forms of *lignes* lines, or take those that an earlier run left."""
    numeros = range(1, -(-lignes // PAQUET) + 1)
    fini = dossier / f"complet-{lignes}.pickle"
    if not fini.exists():
        with ProcessPoolExecutor() as ouvriers:
            fichiers = []
            for fichier in ouvriers.map(_paquet, [(dossier, n, lignes) for n in numeros]):
                fichiers.append(fichier)
                dire("écriture", len(fichiers), len(numeros))
        valeurs = [
            {"dimension": d, "code": i, "valeur": v, "genre": None, "valide": True}
            for d in TAILLES
            for i, v in enumerate(textes(d).to_pylist())
            if i
        ]
        pq.write_table(pa.Table.from_pylist(valeurs, schema=schema.VALEURS), dossier / "valeurs.parquet")
        fini.write_bytes(pickle.dumps(fichiers))
    return _essai(dossier, pickle.loads(fini.read_bytes()))  # noqa: S301 - written just above


def _paquet(demande: tuple[Path, int, int]) -> Fichier:
    dossier, numero, lignes = demande
    depart = (numero - 1) * PAQUET
    hasard = np.random.default_rng([2021, numero])
    return ecrire_paquet(colonnes(hasard, min(PAQUET, lignes - depart), depart), dossier, numero)


def _essai(dossier: Path, fichiers: list[Fichier]) -> Essai:
    lignes = sum(f.lignes for f in fichiers)
    state = Manifeste(1, tuple(fichiers), ("valeurs.parquet",), (), str(lignes))
    clairs = [str(dossier / f"textes-{i}.parquet") for i in range(1, len(fichiers) + 1)]
    return Essai(state, Stockage(str(dossier)), clairs)


def quart(essai: Essai, dossier: Path, lignes: int) -> Essai:
    """A quarter of the lines: some of the files when they are many, files of its own otherwise."""
    fichiers = list(essai.manifeste.lignes)
    if len(fichiers) % 4 == 0:
        return _essai(dossier, fichiers[: len(fichiers) // 4])
    petit = dossier / "quart"
    petit.mkdir(exist_ok=True)
    return preparer(petit, lignes // 4)


def dire(etape: str, fait: int, total: int) -> None:
    """Tell how far a long run is."""
    if total * PAQUET > GRAND:
        print(f"{time.strftime('%H:%M:%S')} {etape} : {fait} sur {total}", file=sys.stderr, flush=True)
