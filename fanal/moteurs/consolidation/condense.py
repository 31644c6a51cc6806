"""Sums kept beside the lake: one small file per large one, since files of lines never change.

A file of a million lines holds some hundred thousand different establishments, months, suppliers, contracts,
families and accounts: questions on these columns alone read the sums. They are a local cache of DuckDB, which
may be erased.
"""

import atexit
import uuid
from collections.abc import Iterable
from pathlib import Path
from threading import Event, Thread
from typing import Any

from fanal.moteurs.lac.manifeste import Fichier
from fanal.moteurs.lac.schema import TYPES_LIGNE
from fanal.moteurs.lac.stockage import Stockage

CLES = ("etablissement", "mois", "type_ligne", "famille", "fournisseur", "marche", "compte", "taux_tva")
SOMMES = ("montant_ht", "montant_ttc", "montant_facture_ht", "quantite")
# A credit note takes its quantity back, whichever sign it is written with.
SIGNEES = {
    "quantite": f"CASE WHEN type_ligne = {TYPES_LIGNE.index('avoir')} THEN -abs(quantite) ELSE quantite END"
}
COLONNES = frozenset((*CLES, *SOMMES))
# Smaller files are added up as they are read: the sums would save little.
LIGNES_MINIMUM = 200_000
MEMOIRE = "800MB"


class Condenses:
    """The sums of large files, in *dossier*; made in the background, used once they are all there."""

    def __init__(self, dossier: Path, stockage: Stockage, *, minimum: int = LIGNES_MINIMUM) -> None:
        self.dossier, self.stockage, self.minimum = dossier, stockage, minimum
        self._faits, self._arret = Event(), Event()
        self._travail: Thread | None = None
        self._connexion: Any = None

    def chemin(self, fichier: Fichier) -> Path:
        """Where the sums of a file lie: they are named after it, so after its content."""
        return self.dossier / fichier.nom

    def grands(self, fichiers: Iterable[Fichier]) -> list[Fichier]:
        """The files that have sums: large, and none of whose lines was replaced."""
        return [f for f in fichiers if f.lignes >= self.minimum and not f.efface]

    def preparer(self, fichiers: Iterable[Fichier]) -> None:
        """Make in the background the sums that are not there yet."""
        missing = [f for f in self.grands(fichiers) if not self.chemin(f).exists()]
        if missing:
            self._travail = Thread(
                target=self._condenser_tous, args=(missing,), daemon=True, name="condenses"
            )
            self._travail.start()
            # A command that ends does not wait for sums that another process will make.
            atexit.register(self.arreter)
        else:
            self._faits.set()

    def attendre(self, secondes: float | None = None) -> bool:
        """Wait until the sums are there; whether they are."""
        return self._faits.wait(secondes)

    def arreter(self) -> None:
        """Stop making sums: what is under way is dropped, what is made is kept."""
        self._arret.set()
        while self._travail is not None and self._travail.is_alive():
            if self._connexion is not None:
                self._connexion.interrupt()
            self._travail.join(0.05)

    def lisibles(self, fichiers: Iterable[Fichier]) -> list[Fichier]:
        """The files whose sums may be read instead of their lines."""
        return self.grands(fichiers) if self._faits.is_set() else []

    def _condenser_tous(self, fichiers: Iterable[Fichier]) -> None:
        import duckdb

        # One core: the questions of the moment keep the others.
        with duckdb.connect(config={"threads": 1, "memory_limit": MEMOIRE}) as connexion:
            self._connexion = connexion
            try:
                for fichier in fichiers:
                    if self._arret.is_set():
                        return
                    condenser(connexion, self.stockage.chemin(fichier.nom), self.chemin(fichier))
            except (duckdb.Error, OSError):
                # Without sums (stopped, disk full, file withdrawn), questions read the lines.
                return
            finally:
                self._connexion = None
        self._faits.set()


def condenser(connexion: Any, source: Path, cible: Path) -> None:
    """Write the sums of one file of lines; the name appears once the file is whole."""
    cible.parent.mkdir(parents=True, exist_ok=True)
    provisoire = cible.with_suffix(f".{uuid.uuid4().hex}.tmp")
    try:
        connexion.execute(_question(source, provisoire))
        provisoire.replace(cible)
    finally:
        provisoire.unlink(missing_ok=True)


def _question(source: Path, cible: Path) -> str:
    keys = ", ".join(CLES)
    sums = ", ".join(f"CAST(sum({SIGNEES.get(c, c)}) AS BIGINT) AS {c}" for c in SOMMES)
    # The paths are ours: a root of the settings and a hash.
    return (
        f"COPY (SELECT {keys}, {sums}, count(*) AS lignes FROM read_parquet('{_texte(source)}') "  # noqa: S608
        f"GROUP BY {keys} ORDER BY {keys}) TO '{_texte(cible)}' (FORMAT parquet, COMPRESSION snappy)"
    )


def _texte(chemin: Path) -> str:
    return str(chemin).replace("'", "''")


def sur_les_lignes(t: Any) -> Any:
    """Lines in the form of sums: each counts for one."""
    import ibis

    return t.select(*CLES, *SOMMES, lignes=ibis.literal(1, "int64"))
