"""The plan itself: its actions by status and by month, whatever their results."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
from django.db.models.functions import Coalesce

from fanal.achats.models import Action
from fanal.achats.queries.performance import state
from fanal.achats.queries.tables import current
from fanal.achats.queries.versions import TYPE, cents, euros, frame
from fanal.campagnes.models import Campagne
from fanal.campagnes.queries.campagnes import toutes
from fanal.comptes.perimetre import Perimetre
from fanal.memoire import Memoire

STATUTS = {
    "envisagée": ("Envisagée", "neutre"),
    "en cours": ("En cours", "attente"),
    "notifiée": ("Notifiée", "decide"),
    "abandonnée": ("Abandonnée", "refus"),
    "": ("Non précisé", "neutre"),
}
TEXTES = ("identifiant", "intitule", "statut", "acheteur", "famille", "numero_marche")
COLONNES: dict[str, tuple[Any, Any]] = {
    "pk": ("pk", pl.Int64),
    **{name: (name, pl.String) for name in TEXTES},
    "ght": ("version__dossier__ght__code", pl.String),
    "ght_id": ("version__dossier__ght_id", pl.Int64),
    "echeance": (Coalesce("date_prevue", "date_premiere_commande"), pl.Date),
    "gain_previsionnel_ttc": (cents("gain_previsionnel_ttc"), pl.Int64),
    "gain_annuel_ttc": (cents("gain_annuel_ttc"), pl.Int64),
}
VIDE = pl.DataFrame(schema={name: kind for name, (_, kind) in COLONNES.items()})


@dataclass(frozen=True)
class Mois:
    """A month of the plan: how many actions fall in it, and their annual gains in euros.

    `prevu` is what is still only expected, `declare` what was declared.
    """

    premier_jour: date
    actions: int
    prevu: Decimal | None
    declare: Decimal | None


@dataclass(frozen=True)
class PlanLu:
    """The plan of a year: its actions (columns of `COLONNES`, amounts in euros), by status, by month."""

    actions: pl.DataFrame
    statuts: dict[str, int]
    mois: list[Mois]


_campagnes: Memoire[pl.DataFrame] = Memoire(8)
_plans: Memoire[PlanLu] = Memoire(32)


def read_plan(annee: int, periode: str, perimetre: Perimetre) -> PlanLu:
    """The plan of the year that *perimetre* sees, read again only when its campaign is written to."""
    campagne = next((c for c in of_year(annee) if c.periode == periode), None)
    if campagne is None:
        return _lay_out(VIDE)
    now = (campagne.revision, *state()[2:])

    def lay_out() -> PlanLu:
        actions = _campagnes.lire(campagne.pk, now, lambda: _read(campagne))
        seen = actions if perimetre.national else actions.filter(pl.col("ght_id").is_in(perimetre.ghts))
        return _lay_out(seen)

    return _plans.lire((campagne.pk, perimetre), now, lay_out)


def _read(campagne: Campagne) -> pl.DataFrame:
    rows = current(Action.objects.filter(version__dossier__campagne=campagne))
    schema = {name: kind for name, (_, kind) in COLONNES.items()}
    read = frame(rows, schema, **{name: path for name, (path, _) in COLONNES.items()})
    return read.sort("echeance", "pk", nulls_last=True)


def _lay_out(actions: pl.DataFrame) -> PlanLu:
    shown = actions.with_columns(euros("gain_previsionnel_ttc"), euros("gain_annuel_ttc"))
    counts = shown.group_by("statut").len().sort("statut")
    return PlanLu(shown, dict(counts.iter_rows()), _by_month(shown))


def of_year(annee: int) -> list[Campagne]:
    """The performance campaigns of a year."""
    return [c for c in toutes() if c.type_campagne == TYPE and c.annee == annee]


def latest_period(annee: int) -> str:
    """The period of the year that opened last; the end of the year when there is none."""
    latest = max(of_year(annee), key=lambda c: c.ouverture, default=None)
    return latest.periode if latest else "fin-annee"


def _by_month(actions: pl.DataFrame) -> list[Mois]:
    """The months of the plan, in order; actions without any date are left out."""
    expected = (pl.col("statut") != "abandonnée") & pl.col("gain_annuel_ttc").is_null()
    rows = (
        actions.filter(pl.col("echeance").is_not_null())
        .group_by(pl.col("echeance").dt.truncate("1mo").alias("mois"))
        .agg(
            pl.len(),
            _known_sum(pl.col("gain_previsionnel_ttc").filter(expected)).alias("prevu"),
            _known_sum(pl.col("gain_annuel_ttc")).alias("declare"),
        )
        .sort("mois")
    )
    return [Mois(*row) for row in rows.iter_rows()]


def _known_sum(column: pl.Expr) -> pl.Expr:
    """The sum of the known values, null when there is none."""
    return pl.when(column.count() > 0).then(column.sum())
