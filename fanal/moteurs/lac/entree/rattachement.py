"""What each credit note takes back, found among all the lines in force, in DuckDB with bounded memory.

A deposit that brings, corrects or withdraws an order may change what earlier credit notes take back: they are
looked at again, so that the state of the lake does not depend on the order in which files came.
"""

# ruff: noqa: S608 - column names, numbers and paths of our own

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from fanal.moteurs.lac.entree.comparaison import Comparaison, Lac, anciennes, lire, ouvrir
from fanal.moteurs.lac.entree.controles import AVOIR, COMMANDE
from fanal.moteurs.lac.schema import LIGNES

# The origin of a credit note: the same order, else the same invoice; the same article, else product or
# label. Among several lines, the first by date, order and line that the credit note does not exceed, else
# the first: nothing here depends on the deposit that brought them.
_PREFERENCES = [
    (lien, objet)
    for lien in ("numero_commande", "numero_facture")
    for objet in ("article", "produit", "libelle")
]
_TROP_PETITE = 1 << 62  # added to the rank of a line that the credit note exceeds: it comes last
_COLONNES = ", ".join(LIGNES.names)
_CLES = (
    "id, etablissement, numero_commande, numero_ligne, date_commande, numero_facture, article, produit, "
    "libelle, montant_ht, type_ligne"
)


@dataclass(frozen=True)
class Rattachement:
    """`recus`: the new credit notes, with `origine` and `reprise`, the amount of that line. `revus`: those of
    the lake whose origin changes, with also `avant`, the one they had. `touches`: the files that hold these.
    """

    recus: pa.Table
    revus: pa.Table
    touches: frozenset[str] = frozenset()


def rattacher(
    lac: Lac, avoirs: Sequence[Path], lignes: Sequence[Path], retires: Any, comparaison: Comparaison,
    dossier: Path,
) -> Rattachement | None:  # fmt: skip
    """Find the origin of the new *avoirs* (without the ids *retires*), and again that of the lake's credit
    notes whose orders *lignes*, or the lines that *comparaison* takes away, may be. None: nothing to find.
    """
    if not avoirs and not lac.fichiers:
        return None
    with ouvrir(dossier) as connexion:
        lire(connexion, "recus", avoirs)
        lire(connexion, "neuves", lignes)
        connexion.register("retires", pa.table({"id": pa.array(retires, pa.int64())}))
        connexion.register("effacees", pa.table({"id": pa.array(comparaison.effacees, pa.int64())}))
        anciennes(connexion, lac, comparaison.lieux)
        connexion.execute(
            f"CREATE TEMP TABLE avoirs AS SELECT {_COLONNES}, '' AS filename, true AS neuf "
            "FROM recus ANTI JOIN retires USING (id)"
        )
        if lignes or len(comparaison.effacees):
            _revoir(connexion)
        (nombre,) = connexion.execute("SELECT count(*) FROM avoirs").fetchone()
        if not nombre:
            return None
        _choisir(connexion)
        noms = ", ".join(f"a.{n}" for n in LIGNES.names if n != "origine")
        choisis = "FROM avoirs a LEFT JOIN choix c USING (id)"
        recus = connexion.execute(
            f"SELECT {noms}, c.origine, c.reprise {choisis} WHERE neuf ORDER BY a.id"
        ).to_arrow_table()
        changes = "WHERE NOT neuf AND a.origine IS DISTINCT FROM c.origine"
        revus = connexion.execute(
            f"SELECT {noms}, c.origine, c.reprise, a.origine AS avant {choisis} {changes} ORDER BY a.id"
        ).to_arrow_table()
        fichiers = {str(c): nom for nom, c, _ in lac.fichiers}
        touches = connexion.execute(f"SELECT DISTINCT a.filename {choisis} {changes}").fetchall()
        return Rattachement(recus, revus, frozenset(fichiers[r[0]] for r in touches))


def _revoir(connexion: Any) -> None:
    """Add the credit notes of the lake that share an order or an invoice with a line that comes or goes."""
    connexion.execute(
        f"CREATE TEMP TABLE vieux AS SELECT {_COLONNES}, filename FROM anciennes "
        f"ANTI JOIN effacees USING (id) WHERE type_ligne = {AVOIR}"
    )
    colonnes = "etablissement, numero_commande, numero_facture"
    connexion.execute(
        f"CREATE TEMP TABLE bouges AS SELECT DISTINCT {colonnes} FROM ("
        f"SELECT {colonnes} FROM neuves WHERE type_ligne = {COMMANDE} UNION ALL "
        f"SELECT {colonnes} FROM anciennes SEMI JOIN effacees USING (id) WHERE type_ligne = {COMMANDE}) "
        "WHERE numero_commande IN (SELECT numero_commande FROM vieux) "
        "OR numero_facture IN (SELECT numero_facture FROM vieux WHERE numero_facture IS NOT NULL)"
    )
    connexion.execute(
        f"INSERT INTO avoirs SELECT {_COLONNES}, filename, false FROM vieux "
        "WHERE (etablissement, numero_commande) IN (SELECT (etablissement, numero_commande) FROM bouges) "
        "OR (numero_facture IS NOT NULL AND (etablissement, numero_facture) IN "
        "(SELECT (etablissement, numero_facture) FROM bouges WHERE numero_facture IS NOT NULL))"
    )


def _choisir(connexion: Any) -> None:
    """The table `choix`: the origin of each credit note that has one, and its amount."""
    connexion.execute(
        "CREATE TEMP TABLE commandes AS SELECT *, "
        "row_number() OVER (ORDER BY date_commande, numero_commande, numero_ligne) AS tour FROM ("
        f"SELECT {_CLES} FROM neuves UNION ALL "
        f"SELECT {_CLES} FROM anciennes ANTI JOIN effacees USING (id)) "
        f"WHERE type_ligne = {COMMANDE} AND etablissement IN (SELECT etablissement FROM avoirs) "
        "AND (numero_commande IN (SELECT numero_commande FROM avoirs) "
        "OR numero_facture IN (SELECT numero_facture FROM avoirs WHERE numero_facture IS NOT NULL))"
    )
    connexion.execute("CREATE TEMP TABLE choix (id BIGINT, origine BIGINT, reprise BIGINT)")
    for lien, objet in _PREFERENCES:
        connexion.execute(
            "INSERT INTO choix SELECT id, min_by(origine, rang), min_by(reprise, rang) FROM ("
            "SELECT a.id, c.id AS origine, c.montant_ht AS reprise, "
            f"c.tour + CASE WHEN c.montant_ht < -a.montant_ht THEN {_TROP_PETITE} ELSE 0 END AS rang "
            "FROM (FROM avoirs ANTI JOIN choix USING (id)) a JOIN commandes c "
            f"USING (etablissement, {lien}, {objet})) GROUP BY id"
        )
