"""Orders as integers, kept beside the lake: counting different ones on texts is slow.

Beside each file of lines lie the integer of the order of each of its rows, and the establishment and number
that each integer stands for. Files never change, so neither do these. An order may lie in several files (its
credit notes, a later deposit): for each state of the lake, those are found once and bear one identifier. All
of it is a local cache, which may be erased.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from fanal.moteurs.consolidation.fond import EnFond, cite, place
from fanal.moteurs.lac.manifeste import Fichier
from fanal.moteurs.lac.stockage import Stockage

# A smaller lake is counted on its texts.
LIGNES_MINIMUM = 200_000
SEUL = -1  # the order lies in one file only
CLE = ("etablissement", "numero_commande")


@dataclass(frozen=True)
class Lot:
    """Rows of some files read together, as (rank of the file, rank of the row): the order of each.

    `commandes` of the row at `debuts[file] + row`; `communs[order]`: the identifier of an order that other
    files hold too, else `SEUL`; None when there is none in these files.
    """

    debuts: Any
    commandes: Any
    communs: Any | None

    def lire(self, fichiers: Any, rangs: Any) -> Any:
        """The order of each row."""
        return self.commandes[self.debuts[fichiers] + rangs]


class Numeros(EnFond):
    """The orders of the files of one state, in *dossier*; made in the background."""

    nom = "numeros"

    def __init__(
        self,
        dossier: Path,
        stockage: Stockage,
        *,
        minimum: int = LIGNES_MINIMUM,
        apres: EnFond | None = None,
    ) -> None:
        super().__init__(dossier, apres=apres)
        self.stockage, self.minimum = stockage, minimum
        self._communs: dict[str, tuple[Any, Any]] = {}

    def preparer(self, fichiers: Sequence[Fichier]) -> None:
        """Number in the background what is not numbered yet."""
        if sum(f.lignes for f in fichiers) >= self.minimum:
            self._lancer(fichiers)

    def lot(self, fichiers: Sequence[Fichier]) -> Lot:
        """The orders of some files of the state."""
        codes = [np.load(self._codes(f)) for f in fichiers]
        fins = np.cumsum([0, *(int(c.max(initial=-1)) + 1 for c in codes)])
        communs = None
        if any(f.nom in self._communs for f in fichiers):
            communs = np.full(fins[-1], SEUL, np.int64)
            for f, debut in zip(fichiers, fins[:-1], strict=True):
                places, idents = self._communs.get(f.nom, ((), ()))
                communs[debut + np.asarray(places, np.int64)] = idents
        return Lot(
            debuts=np.cumsum([0, *(len(c) for c in codes)])[:-1],
            commandes=np.concatenate([c + d for c, d in zip(codes, fins[:-1], strict=True)]),
            communs=communs,
        )

    def _codes(self, fichier: Fichier) -> Path:
        return (self.dossier / fichier.nom).with_suffix(".npy")

    def _cles(self, fichier: Fichier) -> Path:
        return self.dossier / fichier.nom

    def _faire(self, connexion: Any, *args: Any) -> bool:
        (fichiers,) = args
        for fichier in fichiers:
            if self._arret.is_set():
                return False
            if not self._codes(fichier).exists():
                numeroter(self.stockage.chemin(fichier.nom), self._codes(fichier), self._cles(fichier))
        self._lire_communs(connexion, fichiers)
        return True

    def _lire_communs(self, connexion: Any, fichiers: Sequence[Fichier]) -> None:
        """The orders that several files hold, found once for this list of files."""
        liste = hashlib.sha256("\n".join(f.nom for f in fichiers).encode()).hexdigest()
        garde = self.dossier / "communs" / f"{liste}.parquet"
        if not garde.exists():
            autres = list(garde.parent.glob("*.parquet"))
            with place(garde) as provisoire:
                connexion.execute(_question([self._cles(f) for f in fichiers], provisoire))
            for autre in autres:  # of states that are past
                autre.unlink(missing_ok=True)
        table = pq.read_table(garde)
        files, rows, idents = (table[n].to_numpy() for n in ("fichier", "rang", "ident"))
        bords = np.searchsorted(files, np.arange(len(fichiers) + 1))
        for rang, fichier in enumerate(fichiers):
            part = slice(bords[rang], bords[rang + 1])
            if bords[rang] < bords[rang + 1]:
                self._communs[fichier.nom] = rows[part], idents[part]


def numeroter(source: Path, codes: Path, cles: Path) -> None:
    """Write the order of each row of a file of lines, and what each order is. The codes come last."""
    table = pq.read_table(source, columns=list(CLE)).combine_chunks()
    numeros = pc.dictionary_encode(_une(table["numero_commande"]))
    lieux = table["etablissement"].to_numpy().astype(np.int64)
    paires = pc.dictionary_encode(pa.array((lieux << 32) + numeros.indices.to_numpy()))
    seules = paires.dictionary.to_numpy()
    quoi = pa.table(
        {
            CLE[0]: pa.array((seules >> 32).astype(np.int32)),
            CLE[1]: pc.take(numeros.dictionary, pa.array(seules & (2**32 - 1))),
        }
    )
    with place(cles) as provisoire:
        pq.write_table(quoi, provisoire, compression="zstd", use_dictionary=False)
    with place(codes) as provisoire, provisoire.open("wb") as fichier:
        np.save(fichier, paires.indices.to_numpy())


def _une(colonne: Any) -> Any:
    colonne = colonne.combine_chunks()
    return colonne.chunk(0) if isinstance(colonne, pa.ChunkedArray) else colonne


def _question(cles: Sequence[Path], cible: Path) -> str:
    liste, noms = ", ".join(cite(c) for c in cles), ", ".join(CLE)
    # The paths are ours: a root of the settings and a hash.
    return (
        f"COPY (WITH k AS (SELECT {noms}, file_index AS fichier, file_row_number AS rang "  # noqa: S608
        f"FROM read_parquet([{liste}])), "
        f"c AS (SELECT {noms}, row_number() OVER () AS ident FROM k GROUP BY {noms} HAVING count(*) > 1) "
        f"SELECT CAST(fichier AS BIGINT) AS fichier, CAST(rang AS BIGINT) AS rang, ident "
        f"FROM k JOIN c USING ({noms}) ORDER BY fichier, rang) TO {cite(cible)} (FORMAT parquet)"
    )
