"""The words of the lines of the current trames, folded once per sealed version, for the search field."""

from dataclasses import dataclass
from typing import Any

import polars as pl

from fanal.achats.models import Action, GainOperateur
from fanal.achats.queries.performance import state
from fanal.achats.queries.tables import current
from fanal.achats.queries.versions import FORMAT, TRANCHE, TYPE, frame
from fanal.campagnes.models import Dossier
from fanal.comptes.perimetre import Perimetre
from fanal.memoire import Memoire, stable
from fanal.territoires.models import OperateurAchat

SCHEMA: dict[str, Any] = {
    "action_id": pl.Int64,
    "version_id": pl.Int64,
    "identifiant": pl.String,
    "intitule": pl.String,
    "numero_marche": pl.String,
    "nom_operateur": pl.String,
}
DOSSIERS: dict[str, Any] = {"version_id": pl.Int64, "ght": pl.String, "annee": pl.Int64, "sceau": pl.String}
PLIES: dict[str, Any] = {"mots": pl.String, "marche": pl.String, "operateur": pl.String}
PART = 30_000  # lines looked into at once: common words are found in the first of them
GRANDE = 50  # dossiers past which the whole table is kept, for those who see a région or the nation

_versions: Memoire[pl.DataFrame] = Memoire(2_000)
_reunies: "Memoire[Index]" = Memoire(2)
_indexes: "Memoire[Index]" = Memoire(100)
_declarees: Memoire[pl.DataFrame] = Memoire(16)


def folded(text: pl.Expr) -> pl.Expr:
    """Lower case, without accents."""
    return text.str.normalize("NFKD").str.replace_all(r"\p{M}", "").str.to_lowercase()


def fold(text: str) -> str:
    """The same for what was typed."""
    return str(pl.select(folded(pl.lit(text))).item())


def compact(text: pl.Expr) -> pl.Expr:
    """A contract number whatever its spaces, its punctuation and its case."""
    return text.str.to_uppercase().str.replace_all(r"[^0-9A-Z]", "")


@dataclass(frozen=True)
class Index:
    """The lines of the current trames in a perimeter, and what they name, each name once.

    `lignes`: `SCHEMA`, `PLIES`, `ght`, `annee` and `rang_marche`, the latest campaigns first. `marches`: each
    `marche` with its `rang_marche` and the `nombre` of its lines. `operateurs`: each `nom_operateur` with its
    `operateur`, `ght`, `annee` and the `nombre` of its lines.
    """

    lignes: pl.DataFrame
    marches: pl.DataFrame
    operateurs: pl.DataFrame

    def by_contract(self, text: str, most: int) -> pl.DataFrame:
        """The first *most* lines whose contract number contains *text*, the nearest to it first."""
        found = containing(self.marches, "marche", text)
        if found.is_empty():
            return self.lignes.clear()
        length = pl.col("marche").str.len_chars()
        shorter = found.group_by(length.alias("n")).agg(pl.col("nombre").sum()).sort("n")
        # Beyond the length that brings the last line wanted, none can come before it.
        enough = shorter.filter(pl.col("nombre").cum_sum() - pl.col("nombre") < most)
        ranks = found.filter(length <= enough["n"].max())["rang_marche"]
        lines = self.lignes.filter(pl.col("rang_marche").is_in(ranks.implode()))
        order = [length, pl.col("annee"), pl.col("action_id")]
        return lines.sort(*order, descending=[False, True, False]).head(most)

    def by_words(self, text: str, most: int) -> pl.DataFrame:
        """The first *most* lines whose identifier or title contains *text*, the latest campaigns first."""
        return first_containing(self.lignes, "mots", text, most)

    def by_operator(self, text: str, most: int) -> pl.DataFrame:
        """The first *most* operators whose name contains *text*, by GHT and year, the latest first."""
        found = containing(self.operateurs, "operateur", text)
        return found.sort("annee", "nom_operateur", "ght", descending=[True, False, False]).head(most)


def index_in(perimetre: Perimetre) -> Index:
    """`index_of`, kept while its versions and the names of their dossiers stay."""
    seen = (_current(perimetre), state())
    return _indexes.lire(perimetre, seen, lambda: index_of(perimetre), seul=False)


def _current(perimetre: Perimetre) -> tuple[int, ...]:
    """The versions that hold today in the perimeter."""

    def read() -> tuple[int, ...]:
        rows = Dossier.objects.filter(perimetre.dossiers_q(), version_courante__isnull=False)
        held = rows.filter(campagne__type_campagne=TYPE).order_by("pk")
        return tuple(held.values_list("version_courante_id", flat=True))

    return stable(("achats.recherche", perimetre), read)


def index_of(perimetre: Perimetre) -> Index:
    """The lines of the current trames in the perimeter."""
    rows = Dossier.objects.filter(
        perimetre.dossiers_q(),
        campagne__type_campagne=TYPE,
        format=FORMAT,
        version_courante__isnull=False,
    )
    dossiers = frame(
        rows,
        DOSSIERS,
        version_id="version_courante_id",
        ght="ght__code",
        annee="campagne__annee",
        sceau="version_courante__empreinte",
    )
    if dossiers.height <= GRANDE:
        return _gather(dossiers)
    return _reunies.lire(tuple(sorted(dossiers.rows())), "", lambda: _gather(dossiers))


def _gather(dossiers: pl.DataFrame) -> Index:
    seals = dict(zip(dossiers["version_id"].to_list(), dossiers["sceau"].to_list(), strict=True))
    tables = _versions.lire_lot(seals, _read)
    lines = pl.concat([pl.DataFrame(schema=SCHEMA | PLIES), *tables], rechunk=True)
    return indexed(lines.join(dossiers.drop("sceau"), on="version_id", how="left"))


def indexed(lines: pl.DataFrame) -> Index:
    """The lines (`SCHEMA`, `PLIES`, `ght`, `annee`), sorted once and what they name gathered once."""
    lines = lines.sort("annee", "action_id", descending=[True, False])
    lines = lines.with_columns(pl.col("marche").rank("dense").alias("rang_marche"))
    named = lines.group_by("nom_operateur", "operateur", "ght", "annee").agg(pl.len().alias("nombre"))
    contracts = lines.group_by("marche", "rang_marche").agg(pl.len().alias("nombre"))
    return Index(lines.rechunk(), contracts, named)


def _read(versions: list[Any]) -> dict[Any, pl.DataFrame]:
    found = {version: pl.DataFrame(schema=SCHEMA | PLIES) for version in versions}
    for start in range(0, len(versions), TRANCHE):
        rows = Action.objects.filter(version__in=versions[start : start + TRANCHE])
        names = {n: n for n in SCHEMA} | {"action_id": "pk"}
        read = frame(rows, SCHEMA, **names).with_columns(
            folded(pl.concat_str("identifiant", "intitule", separator="\n")).alias("mots"),
            compact(pl.col("numero_marche")).alias("marche"),
            folded(pl.col("nom_operateur")).alias("operateur"),
        )
        found |= {key[0]: table for key, table in read.partition_by("version_id", as_dict=True).items()}
    return found


def containing(lines: pl.DataFrame, column: str, text: str) -> pl.DataFrame:
    """The lines whose *column* contains the text as it is; none for no text."""
    return lines.filter(pl.col(column).str.contains(text, literal=True)) if text else lines.clear()


def first_containing(lines: pl.DataFrame, column: str, text: str, most: int) -> pl.DataFrame:
    """The first *most* lines of `containing`, found without looking into those that come after them."""
    if not text:
        return lines.clear()
    places: list[int] = []
    for start in range(0, lines.height, PART):
        part = lines[column].slice(start, PART)
        # Where they are first: taking a few lines costs less than filtering every column.
        rows = part.str.contains(text, literal=True).arg_true().head(most - len(places))
        places += [start + row for row in rows]
        if len(places) >= most:
            break
    return lines[places]


DECLARES: dict[str, Any] = {
    "rang": pl.Int64,
    "dossier_id": pl.Int64,
    "version": pl.Int64,
    "ligne": pl.Int64,
    "operateur": pl.String,
    "numero_marche": pl.String,
    "finess": pl.String,
    "annee": pl.Int64,
}


def declared_in(perimetre: Perimetre) -> pl.DataFrame:
    """`declarations_of`, kept while its versions and the operators' names stay."""
    names = stable("achats.operateurs", lambda: tuple(OperateurAchat.objects.values_list("pk", "nom")))
    return _declarees.lire(perimetre, (_current(perimetre), names), lambda: declarations_of(perimetre))


def declarations_of(perimetre: Perimetre) -> pl.DataFrame:
    """What operators of the perimeter declare today: `DECLARES`, and `marche` folded; the latest first."""
    rows = current(GainOperateur.objects.filter(perimetre.dossiers_q("version__dossier__")))
    read = frame(
        rows,
        DECLARES,
        rang="pk",
        dossier_id="version__dossier_id",
        version="version__numero",
        ligne="ligne",
        operateur="version__dossier__operateur__nom",
        numero_marche="numero_marche",
        finess="finess",
        annee="annee",
    )
    plain = read.with_columns(folded(pl.col("numero_marche")).alias("marche"))
    return plain.sort("annee", "rang", descending=[True, False])


def declarations(declared: pl.DataFrame, text: str, most: int) -> pl.DataFrame:
    """The first *most* declarations with *text*, spaces or not, in their contract number, or as FINESS."""
    short = text.replace(" ", "")
    number = pl.col("marche")
    wanted = number.str.contains(fold(text), literal=True) | number.str.contains(fold(short), literal=True)
    return declared.filter(wanted | (pl.col("finess") == short.upper())).head(most)
