"""Whether the lake is what its register says: hashes, counts, sums, keys, codes, recomputed from the bytes.

DuckDB reads the files one at a time, then a state of the lake as a whole, with bounded memory: keys are
compared by parts of their hashes, so that any number of lines can be looked at.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fanal.moteurs.lac.manifeste import Manifeste
from fanal.moteurs.lac.schema import BITS_DU_RANG, DIMENSIONS, SANS_LIGNE
from fanal.moteurs.lac.stockage import Stockage

MEMOIRE = "1000MB"
BLOC = 1024 * 1024
# Keys held at once when duplicates are looked for.
CLES_A_LA_FOIS = 10_000_000
EXEMPLES = 3
LIGNES, ECARTEES = "lignes", "ecartees"
Progres = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Annonce:
    """What the register says of a file. `somme` in cents."""

    nom: str
    genre: str
    empreinte: str
    lignes: int
    somme: int = 0
    mois_min: int | None = None
    mois_max: int | None = None
    etablissements: frozenset[int] = frozenset()
    depot: int | None = None


@dataclass(frozen=True)
class Mesure:
    """What a file holds. `somme` in cents; `depots`: those that its lines came from; `reprises`: the new
    versions of lines that the file of the deposit does not hold, for `somme_reprises`.
    """

    lignes: int
    somme: int = 0
    mois_min: int | None = None
    mois_max: int | None = None
    etablissements: frozenset[int] = frozenset()
    depots: frozenset[int] = frozenset()
    reprises: int = 0
    somme_reprises: int = 0


@dataclass
class Etat:
    """What the state in force holds, and each fault in words. `montant` in cents."""

    lignes: int = 0
    montant: int = 0
    fautes: list[str] = field(default_factory=list)


def empreinte_lointaine(stockage: Stockage, nom: str) -> str:
    """The SHA-256 of a file of the lake, read by blocks where it lies. Raises FileNotFoundError."""
    somme = hashlib.sha256()
    with stockage.ouvrir(nom) as fichier:
        while bloc := fichier.read(BLOC):
            somme.update(bloc)
    return somme.hexdigest()


@contextmanager
def ouvrir(travail: Path) -> Iterator[Any]:
    """A DuckDB connection of bounded memory, which spills into *travail*."""
    import duckdb

    with duckdb.connect(
        config={"memory_limit": MEMOIRE, "temp_directory": str(travail / "duckdb")}
    ) as connexion:
        connexion.execute("SET preserve_insertion_order = false")
        yield connexion


def verifier_fichier(connexion: Any, stockage: Stockage, dit: Annonce) -> tuple[Mesure | None, list[str]]:
    """Hold a file against what the register says of it: what it holds, and the faults."""
    try:
        empreinte = empreinte_lointaine(stockage, dit.nom)
    except FileNotFoundError:
        return None, [f"Le fichier « {dit.nom} » manque. Remettez-le en place depuis une sauvegarde."]
    if empreinte != dit.empreinte:
        return None, [
            f"Le fichier « {dit.nom} » a changé : son empreinte n'est plus celle du registre. Remettez-le en "
            "place depuis une sauvegarde."
        ]
    try:
        mesure = mesurer(connexion, stockage.chemin(dit.nom), dit.genre)
    except Exception as erreur:  # DuckDB has one class per cause; all mean that the file cannot be read
        return None, [f"Le fichier « {dit.nom} » ne se lit pas ({type(erreur).__name__})."]
    return mesure, [f"Le fichier « {dit.nom} » : {ecart}" for ecart in ecarts(dit, mesure)]


def mesurer(connexion: Any, chemin: Path, genre: str) -> Mesure:
    """Count a local file: its lines, and for order lines their sum, months, establishments and deposits."""
    source = _fichiers([chemin])
    if genre == LIGNES:
        nombre, somme, debut, fin, lieux, depots, *reprises = connexion.execute(
            "SELECT count(*), coalesce(sum(montant_ht), 0)::BIGINT, min(mois), max(mois), "  # noqa: S608 - our own path
            f"list(DISTINCT etablissement), list(DISTINCT id >> {BITS_DU_RANG}), "
            f"count(*) FILTER (ligne = {SANS_LIGNE}), "
            f"coalesce(sum(montant_ht) FILTER (ligne = {SANS_LIGNE}), 0)::BIGINT FROM {source}"
        ).fetchone()
        return Mesure(nombre, somme, debut, fin, frozenset(lieux or ()), frozenset(depots or ()), *reprises)
    montant = "coalesce(sum(_montant_ht), 0)::BIGINT" if genre == ECARTEES else "0"
    nombre, somme = connexion.execute(f"SELECT count(*), {montant} FROM {source}").fetchone()  # noqa: S608 - our own path
    return Mesure(nombre, somme)


def ecarts(dit: Annonce, mesure: Mesure) -> list[str]:
    """What differs between the register and a file, in words."""
    trouves = []
    if mesure.lignes != dit.lignes:
        trouves.append(f"{mesure.lignes} lignes, {dit.lignes} au registre.")
    if dit.genre != LIGNES:
        return trouves
    if mesure.somme != dit.somme:
        trouves.append(f"somme de {euros(mesure.somme)} € HT, {euros(dit.somme)} au registre.")
    if (mesure.mois_min, mesure.mois_max) != (dit.mois_min, dit.mois_max):
        trouves.append("ses mois ne sont pas ceux du registre.")
    # An empty list at the register means that the establishments were not written down.
    if dit.etablissements and mesure.etablissements != dit.etablissements:
        trouves.append("ses établissements ne sont pas ceux du registre.")
    if dit.depot is not None and mesure.depots - {dit.depot}:
        trouves.append(f"des lignes ne portent pas le numéro de son dépôt ({dit.depot}).")
    return trouves


def verifier_etat(
    connexion: Any, manifeste: Manifeste, stockage: Stockage, codes: Mapping[str, int], avance: Progres
) -> Etat:
    """Look at a whole state, whose files are all readable: keys, identifiers, erasures, codes.

    *codes*: the last code given in each dimension.
    """
    etat = Etat()
    _tables(connexion, manifeste, stockage)
    etat.lignes, etat.montant = connexion.execute(
        "SELECT count(*), coalesce(sum(montant_ht), 0)::BIGINT FROM vigueur"
    ).fetchone()
    for rang, question in enumerate((_effacees_visibles, _identifiants, _cles, _valeurs)):
        avance("Lignes en vigueur", rang, 4)
        etat.fautes += question(connexion, etat.lignes)
    for dimension in DIMENSIONS:
        etat.fautes += _codes(connexion, dimension.nom, codes.get(dimension.nom, 0))
    avance("Lignes en vigueur", 4, 4)
    return etat


def _fichiers(chemins: Iterable[Path]) -> str:
    return "read_parquet([" + ", ".join("'" + str(c).replace("'", "''") + "'" for c in chemins) + "])"


def _tables(connexion: Any, manifeste: Manifeste, stockage: Stockage) -> None:
    """The views `saines` and `touchees` (files without and with replaced lines), `parties`, `vigueur`."""
    from fanal.moteurs.lac import schema

    for nom, noms, forme in (
        ("saines", [f.nom for f in manifeste.lignes if not f.efface], schema.LIGNES),
        ("touchees", [f.nom for f in manifeste.lignes if f.efface], schema.LIGNES),
        ("parties", manifeste.effacements, schema.EFFACEMENTS),
        ("valeurs", manifeste.valeurs, schema.VALEURS),
    ):
        _table(connexion, nom, [stockage.chemin(n) for n in noms], forme)
    connexion.execute(
        "CREATE VIEW vigueur AS SELECT * FROM saines UNION ALL "
        "SELECT * FROM touchees ANTI JOIN parties USING (id)"
    )


def _table(connexion: Any, nom: str, chemins: Sequence[Path], forme: Any) -> None:
    if chemins:
        connexion.execute(f"CREATE VIEW {nom} AS SELECT * FROM {_fichiers(chemins)}")  # noqa: S608 - our own names
    else:
        connexion.register(nom, forme.empty_table())


def _effacees_visibles(connexion: Any, lignes: int) -> list[str]:
    (nombre,) = connexion.execute("SELECT count(*) FROM saines SEMI JOIN parties USING (id)").fetchone()
    if not nombre:
        return []
    return [
        f"{nombre} lignes remplacées par un dépôt ultérieur comptent encore : le registre les a oubliées."
    ]


def _identifiants(connexion: Any, lignes: int) -> list[str]:
    doubles = _doubles(connexion, "id", "id", lignes)
    return [f"Le numéro de ligne {d[0]} est porté par {d[1]} lignes en vigueur." for d in doubles]


def _cles(connexion: Any, lignes: int) -> list[str]:
    cle = "etablissement, numero_commande, numero_ligne"
    valeurs = dict(
        connexion.execute("SELECT code, valeur FROM valeurs WHERE dimension = 'etablissement'").fetchall()
    )
    return [
        f"La ligne {ligne} de la commande {commande} de l'établissement {valeurs.get(lieu, lieu)} est en "
        f"vigueur {fois} fois."
        for lieu, commande, ligne, fois in _doubles(connexion, f"hash({cle})", cle, lignes)
    ]


def _doubles(connexion: Any, hachage: str, cle: str, lignes: int) -> list[Any]:
    """Some keys that several lines in force have; the lines are taken by parts of their hashes."""
    tours = max(1, -(-lignes // CLES_A_LA_FOIS))
    trouves: list[Any] = []
    for tour in range(tours):
        connexion.execute(
            f"CREATE OR REPLACE TEMP TABLE suspects AS SELECT {hachage} AS h FROM vigueur "  # noqa: S608 - our own columns
            f"WHERE ({hachage} % {tours}) = {tour} GROUP BY 1 HAVING count(*) > 1"
        )
        trouves += connexion.execute(
            f"SELECT {cle}, count(*) FROM vigueur WHERE {hachage} IN (FROM suspects) "  # noqa: S608 - our own columns
            f"GROUP BY ALL HAVING count(*) > 1 ORDER BY ALL LIMIT {EXEMPLES}"
        ).fetchall()
        if len(trouves) >= EXEMPLES:
            break
    return trouves[:EXEMPLES]


def _valeurs(connexion: Any, lignes: int) -> list[str]:
    fautes = []
    for quoi, dit in (("code", "Le code"), ("valeur", "La valeur")):
        for dimension, valeur, fois in connexion.execute(
            f"SELECT dimension, {quoi}, count(*) FROM valeurs GROUP BY ALL HAVING count(*) > 1 "  # noqa: S608 - our own columns
            f"ORDER BY ALL LIMIT {EXEMPLES}"
        ).fetchall():
            fautes.append(f"{dit} « {valeur} » de la dimension « {dimension} » est écrit {fois} fois.")
    return fautes


def _codes(connexion: Any, dimension: str, dernier: int) -> list[str]:
    """Codes of lines without a value, and values beyond the last code given."""
    orphelins, nombre = connexion.execute(
        f"SELECT list({dimension} ORDER BY {dimension})[:{EXEMPLES}], count(*) FROM ("  # noqa: S608 - our own columns
        f"SELECT DISTINCT {dimension} FROM vigueur WHERE {dimension} IS NOT NULL) "
        f"WHERE {dimension} NOT IN (SELECT code FROM valeurs WHERE dimension = '{dimension}')"
    ).fetchone()
    fautes = []
    if nombre:
        cites = ", ".join(map(str, orphelins))
        fautes.append(f"Dimension « {dimension} » : {nombre} codes n'ont pas de valeur ({cites}).")
    (trop,) = connexion.execute(
        "SELECT count(*) FROM valeurs WHERE dimension = ? AND code > ?", [dimension, dernier]
    ).fetchone()
    if trop:
        fautes.append(f"Dimension « {dimension} » : {trop} codes dépassent le dernier attribué ({dernier}).")
    return fautes


def euros(centimes: int) -> str:
    """Cents as a decimal text with two digits."""
    signe, reste = ("-" if centimes < 0 else ""), abs(centimes)
    return f"{signe}{reste // 100}.{reste % 100:02d}"
