"""A state of the lake opened on an engine: the table of current lines, and the values of each dimension."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import RLock
from typing import Any, Protocol

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis import util

from fanal.moteurs.consolidation.condense import Condenses, sur_les_lignes
from fanal.moteurs.consolidation.fond import cite
from fanal.moteurs.consolidation.numeros import Numeros
from fanal.moteurs.consolidation.valeurs import Valeurs
from fanal.moteurs.lac.manifeste import Fichier, Manifeste
from fanal.moteurs.lac.schema import EFFACEMENTS, LIGNES, VALEURS
from fanal.moteurs.lac.stockage import Stockage

# Views of a part of the lake kept open: each is a name in the engine and the list of its files.
PARTIES = 32


class Moteur(Protocol):
    """What opens files and answers questions."""

    connexion: Any

    def lire(self, noms: Sequence[str]) -> ir.Table:
        """The rows of Parquet files of the lake, by their names."""

    def executer(self, question: ir.Table) -> pa.Table:
        """The answer; several threads may ask."""


@dataclass
class Source:
    """`lignes`: the columns of `schema.LIGNES`, one row per line in force; `valeurs`: those of `VALEURS`.

    `dimensions` holds the same values in this process. A Source may be shared between threads when every
    question goes through `executer`.
    """

    moteur: Moteur
    manifeste: Manifeste
    lignes: ir.Table
    valeurs: ir.Table
    dimensions: Valeurs
    condenses: Condenses | None = None
    numeros: Numeros | None = None
    _parties: "OrderedDict[tuple[Any, ...], ir.Table]" = field(default_factory=OrderedDict)
    _retenus: dict[Any, Any] = field(default_factory=dict)
    _verrou: Any = field(default_factory=RLock)
    _calcul: Any = field(default_factory=RLock)

    @property
    def connexion(self) -> Any:
        """The Ibis backend."""
        return self.moteur.connexion

    def dimension(self, nom: str) -> ir.Table:
        """The values of one dimension: `code`, `valeur`, `genre`, `valide`."""
        return self.valeurs.filter(self.valeurs.dimension == nom).drop("dimension")

    def executer(self, question: ir.Table) -> pa.Table:
        """The answer, as an Arrow table whose columns have the types of the question."""
        return self.moteur.executer(question)

    def retenir(self, cle: Any, calculer: Callable[[], Any], *, de: Any = None) -> Any:
        """What *calculer* finds, kept for as long as this state of the lake is open and *de* the same object.

        Threads that want it meanwhile wait; those that ask questions of the engine do not.
        """
        with self._calcul:
            garde = self._retenus.get(cle)
            if garde is None or garde[0] is not de:
                garde = self._retenus[cle] = (de, calculer())
            return garde[1]

    def partie(
        self,
        etablissements: frozenset[int] | None = None,
        mois_min: int | None = None,
        mois_max: int | None = None,
    ) -> ir.Table:
        """The lines without the files that cannot hold any of these establishments and months.

        It still holds other lines: the caller filters. A part without a replaced line is read as it is.
        """
        reste = self.manifeste.restreint(etablissements, mois_min, mois_max)
        if reste.lignes == self.manifeste.lignes:
            return self.lignes
        return self._garder(tuple(f.nom for f in reste.lignes), lambda: _lignes(self.moteur, reste))

    def condense(
        self,
        etablissements: frozenset[int] | None = None,
        mois_min: int | None = None,
        mois_max: int | None = None,
    ) -> ir.Table | None:
        """The same part as sums: the columns of `condense.CLES` and `SOMMES`, and the number of `lignes`.

        None when the engine keeps no sums, or when none of these files has any yet.
        """
        reste = self.manifeste.restreint(etablissements, mois_min, mois_max)
        lisibles = self.condenses.lisibles(reste.lignes) if self.condenses else []
        if self.condenses is None or not lisibles or not isinstance(self.moteur, Duckdb):
            return None
        moteur = self.moteur
        chemins = [self.condenses.chemin(f) for f in lisibles]
        autres = replace(reste, lignes=tuple(f for f in reste.lignes if f not in set(lisibles)))

        def ouvrir() -> ir.Table:
            sommes = moteur.ouvrir(chemins)
            if not autres.lignes:
                return sommes
            return sommes.union(sur_les_lignes(_lignes(moteur, autres)))

        return self._garder(("condense", *(f.nom for f in reste.lignes)), ouvrir)

    def rangs(self, fichiers: Sequence[Fichier]) -> ir.Table:
        """The lines in force of some files, with `fichier` and `rang`: the places of the file and of the row.

        Only DuckDB tells them.
        """
        moteur = self.moteur
        if not isinstance(moteur, Duckdb):
            raise TypeError("The engine does not tell the places of rows.")

        def ouvrir() -> ir.Table:
            table = moteur.ouvrir_rangs([f.nom for f in fichiers])
            if not any(f.efface for f in fichiers):
                return table
            return table.anti_join(_table(moteur, self.manifeste.effacements, EFFACEMENTS), "id")

        return self._garder(("rangs", *(f.nom for f in fichiers)), ouvrir)

    def _garder(self, cle: tuple[Any, ...], ouvrir: Callable[[], ir.Table]) -> ir.Table:
        with self._verrou:
            if cle not in self._parties:
                self._parties[cle] = ouvrir()
            self._parties.move_to_end(cle)
            while len(self._parties) > PARTIES:
                self._parties.popitem(last=False)
            return self._parties[cle]


@dataclass
class Duckdb:
    """DuckDB in this process: one question at a time, on all its cores."""

    connexion: Any
    stockage: Stockage
    verrou: Any = field(default_factory=RLock)

    def lire(self, noms: Sequence[str]) -> ir.Table:
        """The rows of files, brought near when they lie far."""
        return self.ouvrir([self.stockage.chemin(nom) for nom in noms])

    def ouvrir(self, chemins: Sequence[Path]) -> ir.Table:
        """The rows of local Parquet files."""
        with self.verrou:
            table: ir.Table = self.connexion.read_parquet([str(chemin) for chemin in chemins])
        return table

    def ouvrir_rangs(self, noms: Sequence[str]) -> ir.Table:
        """The same rows with the place of their file among these, and their own in it."""
        chemins = ", ".join(cite(self.stockage.chemin(nom)) for nom in noms)
        vue = util.gen_name("rangs")
        with self.verrou:
            self.connexion.raw_sql(
                f"CREATE TEMP VIEW {vue} AS SELECT *, CAST(file_index AS BIGINT) AS fichier, "  # noqa: S608 - our own
                f"file_row_number AS rang FROM read_parquet([{chemins}])"
            )
            table: ir.Table = self.connexion.table(vue)
        return table

    def executer(self, question: ir.Table) -> pa.Table:
        """The answer of a question."""
        with self.verrou:
            return self.connexion.to_pyarrow(question)


def ouvrir_duckdb(
    manifeste: Manifeste,
    stockage: Stockage,
    *,
    memoire: str = "1500MB",
    fils: int | None = None,
    travail: Path | None = None,
    condenses: Condenses | None = None,
    numeros: Numeros | None = None,
) -> Source:
    """Open a state of the lake in this process. `travail`: where DuckDB spills what exceeds `memoire`.

    *condenses*, *numeros*: the sums and the numbers of orders kept beside the lake, which are made if they
    are not there.
    """
    connexion = ibis.duckdb.connect(
        memory_limit=memoire,
        # Rows are put in order by who asks for them: files may be read in any order.
        preserve_insertion_order=False,
        **({"threads": fils} if fils else {}),
        **({"temp_directory": str(travail)} if travail else {}),
    )
    # Files never change under their name: what their footers say is read once.
    connexion.raw_sql("SET parquet_metadata_cache = true")
    opened = assembler(Duckdb(connexion, stockage), manifeste, stockage)
    if condenses is not None:
        condenses.preparer(manifeste.lignes)
        opened.condenses = condenses
    if numeros is not None:
        numeros.preparer(manifeste.lignes)
        opened.numeros = numeros
    return opened


def ouvrir_spark(manifeste: Manifeste, stockage: Stockage, maitre: str) -> Source:
    """Open a state of the lake on Spark: `spark://machine:7077`, or `local[2]` on this machine.

    The workers read the storage themselves: a remote one through Hadoop's `s3a`, a directory at the same path
    on every machine. Raises `Inutilisable` without Java or the `pyspark` library.
    """
    from fanal.moteurs.consolidation.spark import Spark

    return assembler(Spark.ouvrir(maitre, stockage), manifeste, stockage)


def assembler(moteur: Moteur, manifeste: Manifeste, stockage: Stockage) -> Source:
    """The tables of a state on an engine."""
    return Source(
        moteur=moteur,
        manifeste=manifeste,
        lignes=_lignes(moteur, manifeste),
        valeurs=_table(moteur, manifeste.valeurs, VALEURS),
        dimensions=Valeurs([stockage.chemin(nom) for nom in manifeste.valeurs]),
    )


def _lignes(moteur: Moteur, manifeste: Manifeste) -> ir.Table:
    """The lines in force: only files some of whose lines were replaced are compared with the erasures."""
    sains = [f.nom for f in manifeste.lignes if not f.efface]
    touches = [f.nom for f in manifeste.lignes if f.efface]
    lignes = _table(moteur, sains, LIGNES)
    if not touches:
        return lignes
    effaces = _table(moteur, manifeste.effacements, EFFACEMENTS)
    restantes = _table(moteur, touches, LIGNES).anti_join(effaces, "id")
    return restantes if not sains else lignes.union(restantes)


def _table(moteur: Moteur, noms: Sequence[str], schema: pa.Schema) -> ir.Table:
    return moteur.lire(noms) if noms else ibis.memtable(schema.empty_table())
