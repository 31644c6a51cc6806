"""Sharing a whole number of cents so that the parts always add up to it (largest remainder).

The same rule on two shapes: a list in plain Python, and groups of rows in a Polars frame. Both mirror
negative totals (the shares of -t are the opposite of the shares of t) and settle ties by order.
"""

from collections.abc import Sequence

import polars as pl


def repartir(total: int, poids: Sequence[int]) -> list[int]:
    """Shares of `total` pro rata to the weights, adding up to `total` exactly.

    Each share differs from the exact quotient by less than one unit; equal remainders are served in the
    order of the list. Raises ValueError when a weight is negative, or when a non-zero total has no
    positive weight to go to.
    """
    somme = sum(poids)
    if any(p < 0 for p in poids):
        raise ValueError("Un poids de partage ne peut pas être négatif.")
    if somme == 0:
        if total:
            raise ValueError("Aucun poids positif : le montant ne peut être attribué à personne.")
        return [0] * len(poids)
    signe, absolu = (-1, -total) if total < 0 else (1, total)
    divisions = [divmod(absolu * p, somme) for p in poids]
    parts = [quotient for quotient, _ in divisions]
    a_servir = sorted(range(len(poids)), key=lambda i: (-divisions[i][1], i))[: absolu - sum(parts)]
    for i in a_servir:
        parts[i] += 1
    return [signe * p for p in parts]


def repartir_par_groupe(frame: pl.DataFrame, *, groupe: Sequence[str], total: str, poids: str) -> pl.Series:
    """The same sharing inside each group of rows of `frame`.

    `total` is the column holding the group's whole (the same on each row of a group) and `poids` the
    column of weights, both integers. Returns the Int64 shares in the frame's order, and raises ValueError
    where `repartir` does.
    """
    # 128 bits: a product of two amounts in cents passes 64 bits from a hundred million euros.
    absolu = pl.col(total).abs().cast(pl.Int128)
    calcul = frame.select(
        *groupe,
        pl.col(total).sign().alias("_signe"),
        absolu.alias("_total"),
        pl.col(poids).alias("_poids"),
        pl.col(poids).sum().over(groupe).cast(pl.Int128).alias("_somme"),
    )
    if calcul.select((pl.col("_poids") < 0).any()).item():
        raise ValueError("Un poids de partage ne peut pas être négatif.")
    if calcul.select(((pl.col("_somme") == 0) & (pl.col("_total") != 0)).any()).item():
        raise ValueError("Aucun poids positif : le montant ne peut être attribué à personne.")
    diviseur = pl.when(pl.col("_somme") == 0).then(pl.lit(1, pl.Int128)).otherwise(pl.col("_somme"))
    produit = pl.col("_total") * pl.col("_poids").cast(pl.Int128)
    calcul = calcul.with_columns((produit // diviseur).alias("_part"), (produit % diviseur).alias("_reste"))
    rang = pl.col("_reste").rank("ordinal", descending=True).over(groupe)
    manque = (pl.col("_total") - pl.col("_part").sum()).over(groupe)
    part = pl.col("_part") + (rang <= manque).cast(pl.Int128)
    return calcul.select((part * pl.col("_signe")).cast(pl.Int64).alias("part")).to_series()
