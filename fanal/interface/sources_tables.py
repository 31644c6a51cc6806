"""A table's rows held in a Polars frame: sorted, filtered and summed without a Python object per row."""

from collections.abc import Sequence
from typing import Any

import polars as pl

from fanal.interface.sources import CHOIX_MAX, Champ, cle_texte

_DIACRITIQUES = r"\p{M}"


def _nom(champ: Champ) -> str:
    return champ.champ or champ.cle


def _replie(colonne: pl.Expr) -> pl.Expr:
    """Text without case nor accents, as `cle_texte` does for one value."""
    texte = colonne.cast(pl.String).fill_null("").str.normalize("NFKD")
    return texte.str.replace_all(_DIACRITIQUES, "").str.to_lowercase()


class SourceTable:
    """Rows of a frame, one column per `champ` (or `cle`); rows are read as mappings, only those shown."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self.frame = frame

    def chercher(self, texte: str, champs: Sequence[Champ]) -> "SourceTable":
        noms = [_nom(c) for c in champs if _nom(c) in self.frame.columns]
        if not noms:
            return self
        cherche = cle_texte(texte)
        contient = [_replie(pl.col(n)).str.contains(cherche, literal=True) for n in noms]
        return SourceTable(self.frame.filter(pl.any_horizontal(contient)))

    def garder(self, champ: Champ, valeur: str) -> "SourceTable":
        return SourceTable(self.frame.filter(pl.col(_nom(champ)).cast(pl.String) == valeur))

    def trier(self, champ: Champ, descendant: bool) -> "SourceTable":
        colonne = pl.col(_nom(champ))
        if self.frame.schema[_nom(champ)] == pl.String:
            colonne = pl.when(colonne.is_not_null()).then(_replie(colonne))
        tri = self.frame.sort(colonne, descending=descendant, nulls_last=True, maintain_order=True)
        return SourceTable(tri)

    def compter(self) -> int:
        return self.frame.height

    def tranche(self, debut: int, fin: int) -> Sequence[Any]:
        return self.frame.slice(debut, max(fin - debut, 0)).to_dicts()

    def somme(self, champ: Champ) -> tuple[Any, int]:
        """The sum of the known values (`None` when there is none) and the number of rows without value."""
        colonne = self.frame[_nom(champ)]
        manquantes = colonne.null_count()
        return (None if manquantes == len(colonne) else colonne.sum()), manquantes

    def choix(self, champ: Champ) -> list[str]:
        valeurs = self.frame[_nom(champ)].unique().cast(pl.String).drop_nulls().to_list()
        return sorted((v for v in valeurs if v), key=cle_texte)[:CHOIX_MAX]

    def tout(self) -> Sequence[Any]:
        return self.frame.to_dicts()
