"""The words of the lines of the current trames, folded once per sealed version, for the search field."""

from typing import Any

import polars as pl

from fanal.achats.models import Action
from fanal.achats.queries.versions import FORMAT, TRANCHE, TYPE, frame
from fanal.campagnes.models import Dossier
from fanal.comptes.perimetre import Perimetre
from fanal.memoire import Memoire

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
GRANDE = 50  # dossiers past which the whole table is kept, for those who see a région or the nation

_versions: Memoire[pl.DataFrame] = Memoire(2_000)
_reunies: Memoire[pl.DataFrame] = Memoire(2)


def folded(text: pl.Expr) -> pl.Expr:
    """Lower case, without accents."""
    return text.str.normalize("NFKD").str.replace_all(r"\p{M}", "").str.to_lowercase()


def fold(text: str) -> str:
    """The same for what was typed."""
    return str(pl.select(folded(pl.lit(text))).item())


def compact(text: pl.Expr) -> pl.Expr:
    """A contract number whatever its spaces, its punctuation and its case."""
    return text.str.to_uppercase().str.replace_all(r"[^0-9A-Z]", "")


def lines_seen(perimetre: Perimetre) -> pl.DataFrame:
    """The lines of the current trames in the perimeter: `SCHEMA`, `PLIES`, `ght` and `annee`."""
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
    return _reunies.lire(tuple(sorted(dossiers["version_id"])), "", lambda: _gather(dossiers))


def _gather(dossiers: pl.DataFrame) -> pl.DataFrame:
    seals = dict(zip(dossiers["version_id"].to_list(), dossiers["sceau"].to_list(), strict=True))
    tables = _versions.lire_lot(seals, _read)
    lines = pl.concat([pl.DataFrame(schema=SCHEMA | PLIES), *tables], rechunk=True)
    return lines.join(dossiers.drop("sceau"), on="version_id", how="left")


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
