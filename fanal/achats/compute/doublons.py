"""Gains claimed on both sides, by a GHT and by an operator, and those that an operator alone claims."""

import polars as pl

from fanal.achats.compute.lignes import NOUVELLE, REPORT, numero_normalise_expr

GROUPE = ("marche", "finess")


def _with_contract(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(numero_normalise_expr(pl.col("numero_marche")).alias("marche"))


def claimed_by_operators(operateurs: pl.DataFrame) -> pl.DataFrame:
    """Operators' lines (as `Consolidation.operateurs`) with their normalised contract, `marche`."""
    return _with_contract(operateurs.drop_nulls(["gain_c", "finess"])).drop_nulls("marche")


def _claimed_by_ght(lignes: pl.DataFrame) -> pl.DataFrame:
    counted = lignes.filter(
        pl.col("situation").is_in([NOUVELLE, REPORT]) & pl.col("numero_marche").is_not_null()
    )
    return (
        _with_contract(counted)
        .drop_nulls("marche")
        .group_by(GROUPE)
        .agg(
            pl.col("ght").first(),
            pl.col("region").first(),
            pl.col("declare_c").sum(),
            pl.col("attente_c").sum(),
            pl.col("retenu_c").sum(),
            pl.col("ecart_c").sum(),
            pl.len().alias("lignes"),
            pl.col("action_id").first(),
        )
    )


def claimed_twice(lignes: pl.DataFrame, operateurs: pl.DataFrame) -> pl.DataFrame:
    """One row per contract and establishment claimed on both sides; integer cents, part of the year.

    Doctrine of the DGOS consolidation (results of 2021): the lower of the two declarations. `plus_bas_c` is
    that lower one, `difference_c` the distance between the two, `ecart_c` what the rule has taken away so far
    from decided lines.
    """
    sides = (
        claimed_by_operators(operateurs)
        .group_by(GROUPE)
        .agg(
            pl.col("gain_c").sum().alias("operateur_c"),
            pl.col("nom_operateur").first(),
            pl.col("numero_marche").first(),
        )
    )
    both = _claimed_by_ght(lignes).join(sides, on=list(GROUPE), how="inner")
    return both.with_columns(
        pl.min_horizontal("declare_c", "operateur_c").alias("plus_bas_c"),
        (pl.col("declare_c") - pl.col("operateur_c")).abs().alias("difference_c"),
    ).sort("difference_c", "marche", "finess", descending=[True, False, False])


def claimed_alone(lignes: pl.DataFrame, operateurs: pl.DataFrame) -> pl.DataFrame:
    """Operators' lines whose contract and establishment no action names, the largest first."""
    named = _with_contract(lignes.filter(pl.col("numero_marche").is_not_null())).select(GROUPE).unique()
    alone = claimed_by_operators(operateurs).join(named, on=list(GROUPE), how="anti")
    return alone.sort("gain_c", "ligne_id", descending=[True, False])
