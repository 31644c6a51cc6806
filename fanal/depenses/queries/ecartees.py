"""The lines that a deposit set aside, as its file held them, with the reasons: read page by page."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fanal.depenses.models import DepotLignes, FichierLac
from fanal.depenses.queries.lac import stockage
from fanal.refus import Introuvable

PAGE = 50
LOT = 5000
# The columns that the intake adds to those of the file.
_PROPRES = 5


@dataclass(frozen=True)
class Motif:
    """One reason. `colonne`: the field, `valeur`: the cell as read."""

    regle: str
    colonne: str | None
    valeur: str | None
    phrase: str


@dataclass(frozen=True)
class LigneEcartee:
    """A line as the file held it. `montant` in cents; `cellules`: title of the file → text."""

    ligne: int
    montant: int
    motifs: tuple[Motif, ...]
    cellules: dict[str, str]


class Ecartees:
    """The set-aside lines of a deposit; nothing is read before it is asked for."""

    def __init__(self, depot: DepotLignes) -> None:
        store = stockage()
        rows = FichierLac.objects.filter(depot=depot, genre=FichierLac.Genre.ECARTEES).order_by("id")
        self._chemins: list[Path] = [store.chemin(row.nom) for row in rows]
        self.nombre: int = sum(row.lignes for row in rows)

    @property
    def titres(self) -> list[str]:
        """The titles of the file, in its order."""
        import pyarrow.parquet as pq

        return pq.read_schema(self._chemins[0]).names[_PROPRES:] if self._chemins else []

    def compter(self, regle: str = "") -> int:
        """How many, those of one rule if it is named."""
        if not regle:
            return self.nombre
        return int(self._demander("SELECT count(*)", regle)[0][0]) if self._chemins else 0

    def page(self, numero: int, regle: str = "", taille: int = PAGE) -> list[LigneEcartee]:
        """The lines of page *numero* (from 1), in the order of the file."""
        if not self._chemins:
            return []
        suite = f"ORDER BY _ligne LIMIT {int(taille)} OFFSET {int(taille) * (int(numero) - 1)}"
        return self._lignes(self._demander("SELECT *", regle, suite))

    def une(self, ligne: int) -> LigneEcartee:
        """The line of this number in the file. Raises `Introuvable`."""
        rows = self._demander("SELECT *", "", "LIMIT 1", ligne) if self._chemins else []
        if not rows:
            raise Introuvable(f"La ligne {ligne} n'est pas parmi les lignes écartées de ce dépôt.")
        return self._lignes(rows)[0]

    def toutes(self, regle: str = "") -> Iterator[LigneEcartee]:
        """Every line, in the order of the file, by batches."""
        import duckdb

        if not self._chemins:
            return
        with duckdb.connect(config={"memory_limit": "400MB"}) as connexion:
            found = connexion.execute(*self._question("SELECT *", regle, "ORDER BY _ligne", None))
            while rows := found.fetchmany(LOT):
                yield from self._lignes(rows)

    def _demander(self, debut: str, regle: str, suite: str = "", ligne: int | None = None) -> list[Any]:
        import duckdb

        with duckdb.connect(config={"memory_limit": "400MB"}) as connexion:
            rows: list[Any] = connexion.execute(*self._question(debut, regle, suite, ligne)).fetchall()
        return rows

    def _question(self, debut: str, regle: str, suite: str, ligne: int | None) -> tuple[str, list[Any]]:
        conditions, values = ["true"], [list(map(str, self._chemins))]
        arguments: list[Any] = [*values]
        if regle:
            conditions.append("list_contains(list_transform(_motifs, m -> m.regle), ?)")
            arguments.append(regle)
        if ligne is not None:
            conditions.append("_ligne = ?")
            arguments.append(ligne)
        where = " AND ".join(conditions)
        return f"{debut} FROM read_parquet(?) WHERE {where} {suite}", arguments

    def _lignes(self, rows: list[Any]) -> list[LigneEcartee]:
        titres = self.titres
        return [
            LigneEcartee(
                ligne=row[0],
                montant=row[1],
                motifs=tuple(Motif(**m) for m in row[4] or ()),
                cellules={t: v or "" for t, v in zip(titres, row[_PROPRES:], strict=True)},
            )
            for row in rows
        ]
