"""The rows of sealed versions as tables: they never change, so each version is read once.

A deposit, a decision or a publication then costs the reading of what it brought, not of the whole campaign.
"""

from collections.abc import Collection
from typing import Any

import polars as pl
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BigIntegerField, Case, CharField, DecimalField, F, QuerySet, Value, When
from django.db.models.functions import Cast, Coalesce, Round

from fanal.achats.compute.entree import SCHEMA_ACTIONS
from fanal.achats.models import Action
from fanal.campagnes.models import Campagne, Decision, Dossier
from fanal.memoire import Memoire

TYPE, FORMAT = "performance", "paat"
CLES = {"dossier_id": pl.Int64, "cle": pl.String, "empreinte": pl.String}
DOSSIERS = {"version_id": pl.Int64, "dossier_id": pl.Int64, "ght": pl.String, "region": pl.String}
# Kinds of columns that need no conversion but that of dates.
BRUTS = {pl.Int64, pl.Int32, pl.String, pl.Date}
TRANCHE = 500  # versions named in one query
SANS_DECISION = {"decision": pl.String, "montant_decide_c": pl.Int64}

_versions: Memoire[pl.DataFrame] = Memoire(2_000)
_decisions: Memoire[pl.DataFrame] = Memoire(24)


def cents(name: str) -> Cast:
    """Euros of a column as integer cents."""
    return Cast(Round(F(name) * 100), BigIntegerField())


def euros(name: str) -> pl.Expr:
    """Integer cents of a column as euros with two decimals."""
    return (pl.col(name).cast(pl.Decimal(18, 2)) / 100).cast(pl.Decimal(18, 2))


def reference_cents() -> Coalesce:
    """Annual reference amount: as typed, else P0·Q (over an investment's years), else the perimeter."""
    years = Case(
        When(nature_depense="investissement", then=F("duree_amortissement")),
        default=Value(1),
        output_field=DecimalField(max_digits=18, decimal_places=6),
    )
    product = Cast(Round(F("prix_reference_ttc") * F("quantite_reference") * 100 / years), BigIntegerField())
    return Coalesce(cents("montant_reference_ttc"), product, cents("perimetre_traite_ttc"))


def frame(rows: "QuerySet[Any]", schema: dict[str, Any], **columns: Any) -> pl.DataFrame:
    """Run one query. *columns* maps each column to a field path or an expression."""
    kinds = {n: schema[n] for n in columns}
    named = {f"c_{n}": F(v) if isinstance(v, str) else v for n, v in columns.items()}
    if connection.vendor == "sqlite" and BRUTS.issuperset(kinds.values()):
        return _frame_sqlite(rows, kinds, named)
    data = rows.order_by().annotate(**named).values_list(*named)
    return pl.DataFrame(list(data), schema=kinds, orient="row")


def _frame_sqlite(rows: "QuerySet[Any]", kinds: dict[str, Any], named: dict[str, Any]) -> pl.DataFrame:
    """The same without a call in Python for each integer and each date: SQLite has integers as they are, and
    dates as texts, converted together.
    """
    dates = [n for n, kind in kinds.items() if kind == pl.Date]
    named = named | {f"c_{n}": Cast(named[f"c_{n}"], CharField()) for n in dates}
    try:
        sql, params = rows.order_by().annotate(**named).values_list(*named).query.sql_with_params()
    except EmptyResultSet:
        return pl.DataFrame(schema=kinds)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        data = cursor.fetchall()
    read = pl.DataFrame(data, schema=kinds | dict.fromkeys(dates, pl.String), orient="row")
    return read.with_columns(pl.col(n).str.to_date("%Y-%m-%d") for n in dates)


COLONNES: dict[str, Any] = {
    "action_id": "pk",
    "finess": "finess",
    "role": "role",
    "famille": "famille",
    "operateur": "operateur",
    "nom_operateur": "nom_operateur",
    "numero_marche": "numero_marche",
    "identifiant": "identifiant",
    "date_premiere_commande": "date_premiere_commande",
    "cause_prix": "cause_prix",
    "reference_c": reference_cents(),
    "gain_c": cents("gain_annuel_ttc"),
    "cle": "cle",
    "empreinte": "empreinte",
    "version_id": "version_id",
}
SCHEMA = {n: (SCHEMA_ACTIONS | CLES | DOSSIERS)[n] for n in COLONNES}


def actions_of(campagnes: Collection[Campagne]) -> pl.DataFrame:
    """The actions of the current versions of these campaigns: the columns of a consolidation, and `CLES`."""
    kept = [c for c in campagnes if c.type_campagne == TYPE]
    rows = Dossier.objects.filter(campagne__in=kept, format=FORMAT, version_courante__isnull=False)
    dossiers = frame(
        rows,
        DOSSIERS | {"campagne_annee": SCHEMA_ACTIONS["campagne_annee"], "sceau": pl.String},
        version_id="version_courante_id",
        dossier_id="pk",
        ght="ght__code",
        region="ght__region__sigle",
        campagne_annee="campagne__annee",
        sceau="version_courante__empreinte",
    )
    seals = dict(zip(dossiers["version_id"].to_list(), dossiers["sceau"].to_list(), strict=True))
    tables = _versions.lire_lot(seals, _read_versions)
    lines = pl.concat([pl.DataFrame(schema=SCHEMA), *tables], rechunk=True)
    return lines.join(dossiers.drop("sceau"), on="version_id", how="left").drop("version_id")


def _read_versions(versions: list[Any]) -> dict[Any, pl.DataFrame]:
    """The rows of these versions, one table each."""
    read = {version: pl.DataFrame(schema=SCHEMA) for version in versions}
    for start in range(0, len(versions), TRANCHE):
        rows = Action.objects.filter(version__in=versions[start : start + TRANCHE])
        found = frame(rows, SCHEMA, **COLONNES).partition_by("version_id", as_dict=True)
        read |= {key[0]: table for key, table in found.items()}
    return read


def decisions_of(campagnes: Collection[Campagne]) -> pl.DataFrame:
    """Decisions that hold in these campaigns, by dossier, key and hash of the decided content; annual amounts
    in cents.

    Those of a campaign are read again when it has been written to.
    """
    tables = [
        _decisions.lire(c.pk, (c.type_campagne, c.revision), lambda c=c: _read_decisions(c))  # type: ignore[misc]  # bound default
        for c in campagnes
    ]
    return pl.concat([pl.DataFrame(schema=CLES | SANS_DECISION), *tables])


def _read_decisions(campagne: Campagne) -> pl.DataFrame:
    return frame(
        Decision.objects.filter(courante=True, dossier__campagne=campagne),
        CLES | SANS_DECISION,
        dossier_id="dossier_id",
        cle="cle",
        empreinte="empreinte",
        decision="sens",
        montant_decide_c=cents("montant"),
    )
