"""New lines against those of the lake, in DuckDB with bounded memory: known, corrected, replaced."""

# ruff: noqa: S608 - column names, numbers and paths of our own

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from fanal.moteurs.lac.entree.controles import COMMANDE
from fanal.moteurs.lac.schema import BITS_DU_RANG, LIGNES

MEMOIRE = "900MB"
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
    """`connues`: ranks of new lines that the lake holds; `effacees`: ids that the deposit replaces."""

    connues: Any = field(default_factory=lambda: np.zeros(0, np.int64))
    effacees: Any = field(default_factory=lambda: np.zeros(0, np.int64))
    corrigees: int = 0
    remplacees: int = 0
    touches: set[str] = field(default_factory=set)


def ouvrir(dossier: Path) -> Any:
    """A DuckDB connection that spills what exceeds its memory in a directory."""
    import duckdb

    return duckdb.connect(config={"memory_limit": MEMOIRE, "temp_directory": str(dossier / "duckdb")})


def _lire(connexion: Any, nom: str, chemins: Iterable[Path], avec_fichier: bool = False) -> bool:
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


def _anciennes(connexion: Any, lac: Lac, etablissements: set[int]) -> bool:
    """The view `anciennes`: current lines of the lake of these establishments."""
    chemins = [c for _, c, siens in lac.fichiers if not siens or siens & etablissements]
    present = _lire(connexion, "toutes", chemins, avec_fichier=True)
    if lac.effacements:
        ecrits = ", ".join(f"'{c}'" for c in lac.effacements)
        connexion.execute(f"CREATE VIEW parties AS SELECT id FROM read_parquet([{ecrits}])")
        connexion.execute("CREATE VIEW anciennes AS SELECT * FROM toutes ANTI JOIN parties USING (id)")
    else:
        connexion.execute("CREATE VIEW anciennes AS SELECT * FROM toutes")
    return present


def comparer(
    lac: Lac, neuves: Sequence[Path], retires: Any, mois: frozenset[int], dossier: Path
) -> Comparaison:
    """Hold the new lines, without those of ranks *retires*, against the lake; *mois*: months they replace."""
    if not lac.fichiers or not neuves:
        return Comparaison()
    with ouvrir(dossier) as connexion:
        _lire(connexion, "recues", neuves)
        connexion.register("retires", pa.table({"rang": pa.array(retires, pa.int64())}))
        connexion.execute(
            f"CREATE VIEW neuves AS SELECT * FROM recues WHERE (id & {RANG}) NOT IN (FROM retires)"
        )
        presents = {r[0] for r in connexion.execute("SELECT DISTINCT etablissement FROM neuves").fetchall()}
        if not presents or not _anciennes(connexion, lac, presents):
            return Comparaison()
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
        noms = {str(c): nom for nom, c, _ in lac.fichiers}
        corrigees, remplacees = connexion.execute(
            "SELECT count(*) FILTER (corrigee), count(*) FILTER (NOT corrigee) FROM sorties"
        ).fetchone()
        return Comparaison(
            connues=_colonne(connexion, "SELECT rang FROM communes WHERE pareille ORDER BY rang"),
            effacees=_colonne(connexion, "SELECT id FROM sorties ORDER BY id"),
            corrigees=corrigees,
            remplacees=remplacees,
            touches={
                noms[r[0]] for r in connexion.execute("SELECT DISTINCT filename FROM sorties").fetchall()
            },
        )


def _colonne(connexion: Any, question: str) -> Any:
    (valeurs,) = connexion.execute(question).fetchnumpy().values()
    return np.asarray(valeurs, np.int64)


# The origin of a credit note: the same order, else the same invoice; the same article, else product or
# label. Among several lines, the first that the credit note does not exceed, else the first.
_PREFERENCES = [
    (lien, objet)
    for lien in ("numero_commande", "numero_facture")
    for objet in ("article", "produit", "libelle")
]
_TROP_PETITE = 1 << 62  # added to the identifier of a line that the credit note exceeds: it comes last


def rattacher(
    lac: Lac, avoirs: Sequence[Path], lignes: Sequence[Path], retires: Any, effacees: Any, dossier: Path
) -> pa.Table:
    """The credit notes, without the ids *retires*, with `origine` and `reprise`, the amount of that line."""
    with ouvrir(dossier) as connexion:
        _lire(connexion, "recus", avoirs)
        _lire(connexion, "neuves", lignes)
        connexion.register("retires", pa.table({"id": pa.array(retires, pa.int64())}))
        connexion.register("effacees", pa.table({"id": pa.array(effacees, pa.int64())}))
        connexion.execute("CREATE TEMP TABLE avoirs AS SELECT * FROM recus ANTI JOIN retires USING (id)")
        presents = {r[0] for r in connexion.execute("SELECT DISTINCT etablissement FROM avoirs").fetchall()}
        _anciennes(connexion, lac, presents)
        colonnes = "id, etablissement, numero_commande, numero_facture, article, produit, libelle, montant_ht"
        connexion.execute(
            f"CREATE TEMP TABLE commandes AS SELECT {colonnes} FROM ("
            f"SELECT {colonnes}, type_ligne FROM neuves UNION ALL "
            f"SELECT {colonnes}, type_ligne FROM anciennes ANTI JOIN effacees USING (id)) "
            f"WHERE type_ligne = {COMMANDE} AND etablissement IN (SELECT etablissement FROM avoirs) "
            "AND (numero_commande IN (SELECT numero_commande FROM avoirs) "
            "OR numero_facture IN (SELECT numero_facture FROM avoirs WHERE numero_facture IS NOT NULL))"
        )
        connexion.execute("CREATE TEMP TABLE choix (id BIGINT, origine BIGINT, reprise BIGINT)")
        for lien, objet in _PREFERENCES:
            connexion.execute(
                "INSERT INTO choix SELECT id, min_by(origine, rang), min_by(reprise, rang) FROM ("
                "SELECT a.id, c.id AS origine, c.montant_ht AS reprise, "
                f"c.id + CASE WHEN c.montant_ht < -a.montant_ht THEN {_TROP_PETITE} ELSE 0 END AS rang "
                "FROM (FROM avoirs ANTI JOIN choix USING (id)) a JOIN commandes c "
                f"USING (etablissement, {lien}, {objet})) GROUP BY id"
            )
        noms = ", ".join(f"a.{n}" for n in LIGNES.names if n != "origine")
        return connexion.execute(
            f"SELECT {noms}, c.origine, c.reprise FROM avoirs a LEFT JOIN choix c USING (id) ORDER BY a.id"
        ).to_arrow_table()
