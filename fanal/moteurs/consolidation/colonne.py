"""A column of texts held as codes: groups are added and put in order on integers, read at the last moment."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from fanal.moteurs.consolidation.valeurs import Vocabulaire, rangs_de


@dataclass(frozen=True)
class Colonne:
    """`codes` point into `mots`, null for a missing value; two codes never read the same."""

    codes: pa.Array
    mots: pa.Array
    vocabulaire: Vocabulaire | None = None

    @cached_property
    def rangs(self) -> pa.Array:
        """The rank of each row's text, null for a missing value."""
        order = self.vocabulaire.rangs if self.vocabulaire else rangs_de(self.mots)
        return pc.take(order, self.codes)

    def prendre(self, rangees: Any) -> "Colonne":
        """The same column for some rows."""
        return Colonne(pc.take(self.codes, rangees), self.mots, self.vocabulaire)

    def avec(self, codes: pa.Array) -> "Colonne":
        """Other codes of the same words."""
        return Colonne(codes, self.mots, self.vocabulaire)

    def textes(self) -> list[str | None]:
        """The texts of the rows, None for a missing value."""
        return pc.take(self.mots, self.codes).to_pylist()  # type: ignore[no-any-return]  # no types


def une(colonne: Any) -> pa.Array:
    """A column of a table as one array."""
    return colonne.combine_chunks() if isinstance(colonne, pa.ChunkedArray) else colonne


def codee(codes: Any, vocabulaire: Vocabulaire) -> Colonne:
    """A column of codes of a dimension."""
    return Colonne(une(codes), vocabulaire.textes, vocabulaire)


def traduite(cles: Any, texte: Callable[[Any], str | None]) -> Colonne:
    """Each value written by *texte*, called once per different value; those that read the same are one."""
    code = pc.dictionary_encode(une(cles))
    return _reunie(code.indices, [None if v is None else texte(v) for v in code.dictionary.to_pylist()])


def _reunie(indices: pa.Array, mots: Sequence[str | None]) -> Colonne:
    rangs: dict[str, int] = {}
    places = [None if m is None else rangs.setdefault(m, len(rangs)) for m in mots]
    return Colonne(pc.take(pa.array(places, pa.int32()), indices), pa.array(list(rangs), pa.string()))
