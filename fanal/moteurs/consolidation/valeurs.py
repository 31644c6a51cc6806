"""The values that codes stand for, held in this process: questions are asked and grouped on codes."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from fanal.moteurs.lac.schema import DIMENSIONS, VALEURS


def plier(textes: pa.Array) -> pa.Array:
    """The same texts without case, accents nor doubled blanks: what a person means when typing one."""
    nus = pc.replace_substring_regex(pc.utf8_normalize(textes, "NFKD"), r"\p{Mn}", "")
    return pc.utf8_trim_whitespace(pc.replace_substring_regex(pc.utf8_lower(nus), r"\s+", " "))


@lru_cache(maxsize=65_536)
def plier_un(texte: str) -> str:
    """The same for one text."""
    nu = "".join(c for c in unicodedata.normalize("NFKD", texte) if unicodedata.category(c) != "Mn")
    return " ".join(nu.lower().split())


def rangs_de(textes: pa.Array) -> pa.Array:
    """The rank of each text among them, missing ones last."""
    return pc.rank(textes, tiebreaker="dense")


class Vocabulaire:
    """The values of one dimension. `textes[code]` is the value of a code; unused codes are null."""

    def __init__(self, codes: pa.Array, valeurs: pa.Array, valides: pa.Array, genres: pa.Array) -> None:
        ordre = pc.sort_indices(codes)
        self.codes = pc.take(codes, ordre)
        self.valeurs = pc.take(valeurs, ordre)
        self._valides = pc.take(valides, ordre)
        self._genres = pc.take(genres, ordre)

    def __len__(self) -> int:
        return len(self.codes)

    @cached_property
    def textes(self) -> pa.Array:
        dernier = self.codes[-1].as_py() if len(self.codes) else 0
        rangs = pc.index_in(pa.array(range(dernier + 1), pa.int32()), value_set=self.codes)
        return pc.take(self.valeurs, rangs)

    @cached_property
    def rangs(self) -> pa.Array:
        """The rank of the text of each code, as `textes`: rows are put in order on integers."""
        return rangs_de(self.textes)

    @cached_property
    def plies(self) -> pa.Array:
        """The values folded, in the order of `codes`."""
        return plier(self.valeurs)

    @cached_property
    def invalides(self) -> frozenset[int]:
        """The codes whose check digit is wrong."""
        return frozenset(self.codes.filter(pc.invert(self._valides)).to_pylist())

    @cached_property
    def _par_texte(self) -> dict[str, int]:
        return dict(zip(self.valeurs.to_pylist(), self.codes.to_pylist(), strict=True))

    def code(self, valeur: str) -> int | None:
        """The code of a value, written exactly."""
        return self._par_texte.get(valeur)

    def genre(self, code: int) -> str | None:
        """The kind of a product code (CIP13, UCD, GTIN, LPP)."""
        rang = pc.index(self.codes, pa.scalar(code, pa.int32())).as_py()
        return None if rang < 0 else self._genres[rang].as_py()

    @cached_property
    def _liste(self) -> list[str | None]:
        return self.textes.to_pylist()  # type: ignore[no-any-return]  # pyarrow carries no types

    def lire(self, code: int | None) -> str | None:
        """The value of a code."""
        return None if code is None else self._liste[code]

    def parmi(self, valeurs: Iterable[str]) -> list[int]:
        """The codes of values; one that is not written so is looked for without case nor accents."""
        trouves: list[int] = []
        for valeur in valeurs:
            exact = self.code(valeur)
            if exact is not None:
                trouves.append(exact)
            else:
                cherche = plier_un(valeur)
                trouves += self.codes.filter(pc.equal(self.plies, cherche)).to_pylist()
        return trouves

    def contenant(self, texte: str) -> list[int]:
        """The codes of the values that hold every word of *texte*, without case nor accents."""
        garde = pa.array([True] * len(self.codes))
        for mot in plier_un(texte).split():
            garde = pc.and_(garde, pc.match_substring(self.plies, mot))
        return self.codes.filter(garde).to_pylist()  # type: ignore[no-any-return]  # pyarrow carries no types

    def entre(self, mini: str | None, maxi: str | None) -> list[int]:
        """The codes of the values from *mini* to *maxi* in the order of texts, bounds included."""
        garde = pa.array([True] * len(self.codes))
        if mini is not None:
            garde = pc.and_(garde, pc.greater_equal(self.valeurs, mini))
        if maxi is not None:
            garde = pc.and_(garde, pc.less_equal(self.valeurs, maxi))
        return self.codes.filter(garde).to_pylist()  # type: ignore[no-any-return]  # pyarrow carries no types


class Valeurs(Mapping[str, Vocabulaire]):
    """The vocabulary of each dimension, by its name in the lake, read when it is first asked for.

    `fichiers`: local Parquet files of the form `schema.VALEURS`.
    """

    def __init__(self, fichiers: Sequence[Path]) -> None:
        self._fichiers = list(fichiers)
        self._lus: dict[str, Vocabulaire] = {}
        self._verrou = Lock()

    @cached_property
    def _table(self) -> pa.Table:
        lues: list[Any] = [pq.read_table(f).select(VALEURS.names).cast(VALEURS) for f in self._fichiers]
        return pa.concat_tables([VALEURS.empty_table(), *lues]).combine_chunks()

    def __getitem__(self, nom: str) -> Vocabulaire:
        with self._verrou:
            if nom not in self._lus:
                if nom not in {d.nom for d in DIMENSIONS}:
                    raise KeyError(nom)
                part = self._table.filter(pc.equal(self._table["dimension"], nom)).combine_chunks()
                self._lus[nom] = Vocabulaire(*(_colonne(part, c) for c in COLONNES))
            return self._lus[nom]

    def __iter__(self) -> Any:
        return iter(d.nom for d in DIMENSIONS)

    def __len__(self) -> int:
        return len(DIMENSIONS)


COLONNES = ("code", "valeur", "valide", "genre")


def _colonne(table: pa.Table, nom: str) -> pa.Array:
    colonne = table[nom].combine_chunks()
    return colonne.chunk(0) if isinstance(colonne, pa.ChunkedArray) else colonne
