"""New lines against those of the lake, in DuckDB with bounded memory: known, corrected, replaced."""

# ruff: noqa: S608 - column names, numbers and paths of our own

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from fanal.moteurs.lac.schema import BITS_DU_RANG, LIGNES

MEMOIRE = "900MB"
# How many lines are named in a remark.
EXEMPLES = 20
# What makes two lines with the same key the same line.
CONTENU = [
    n
    for n in LIGNES.names
    if n not in ("id", "ligne", "origine", "etablissement", "numero_commande", "numero_ligne")
]
RANG = (1 << BITS_DU_RANG) - 1


@dataclass(frozen=True)
class Lac:
    """The lake as it is: local paths of its files with their name and establishments, ids replaced since."""

    fichiers: Sequence[tuple[str, Path, frozenset[int]]] = ()
    effacements: Sequence[Path] = ()


@dataclass
class Comparaison:
    """`connues`: ranks of new lines that the lake holds; `effacees`: ids that the deposit replaces.

    `lieux`: the establishments of the new lines. `gardees`: (order, line, cents) of some lines in force in a
    replaced month whose new version is set aside: they are `nombre_gardees`, for `montant_gardees`.
    """

    connues: Any = field(default_factory=lambda: np.zeros(0, np.int64))
    effacees: Any = field(default_factory=lambda: np.zeros(0, np.int64))
    corrigees: int = 0
    remplacees: int = 0
    touches: set[str] = field(default_factory=set)
    lieux: set[int] = field(default_factory=set)
    gardees: list[tuple[str, str, int]] = field(default_factory=list)
    nombre_gardees: int = 0
    montant_gardees: int = 0


@dataclass(frozen=True)
class Refusees:
    """The set-aside lines of the file, as kept: the columns of their numbers; FINESS text to code."""

    fichiers: Sequence[Path]
    numero_commande: str
    numero_ligne: str
    codes: Mapping[str, int]


def ouvrir(dossier: Path) -> Any:
    """A DuckDB connection that spills what exceeds its memory in a directory."""
    import duckdb

    return duckdb.connect(config={"memory_limit": MEMOIRE, "temp_directory": str(dossier / "duckdb")})


def lire(connexion: Any, nom: str, chemins: Iterable[Path], avec_fichier: bool = False) -> bool:
    """A view over Parquet files; an empty table of lines when there are none."""
    liste = [str(c) for c in chemins]
    if not liste:
        connexion.register(f"vide_{nom}", LIGNES.empty_table())
        connexion.execute(f"CREATE VIEW {nom} AS SELECT *, '' AS filename FROM vide_{nom}")
        return False
    ecrits = ", ".join("'" + c.replace("'", "''") + "'" for c in liste)
    connexion.execute(
        f"CREATE VIEW {nom} AS SELECT * FROM read_parquet([{ecrits}], filename={str(avec_fichier).lower()})"
    )
    return True


def anciennes(connexion: Any, lac: Lac, etablissements: set[int]) -> bool:
    """The view `anciennes`: current lines of the lake of these establishments."""
    chemins = [c for _, c, siens in lac.fichiers if not siens or siens & etablissements]
    present = lire(connexion, "toutes", chemins, avec_fichier=True)
    if lac.effacements:
        ecrits = ", ".join(f"'{c}'" for c in lac.effacements)
        connexion.execute(f"CREATE VIEW parties AS SELECT id FROM read_parquet([{ecrits}])")
        connexion.execute("CREATE VIEW anciennes AS SELECT * FROM toutes ANTI JOIN parties USING (id)")
    else:
        connexion.execute("CREATE VIEW anciennes AS SELECT * FROM toutes")
    return present


def comparer(
    lac: Lac, neuves: Sequence[Path], retires: Any, mois: frozenset[int], dossier: Path,
    refusees: Refusees | None = None,
) -> Comparaison:  # fmt: skip
    """Hold the new lines, without those of ranks *retires*, against the lake; *mois*: months they replace.

    A line in force that the file holds, but set aside (*refusees*), is not withdrawn from its month: it is
    not absent, and what was known of it is better than nothing.
    """
    if not lac.fichiers or not neuves:
        return Comparaison()
    with ouvrir(dossier) as connexion:
        lire(connexion, "recues", neuves)
        connexion.register("retires", pa.table({"rang": pa.array(retires, pa.int64())}))
        connexion.execute(
            f"CREATE VIEW neuves AS SELECT * FROM recues WHERE (id & {RANG}) NOT IN (FROM retires)"
        )
        presents = {r[0] for r in connexion.execute("SELECT DISTINCT etablissement FROM neuves").fetchall()}
        resultat = Comparaison(lieux=presents)
        if not presents or not anciennes(connexion, lac, presents):
            return resultat
        memes = " AND ".join(f"n.{c} IS NOT DISTINCT FROM a.{c}" for c in CONTENU)
        connexion.execute(
            f"CREATE TEMP TABLE communes AS SELECT n.id & {RANG} AS rang, a.id, a.filename, "
            f"{memes} AS pareille FROM neuves n JOIN anciennes a "
            "USING (etablissement, numero_commande, numero_ligne)"
        )
        connexion.execute(
            "CREATE TEMP TABLE sorties AS SELECT id, filename, true AS corrigee FROM communes "
            "WHERE NOT pareille"
        )
        if mois:
            connexion.register("mois", pa.table({"m": pa.array(sorted(mois), pa.int32())}))
            connexion.register("lieux", pa.table({"e": pa.array(sorted(presents), pa.int32())}))
            connexion.execute(
                "INSERT INTO sorties SELECT id, filename, false FROM anciennes "
                "WHERE mois IN (SELECT m FROM mois) AND etablissement IN (FROM lieux) "
                "AND id NOT IN (SELECT id FROM communes)"
            )
            if refusees and refusees.fichiers:
                _retenir(connexion, refusees, resultat)
        noms = {str(c): nom for nom, c, _ in lac.fichiers}
        corrigees, remplacees = connexion.execute(
            "SELECT count(*) FILTER (corrigee), count(*) FILTER (NOT corrigee) FROM sorties"
        ).fetchone()
        resultat.corrigees, resultat.remplacees = corrigees, remplacees
        resultat.connues = _colonne(connexion, "SELECT rang FROM communes WHERE pareille ORDER BY rang")
        resultat.effacees = _colonne(connexion, "SELECT id FROM sorties ORDER BY id")
        touches = connexion.execute("SELECT DISTINCT filename FROM sorties").fetchall()
        resultat.touches = {noms[r[0]] for r in touches}
        return resultat


def _retenir(connexion: Any, refusees: Refusees, resultat: Comparaison) -> None:
    """Take out of `sorties` the lines in force that the file holds but sets aside; say which."""
    commande, ligne = (
        '"' + n.replace('"', '""') + '"' for n in (refusees.numero_commande, refusees.numero_ligne)
    )
    fichiers = ", ".join("'" + str(c).replace("'", "''") + "'" for c in refusees.fichiers)
    connexion.register(
        "codes_finess",
        pa.table(
            {
                "finess": pa.array(list(refusees.codes), pa.string()),
                "etablissement": pa.array(list(refusees.codes.values()), pa.int32()),
            }
        ),
    )
    connexion.execute(
        "CREATE TEMP TABLE gardees AS SELECT a.id, a.numero_commande, a.numero_ligne, a.montant_ht "
        "FROM anciennes a SEMI JOIN sorties s ON a.id = s.id AND NOT s.corrigee "
        "WHERE (a.etablissement, a.numero_commande, a.numero_ligne) IN ("
        f"SELECT (c.etablissement, r.{commande}, r.{ligne}) FROM read_parquet([{fichiers}]) r "
        "JOIN codes_finess c ON r._finess = c.finess)"
    )
    connexion.execute("DELETE FROM sorties WHERE id IN (SELECT id FROM gardees)")
    resultat.nombre_gardees, resultat.montant_gardees = connexion.execute(
        "SELECT count(*), coalesce(sum(montant_ht), 0)::BIGINT FROM gardees"
    ).fetchone()
    resultat.gardees = connexion.execute(
        f"SELECT numero_commande, numero_ligne, montant_ht FROM gardees ORDER BY id LIMIT {EXEMPLES}"
    ).fetchall()


def _colonne(connexion: Any, question: str) -> Any:
    (valeurs,) = connexion.execute(question).fetchnumpy().values()
    return np.asarray(valeurs, np.int64)
