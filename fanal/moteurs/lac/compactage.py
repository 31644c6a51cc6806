"""Small files and replaced lines of a state, merged into sorted bigger files: fewer to open, better pruned.

Lines keep their identifiers, so that a later deposit replaces them by the same ids. DuckDB sorts them within
bounded memory and spills the rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fanal.moteurs.lac import schema
from fanal.moteurs.lac.entree.ecriture import ouvrir
from fanal.moteurs.lac.manifeste import EFFACEMENTS, LIGNES, VALEURS, Manifeste
from fanal.moteurs.lac.stockage import Stockage

MEMOIRE = "1000MB"
LIGNES_PAR_FICHIER = 4_000_000
# A large file is written again when one of its lines out of so many was replaced.
PART_EFFACEE = 20
_LOT = 200_000


@dataclass(frozen=True)
class Reuni:
    """A file written aside, with what the register says of it. `somme` in cents."""

    genre: str
    chemin: Path
    lignes: int
    somme: int = 0
    mois_min: int | None = None
    mois_max: int | None = None
    etablissements: tuple[int, ...] = ()


def choisir(manifeste: Manifeste, petit: int, effacees: int) -> list[str]:
    """The files of lines worth merging: those smaller than *petit* lines, and the large ones with replaced
    lines once *effacees*, how many there are, weigh enough for writing them again.
    """
    grands = [f for f in manifeste.lignes if f.lignes >= petit and f.efface]
    lourds = grands if effacees * PART_EFFACEE >= sum(f.lignes for f in grands) else []
    return [f.nom for f in manifeste.lignes if f.lignes < petit or f in lourds]


def compacter(
    manifeste: Manifeste, stockage: Stockage, noms: Sequence[str], dossier: Path,
    *, lignes_par_fichier: int = LIGNES_PAR_FICHIER,
) -> list[Reuni]:  # fmt: skip
    """Write in *dossier* what takes the place of the files of lines *noms*, of values and of erasures."""
    import duckdb

    with duckdb.connect(
        config={"memory_limit": MEMOIRE, "temp_directory": str(dossier / "duckdb")}
    ) as connexion:
        _vues(connexion, manifeste, stockage, noms)
        reunis = _lignes(connexion, dossier, lignes_par_fichier) if noms else []
        reunis += _valeurs(connexion, dossier)
        reunis += _effacements(connexion, dossier)
    return reunis


def _source(connexion: Any, nom: str, chemins: Sequence[Path], forme: Any) -> None:
    if chemins:
        cites = ", ".join("'" + str(c).replace("'", "''") + "'" for c in chemins)
        connexion.execute(f"CREATE VIEW {nom} AS SELECT * FROM read_parquet([{cites}])")  # noqa: S608 - our own names
    else:
        connexion.register(nom, forme.empty_table())


def _vues(connexion: Any, manifeste: Manifeste, stockage: Stockage, noms: Sequence[str]) -> None:
    choisis = set(noms)
    restants = [f.nom for f in manifeste.lignes if f.nom not in choisis and f.efface]
    for nom, fichiers, forme in (
        ("anciennes", noms, schema.LIGNES),
        ("restantes", restants, schema.LIGNES),
        ("parties", manifeste.effacements, schema.EFFACEMENTS),
        ("codes", manifeste.valeurs, schema.VALEURS),
    ):
        _source(connexion, nom, [stockage.chemin(f) for f in fichiers], forme)


def _lignes(connexion: Any, dossier: Path, par_fichier: int) -> list[Reuni]:
    """The lines in force of the chosen files, in the order of establishments, months, then arrival."""
    import pyarrow as pa
    import pyarrow.compute as pc

    colonnes = ", ".join(schema.LIGNES.names)
    lecteur = connexion.execute(
        f"SELECT {colonnes} FROM anciennes ANTI JOIN parties USING (id) ORDER BY etablissement, mois, id"  # noqa: S608 - our own columns
    ).to_arrow_reader(_LOT)
    reunis: list[Reuni] = []
    mesure: dict[str, Any] = {}
    ecrivain = None
    for lot in lecteur:
        table = pa.Table.from_batches([lot]).cast(schema.LIGNES)
        if ecrivain is None:
            chemin = dossier / f"lignes-{len(reunis)}.parquet"
            ecrivain, mesure = ouvrir(chemin), {"n": 0, "s": 0, "mois": [], "lieux": set()}
        ecrivain.write_table(table)
        bornes = pc.min_max(table["mois"]).as_py()
        mesure["n"] += table.num_rows
        mesure["s"] += pc.sum(table["montant_ht"]).as_py()
        mesure["mois"] += [bornes["min"], bornes["max"]]
        mesure["lieux"].update(pc.unique(table["etablissement"]).to_pylist())
        if mesure["n"] >= par_fichier:
            ecrivain.close()
            reunis.append(_reuni(chemin, mesure))
            ecrivain = None
    if ecrivain is not None:
        ecrivain.close()
        reunis.append(_reuni(chemin, mesure))
    return reunis


def _reuni(chemin: Path, mesure: dict[str, Any]) -> Reuni:
    return Reuni(
        LIGNES, chemin, mesure["n"], mesure["s"], min(mesure["mois"]), max(mesure["mois"]),
        tuple(sorted(mesure["lieux"])),
    )  # fmt: skip


def _valeurs(connexion: Any, dossier: Path) -> list[Reuni]:
    table = connexion.execute("SELECT * FROM codes ORDER BY dimension, code").to_arrow_table()
    return _ecrire(VALEURS, table.cast(schema.VALEURS), dossier)


def _effacements(connexion: Any, dossier: Path) -> list[Reuni]:
    """The erasures that still hide a line of a file left as it was."""
    table = connexion.execute("SELECT DISTINCT id FROM parties SEMI JOIN restantes USING (id) ORDER BY id")
    return _ecrire(EFFACEMENTS, table.to_arrow_table().cast(schema.EFFACEMENTS), dossier)


def _ecrire(genre: str, table: Any, dossier: Path) -> list[Reuni]:
    if not table.num_rows:
        return []
    chemin = dossier / f"{genre}.parquet"
    with ouvrir(chemin, table.schema) as ecrivain:
        ecrivain.write_table(table)
    return [Reuni(genre, chemin, table.num_rows)]
