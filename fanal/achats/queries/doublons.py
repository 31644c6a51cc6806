"""Gains claimed on both sides and gains that operators alone claim, as rows to show and to decide."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from fanal.achats.compute import Consolidation
from fanal.achats.compute.doublons import claimed_alone, claimed_twice
from fanal.achats.models import GainOperateur
from fanal.achats.queries.lot import Lot, Saisie
from fanal.achats.queries.tables import current
from fanal.campagnes.models import Dossier
from fanal.campagnes.registre import Choix
from fanal.comptes.perimetre import Perimetre


def _euros(frame: pl.DataFrame) -> pl.DataFrame:
    """Columns of integer cents as euros, without their suffix."""
    cents = [c for c in frame.columns if c.endswith("_c")]
    return frame.with_columns(
        (pl.col(c).cast(pl.Decimal(18, 2)) / 100).cast(pl.Decimal(18, 2)).alias(c.removesuffix("_c"))
        for c in cents
    )


def twice_table(result: Consolidation) -> pl.DataFrame:
    """Contracts and establishments claimed on both sides, amounts of the year in euros."""
    twice = claimed_twice(result.lignes, result.operateurs)
    side = (
        pl.when(pl.col("declare_c") > pl.col("operateur_c"))
        .then(pl.lit("operateur"))
        .when(pl.col("declare_c") < pl.col("operateur_c"))
        .then(pl.lit("ght"))
        .otherwise(pl.lit("egal"))
    )
    return _euros(twice.with_columns(side.alias("retenue")))


def alone_table(result: Consolidation) -> pl.DataFrame:
    """Operators' lines that no GHT declares, amounts of the year in euros."""
    return _euros(claimed_alone(result.lignes, result.operateurs)).with_columns(
        pl.col("decision").fill_null("attente")
    )


@dataclass(frozen=True)
class Cumul:
    """The double claims of an operator or of a GHT, in euros of the year."""

    nom: str
    nombre: int
    declare: Decimal
    operateur: Decimal
    plus_bas: Decimal
    difference: Decimal
    ecart: Decimal


def summed(twice: pl.DataFrame, axis: str) -> list[Cumul]:
    """The double claims by *axis* (nom_operateur, ght), the largest difference first."""
    amounts = ("declare", "operateur", "plus_bas", "difference", "ecart")
    sums = twice.group_by(axis).agg(pl.len().alias("nombre"), *(pl.col(a).sum() for a in amounts))
    rows = sums.sort("difference", axis, descending=[True, False]).iter_rows(named=True)
    return [Cumul(nom=r[axis] or "", nombre=r["nombre"], **{a: r[a] for a in amounts}) for r in rows]


def operator_lines(keys: Iterable[int], perimetre: Perimetre) -> list[GainOperateur]:
    """Operators' lines of these numbers that the account may decide."""
    rows = current(GainOperateur.objects.filter(pk__in=list(keys)))
    rows = rows.filter(perimetre.dossiers_q("version__dossier__"))
    related = ("campagne", "version_courante", "operateur", "region", "ght", "etablissement")
    return list(rows.select_related("operateur", *(f"version__dossier__{r}" for r in related)))


def build_takeover(lines: Iterable[GainOperateur], wanted: Saisie) -> Lot:
    """Taking up each line for its declared gain, or for the amount given when there is only one."""
    lot = Lot()
    dossiers: dict[int, Dossier] = {}
    for line in lines:
        dossier = dossiers.setdefault(line.version.dossier_id, line.version.dossier)
        amount = line.gain_ttc if wanted.montant is None else wanted.montant
        choice = Choix(line.cle, wanted.sens, amount, wanted.motif, wanted.commentaire)
        lot.declares[dossier.pk, line.cle] = line.gain_ttc
        lot.choix.setdefault(dossier, []).append(choice)
    return lot
