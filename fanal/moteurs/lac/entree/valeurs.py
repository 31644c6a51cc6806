"""The values of the lake by dimension, for an intake that goes on from their codes."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from fanal.moteurs.lac.schema import VALEURS


class ValeursDuLac:
    """The values of a state of the lake, read once."""

    def __init__(self, chemins: Sequence[Path]) -> None:
        tables = [pq.read_table(c, columns=["dimension", "code", "valeur"]) for c in chemins]
        vide = VALEURS.empty_table().select(["dimension", "code", "valeur"])
        self._table = pa.concat_tables(tables) if tables else vide

    def jusqu_a(self, dimension: str, dernier: int) -> tuple[Any, Any]:
        """The values of codes up to one, and these codes, in ascending order."""
        choisies = self._choisir(dimension, pc.less_equal(self._table["code"], dernier)).sort_by("code")
        textes = choisies["valeur"].combine_chunks()
        textes = textes.combine_chunks() if isinstance(textes, pa.ChunkedArray) else textes
        return textes, choisies["code"].to_numpy().astype(np.int64)

    def apres(self, dimension: str, dernier: int) -> Mapping[str, int]:
        """The values whose code is after one."""
        choisies = self._choisir(dimension, pc.greater(self._table["code"], dernier))
        return dict(zip(choisies["valeur"].to_pylist(), choisies["code"].to_pylist(), strict=True))

    def _choisir(self, dimension: str, garde: Any) -> pa.Table:
        return self._table.filter(pc.and_(pc.equal(self._table["dimension"], dimension), garde))
