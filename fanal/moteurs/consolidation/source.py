"""A state of the lake opened on an engine: the table of current lines, and the values of each dimension."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from fanal.moteurs.lac.manifeste import Manifeste
from fanal.moteurs.lac.schema import EFFACEMENTS, LIGNES, VALEURS
from fanal.moteurs.lac.stockage import Stockage


@dataclass(frozen=True)
class Source:
    """`lignes`: the columns of `schema.LIGNES`, one row per line in force; `valeurs`: those of `VALEURS`."""

    connexion: Any
    lignes: ir.Table
    valeurs: ir.Table

    def dimension(self, nom: str) -> ir.Table:
        """The values of one dimension: `code`, `valeur`, `genre`, `valide`."""
        return self.valeurs.filter(self.valeurs.dimension == nom).drop("dimension")


def ouvrir_duckdb(
    manifeste: Manifeste,
    stockage: Stockage,
    *,
    memoire: str = "1500MB",
    fils: int | None = None,
    travail: Path | None = None,
) -> Source:
    """Open a state of the lake in this process. `travail`: where DuckDB spills what exceeds `memoire`."""
    connexion = ibis.duckdb.connect(
        memory_limit=memoire,
        **({"threads": fils} if fils else {}),
        **({"temp_directory": str(travail)} if travail else {}),
    )
    return assembler(connexion, manifeste, lambda noms: [str(stockage.chemin(n)) for n in noms])


def assembler(connexion: Any, manifeste: Manifeste, adresses: Any) -> Source:
    """The tables of a state on any Ibis backend; `adresses(noms)` gives what its reader opens."""

    def table(noms: Sequence[str], schema: pa.Schema) -> ir.Table:
        if not noms:
            return ibis.memtable(schema.empty_table())
        return connexion.read_parquet(adresses(noms))

    sains = [f.nom for f in manifeste.lignes if not f.efface]
    touches = [f.nom for f in manifeste.lignes if f.efface]
    lignes = table(sains, LIGNES)
    if touches:
        effaces = table(manifeste.effacements, EFFACEMENTS)
        restantes = table(touches, LIGNES).anti_join(effaces, "id")
        lignes = restantes if not sains else lignes.union(restantes)
    return Source(connexion, lignes, table(manifeste.valeurs, VALEURS))
