"""What a question stands on: a state of the lake and what the register knows."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from fanal.moteurs.consolidation.faits import AUCUN, Faits
from fanal.moteurs.consolidation.source import Source
from fanal.moteurs.consolidation.valeurs import Valeurs
from fanal.moteurs.lac.schema import mois_code
from fanal.refus import Inutilisable

# Beyond it, a list of codes goes to the engine as a table rather than in the text of the question.
LISTE = 400


@dataclass
class Contexte:
    """A state of the lake and the facts of the register, with what is derived from both once."""

    source: Source
    faits: Faits = AUCUN
    garde: dict[Any, Any] = field(default_factory=dict)

    @property
    def dimensions(self) -> Valeurs:
        return self.source.dimensions

    @property
    def etat(self) -> tuple[object, ...]:
        """The state of an answer: it changes with the lake, and with what the register says of its lines."""
        return (self.source.manifeste.signature, self.faits.etat, id(self))

    @cached_property
    def mois_connus(self) -> tuple[int, int]:
        """The first and last month of the lake."""
        fichiers = self.source.manifeste.lignes
        if not fichiers:
            return mois_code(1970, 1), mois_code(1970, 1)
        return min(f.mois_min for f in fichiers), max(f.mois_max for f in fichiers)

    def paires(self, dimension: str) -> list[tuple[int, int]]:
        """The (establishment, code) pairs that lines bear, for a dimension; read once."""
        if dimension not in self.garde:
            t = self.source.lignes
            t = t.filter(t[dimension].notnull())
            lues = self.source.executer(t.select("etablissement", dimension).distinct())
            self.garde[dimension] = list(
                zip(lues["etablissement"].to_pylist(), lues[dimension].to_pylist(), strict=True)
            )
        found: list[tuple[int, int]] = self.garde[dimension]
        return found

    @staticmethod
    def refuser_texte(axe: str) -> Inutilisable:
        """The refusal of a search of text on an axis that is a number."""
        return Inutilisable(f"L'axe {axe} ne se cherche pas par un texte : employez =, !=, >= ou <=.")


def parmi(colonne: ir.Value, codes: Iterable[int]) -> ir.BooleanValue:
    """Whether a column is one of *codes* (integers, or an array of them); null where the column is."""
    liste = np.unique(codes if isinstance(codes, np.ndarray) else np.array([*codes], np.int64))
    if len(liste) <= LISTE:
        return colonne.isin(liste.tolist())
    kind = pa.int64() if liste[-1] > 2**31 - 1 else pa.int32()
    table = ibis.memtable(pa.table({"code": pa.array(liste, kind)}))
    return colonne.isin(table.code)


def cle_double(gauche: ir.IntegerValue, droite: ir.IntegerValue) -> ir.IntegerValue:
    """Two codes as one integer."""
    return gauche.cast("int64") * 2**32 + droite.cast("int64")
