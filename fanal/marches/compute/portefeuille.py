"""The register of contracts as one table, and what can be asked of it. Pure: the day is an argument.

Amounts are integer cents excluding VAT; null is always "unknown". `fin` is the last day of the period in
force, `fin_totale` the last day with every renewal, `etat_temps` one of `echeances.ETATS_TEMPS`.
`consomme_c` is null when no consumption was ever received. `social` and `environnement`: whether the
contract has at least one clause or criterion (DECP schema 2.0.3), null when it does not say.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

SCHEMA: dict[str, Any] = {
    "marche_id": pl.Int64,
    "identifiant": pl.String,
    "objet": pl.String,
    "niveau": pl.String,
    "ght": pl.String,
    "region": pl.String,
    "acheteur": pl.String,
    "acheteur_siret": pl.String,
    "titulaires": pl.String,
    "fournisseurs": pl.List(pl.Int64),
    "fournisseur_id": pl.Int64,
    "fournisseur": pl.String,
    "titulaires_valides": pl.Boolean,
    "executants": pl.List(pl.Int64),
    "famille": pl.String,
    "cpv": pl.String,
    "cpv_libelle": pl.String,
    "nature_achat": pl.String,
    "procedure": pl.String,
    "montant_c": pl.Int64,
    "maximum_c": pl.Int64,
    "consomme_c": pl.Int64,
    "depasse": pl.Boolean,
    "epuisement": pl.Date,
    "offres": pl.Int64,
    "innovant": pl.Boolean,
    "social": pl.Boolean,
    "environnement": pl.Boolean,
    "lancement": pl.Date,
    "notification": pl.Date,
    "publication": pl.Date,
    "debut": pl.Date,
    "fin": pl.Date,
    "fin_totale": pl.Date,
    "duree": pl.Int64,
    "etat": pl.String,
    "etat_temps": pl.String,
    "anomalies": pl.Int64,
    "mots": pl.String,
}
FAMILLE_INCONNUE = "Famille inconnue"
EN_COURS, INCONNUE = "en_cours", "inconnue"
# What one may ask of the state of a contract, beyond where it stands in time.
FIN_PROCHE, DEPASSE, ANOMALIES = "fin_proche", "depasse", "anomalies"


@dataclass(frozen=True)
class Filtres:
    """What to keep of the register. Empty: everything. Texts are looked for without case nor accents.

    `etat`: a value of `etat_temps`, or `FIN_PROCHE`, `DEPASSE`. Amounts are cents; days are included.
    """

    texte: str = ""
    etat: str = ""
    famille: str = ""
    cpv: str = ""
    acheteur: str = ""
    executant: frozenset[int] | None = None
    titulaire: str = ""
    fournisseurs: frozenset[int] | None = None
    procedure: str = ""
    fin_apres: date | None = None
    fin_avant: date | None = None
    anomalies: bool | None = None
    montant_min_c: int | None = None
    montant_max_c: int | None = None
    annee: int | None = None


@dataclass(frozen=True)
class Resume:
    """The figures of a set of contracts on a day."""

    nombre: int
    en_cours: int
    fin_proche: int
    depasses: int
    inconnus: int
    montant_en_cours_c: int
    en_cours_sans_montant: int


def plier(texte: pl.Expr) -> pl.Expr:
    """Lower case, without accents."""
    return texte.fill_null("").str.normalize("NFKD").str.replace_all(r"\p{M}", "").str.to_lowercase()


def plier_texte(texte: str) -> str:
    """The same for what was typed."""
    return str(pl.select(plier(pl.lit(texte))).item())


def avec_mots(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with its column `mots`: all that the search field looks into, folded once."""
    fields = ["identifiant", "objet", "acheteur", "acheteur_siret", "titulaires", "cpv", "cpv_libelle"]
    return frame.with_columns(plier(pl.concat_str(fields, separator="\n", ignore_nulls=True)).alias("mots"))


def fin_proche(le: date, horizon: date) -> pl.Expr:
    """In force on *le*, and over on *horizon* at the latest."""
    return (pl.col("etat_temps") == EN_COURS) & pl.col("fin").is_between(le, horizon)


def garder(frame: pl.DataFrame, filtres: Filtres, le: date, horizon: date) -> pl.DataFrame:
    """The rows of *frame* that answer every filter."""
    conditions = [*_textes(filtres), *_etats(filtres, le, horizon), *_bornes(filtres)]
    return frame.filter(*conditions) if conditions else frame


def _textes(filtres: Filtres) -> list[pl.Expr]:
    found = [pl.col("mots").str.contains(plier_texte(word), literal=True) for word in filtres.texte.split()]
    if filtres.famille:
        found.append(pl.col("famille") == filtres.famille)
    if filtres.cpv:
        found.append(pl.col("cpv").str.starts_with(filtres.cpv))
    if filtres.procedure:
        found.append(pl.col("procedure") == filtres.procedure)
    for column, text in (("acheteur", filtres.acheteur), ("titulaires", filtres.titulaire)):
        if text:
            where = pl.concat_str([column, "acheteur_siret"]) if column == "acheteur" else pl.col(column)
            found.append(plier(where).str.contains(plier_texte(text), literal=True))
    for column, keys in (("executants", filtres.executant), ("fournisseurs", filtres.fournisseurs)):
        if keys is not None:
            found.append(pl.col(column).list.eval(pl.element().is_in(list(keys))).list.any())
    return found


def _etats(filtres: Filtres, le: date, horizon: date) -> list[pl.Expr]:
    found = []
    if filtres.etat == FIN_PROCHE:
        found.append(fin_proche(le, horizon))
    elif filtres.etat == DEPASSE:
        found.append(pl.col("depasse"))
    elif filtres.etat:
        found.append(pl.col("etat_temps") == filtres.etat)
    if filtres.anomalies is not None:
        some = pl.col("anomalies") > 0
        found.append(some if filtres.anomalies else ~some)
    return found


def _bornes(filtres: Filtres) -> list[pl.Expr]:
    found = []
    if filtres.fin_apres is not None:
        found.append(pl.col("fin") >= filtres.fin_apres)
    if filtres.fin_avant is not None:
        found.append(pl.col("fin") <= filtres.fin_avant)
    if filtres.montant_min_c is not None:
        found.append(pl.col("montant_c") >= filtres.montant_min_c)
    if filtres.montant_max_c is not None:
        found.append(pl.col("montant_c") <= filtres.montant_max_c)
    if filtres.annee is not None:
        found.append(pl.col("notification").dt.year() == filtres.annee)
    return found


def resumer(frame: pl.DataFrame, le: date, horizon: date) -> Resume:
    """The figures of *frame* on day *le*."""
    active = pl.col("etat_temps") == EN_COURS
    row = frame.select(
        nombre=pl.len(),
        en_cours=active.sum(),
        fin_proche=fin_proche(le, horizon).sum(),
        depasses=pl.col("depasse").sum(),
        inconnus=(pl.col("etat_temps") == INCONNUE).sum(),
        montant_en_cours_c=pl.col("montant_c").filter(active).sum(),
        en_cours_sans_montant=(active & pl.col("montant_c").is_null()).sum(),
    ).row(0, named=True)
    return Resume(**{name: int(value or 0) for name, value in row.items()})


@dataclass(frozen=True)
class Fins:
    """How many contracts end in each period: `debut, nombre, montant_c, passee`, empty periods included.

    `pas`: "mois", "trimestre" or "annee". `avant`: how many ended before the first period shown.
    """

    pas: str
    periodes: pl.DataFrame
    avant: int


def fins_par_periode(frame: pl.DataFrame, le: date, depuis: date, maximum: int = 24) -> Fins:
    """The ends from *depuis* on, or all of them when none is to come, at the finest step that gives
    *maximum* periods at most."""
    known = frame.filter(pl.col("fin").is_not_null()).select("fin", "montant_c")
    shown = known.filter(pl.col("fin") >= depuis) if (known["fin"] >= le).any() else known
    for step, width in (("mois", "1mo"), ("trimestre", "1q"), ("annee", "1y")):
        counted = (
            shown.group_by(pl.col("fin").dt.truncate(width).alias("debut"))
            .agg(nombre=pl.len(), montant_c=pl.col("montant_c").sum())
            .sort("debut")
        )
        many = counted.height > 1
        full = counted.upsample("debut", every=width, maintain_order=True) if many else counted
        if full.height <= maximum or step == "annee":
            break
    this = pl.select(pl.lit(le).dt.truncate(width)).item()
    rows = full.with_columns(
        pl.col("nombre").fill_null(0), pl.col("montant_c").fill_null(0), passee=pl.col("debut") < this
    )
    return Fins(step, rows, known.height - shown.height)


def ranger(frame: pl.DataFrame, le: date) -> pl.DataFrame:
    """The nearest ends to come first, then the unknown ones, then the past from the latest back."""
    days = (pl.col("fin") - pl.lit(le)).dt.total_days()
    rank = pl.when(days >= 0).then(0).when(days.is_null()).then(1).otherwise(2)
    return frame.sort(rank, days.abs(), "marche_id", nulls_last=True)
