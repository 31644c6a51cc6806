"""Sums kept beside the lake: one small file per large one, since files of lines never change.

A file of a million lines holds some hundred thousand different establishments, months, suppliers, contracts,
families and accounts: questions on these columns alone read the sums. They are a local cache of DuckDB, which
may be erased.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from fanal.moteurs.consolidation.fond import EnFond, cite, place
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


class Condenses(EnFond):
    """The sums of large files, in *dossier*; made in the background, used once they are all there."""

    nom = "condenses"

    def __init__(self, dossier: Path, stockage: Stockage, *, minimum: int = LIGNES_MINIMUM) -> None:
        super().__init__(dossier)
        self.stockage, self.minimum = stockage, minimum

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
            self._lancer(missing)
        else:
            self._faits.set()

    def lisibles(self, fichiers: Iterable[Fichier]) -> list[Fichier]:
        """The files whose sums may be read instead of their lines."""
        return self.grands(fichiers) if self.pret else []

    def _faire(self, connexion: Any, *args: Any) -> bool:
        (fichiers,) = args
        for fichier in fichiers:
            if self._arret.is_set():
                return False
            condenser(connexion, self.stockage.chemin(fichier.nom), self.chemin(fichier))
        return True


def condenser(connexion: Any, source: Path, cible: Path) -> None:
    """Write the sums of one file of lines."""
    with place(cible) as provisoire:
        connexion.execute(_question(source, provisoire))


def _question(source: Path, cible: Path) -> str:
    keys = ", ".join(CLES)
    sums = ", ".join(f"CAST(sum({SIGNEES.get(c, c)}) AS BIGINT) AS {c}" for c in SOMMES)
    # The paths are ours: a root of the settings and a hash.
    return (
        f"COPY (SELECT {keys}, {sums}, count(*) AS lignes FROM read_parquet({cite(source)}) "  # noqa: S608
        f"GROUP BY {keys} ORDER BY {keys}) TO {cite(cible)} (FORMAT parquet, COMPRESSION snappy)"
    )


def sur_les_lignes(t: Any) -> Any:
    """Lines in the form of sums: each counts for one."""
    import ibis

    return t.select(*CLES, *SOMMES, lignes=ibis.literal(1, "int64"))
