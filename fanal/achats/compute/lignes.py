"""What each action brings to a civil year: the rows every consolidated figure is followed back to."""

import re

import polars as pl

from fanal.achats.compute.entree import Entree
from fanal.achats.compute.fenetre import part_expr, temps_expr
from fanal.achats.compute.regle import RegleGains
from fanal.moteurs.partage import repartir_par_groupe

NOUVELLE, REPORT = "nouvelle", "report"
# Why a line of the campaign brings nothing: shown to people, so that no amount disappears in silence.
CAUSE_EXCLUE, SANS_GAIN, NON_SITUABLE = "cause_exclue", "sans_gain", "non_situable"
DEJA_COMPTEE, HORS_ANNEE = "deja_comptee", "hors_annee"
MONTANTS_LIGNE = ("declare_c", "attente_c", "retire_c", "ecart_c", "retenu_c")

_NON_ALPHANUMERIQUE = r"[^0-9A-Z]"


def numero_normalise(numero: str) -> str:
    """Contract number without case, spaces or punctuation; "" when nothing is left."""
    return re.sub(_NON_ALPHANUMERIQUE, "", numero.upper())


def numero_normalise_expr(numero: pl.Expr) -> pl.Expr:
    """`numero_normalise` on a column; null when nothing is left."""
    nu = numero.str.to_uppercase().str.replace_all(_NON_ALPHANUMERIQUE, "")
    return pl.when(nu != "").then(nu)


def amounts_per_line(entree: Entree, *, annee: int, regle: RegleGains) -> pl.DataFrame:
    """One row per action of campaign `annee`, and per action of the year before that carries over into it.

    Columns (integer cents, part of year `annee`): declare_c = attente_c + retire_c + ecart_c + retenu_c.
    `situation` says how the line stands: nouvelle, report, or why it brings nothing. A line without a first
    order (`non_situable`) has null amounts: its part is unknown, not zero.
    `annuel_c` is the annual amount counted (retained when decided, else declared); `nouvelle` tells the lines
    of the campaign whose first order falls in the year, with or without a gain; `decide` those decided.
    """
    lignes = _situate(entree.actions, annee=annee, regle=regle)
    lignes = _apply_decisions(lignes, regle=regle)
    lignes = _apply_lower_of(lignes, entree.operateurs, annee=annee)
    situable = pl.col("situation") != NON_SITUABLE
    return lignes.with_columns(
        (pl.col("avant_doublon_c") - pl.col("ecart_c")).alias("retenu_c"),
        (pl.col("situation") == REPORT).alias("est_report"),
    ).with_columns(pl.when(situable).then(pl.col(c)).alias(c) for c in MONTANTS_LIGNE)


def _situate(actions: pl.DataFrame, *, annee: int, regle: RegleGains) -> pl.DataFrame:
    """Keep the lines that concern the year and say how each stands."""
    an = pl.col("date_premiere_commande").dt.year()
    de_l_annee = pl.col("campagne_annee") == annee
    reportee = (pl.col("campagne_annee") == annee - 1) & (an == annee - 1) & pl.col("gain_c").is_not_null()
    exclue = ~pl.col("cause_prix").fill_null("").is_in(list(regle.causes_comptees))
    lignes = actions.filter(de_l_annee | reportee)
    # A line dated the year before counts once: in the campaign that already carried it, if placed there.
    precedentes = lignes.filter(~de_l_annee).select("ght", "identifiant")
    candidates = lignes.filter(de_l_annee & (an == annee - 1))
    connues = candidates.join(precedentes, on=["ght", "identifiant"], how="semi")["action_id"]
    situation = (
        pl.when(exclue)
        .then(pl.lit(CAUSE_EXCLUE))
        .when(pl.col("gain_c").is_null())
        .then(pl.lit(SANS_GAIN))
        .when(an.is_null())
        .then(pl.lit(NON_SITUABLE))
        .when(~de_l_annee)
        .then(pl.lit(REPORT))
        .when(an == annee)
        .then(pl.lit(NOUVELLE))
        .when(pl.col("action_id").is_in(connues.implode()))
        .then(pl.lit(DEJA_COMPTEE))
        .when(an == annee - 1)
        .then(pl.lit(REPORT))
        .otherwise(pl.lit(HORS_ANNEE))
    )
    return lignes.with_columns(
        situation.alias("situation"),
        (de_l_annee & (an == annee) & ~exclue).fill_null(False).alias("nouvelle"),
        de_l_annee.alias("de_l_annee"),
    )


def _part(montant: pl.Expr) -> pl.Expr:
    """Cents of an annual amount that fall in the consolidated year, according to the situation."""
    debut = part_expr(montant, pl.col("dans"), pl.col("sur"))
    nouvelle, report = pl.col("situation") == NOUVELLE, pl.col("situation") == REPORT
    return pl.when(nouvelle).then(debut).when(report).then(montant - debut).otherwise(0)


def _apply_decisions(lignes: pl.DataFrame, *, regle: RegleGains) -> pl.DataFrame:
    """Declared, pending and withdrawn parts; a 'moindre' without its amount is not yet a decision."""
    decision, moindre = pl.col("decision"), pl.col("montant_retenu_c")
    sans_montant = (decision == "moindre") & moindre.is_null()
    decide = decision.is_in(["retenu", "moindre", "retire"]) & ~sans_montant
    lignes = lignes.with_columns(decide.fill_null(False).alias("decide"))
    retenu_annuel = (
        pl.when(pl.col("decision") == "moindre")
        .then(moindre)
        .when(pl.col("decision") == "retire")
        .then(0)
        .otherwise(pl.col("gain_c"))
    )
    annuel = pl.when(pl.col("decide")).then(retenu_annuel).otherwise(pl.col("gain_c"))
    dans, sur = temps_expr(pl.col("date_premiere_commande"), regle=regle)
    lignes = lignes.with_columns(
        annuel.alias("annuel_c"),
        dans.alias("dans"),
        sur.alias("sur"),
    )
    lignes = lignes.with_columns(
        _part(pl.col("gain_c")).fill_null(0).alias("declare_c"),
        _part(pl.col("annuel_c")).fill_null(0).alias("part_c"),
    ).drop("dans", "sur")
    return lignes.with_columns(
        pl.when(pl.col("decide")).then(0).otherwise(pl.col("declare_c")).alias("attente_c"),
        pl.when(pl.col("decide")).then(pl.col("declare_c") - pl.col("part_c")).otherwise(0).alias("retire_c"),
        pl.when(pl.col("decide")).then(pl.col("part_c")).otherwise(0).alias("avant_doublon_c"),
    )


def _apply_lower_of(lignes: pl.DataFrame, operateurs: pl.DataFrame, *, annee: int) -> pl.DataFrame:
    """Take away what a group (contract, establishment) retains above its operator's own declaration.

    Doctrine of the DGOS consolidation (results of 2021): the lower of the two declarations. Only
    decided lines are compared; the difference is shared over those with a gain, pro rata and to the cent.
    """
    declares = (
        _with_contract(operateurs.filter(pl.col("annee") == annee).drop_nulls(["gain_c", "finess"]))
        .group_by("marche", "finess")
        .agg(pl.col("gain_c").sum().alias("operateur_c"))
    )
    sans_ecart = lignes.with_columns(
        pl.lit(0, pl.Int64).alias("ecart_c"), pl.lit(None, pl.Int64).alias("operateur_c")
    )
    if declares.is_empty():
        return sans_ecart
    decidees = lignes.filter(pl.col("situation").is_in([NOUVELLE, REPORT]) & pl.col("decide"))
    decidees = decidees.select("action_id", "numero_marche", "finess", "avant_doublon_c")
    groupes = _with_contract(decidees).join(declares, on=["marche", "finess"], how="inner")
    if groupes.is_empty():
        return sans_ecart
    par = ["marche", "finess"]
    total, gains = pl.col("avant_doublon_c").sum().over(par), pl.col("avant_doublon_c").clip(lower_bound=0)
    # A group made of losses only is shared by their size; one of zeros, equally.
    poids = (
        pl.when(gains.sum().over(par) > 0)
        .then(gains)
        .when(pl.col("avant_doublon_c").abs().sum().over(par) > 0)
        .then(pl.col("avant_doublon_c").abs())
        .otherwise(1)
    )
    groupes = groupes.sort("action_id").with_columns(
        (total - pl.col("operateur_c")).clip(lower_bound=0).alias("a_retirer_c"), poids.alias("poids")
    )
    parts = repartir_par_groupe(groupes, groupe=par, total="a_retirer_c", poids="poids").alias("ecart_c")
    ecarts = groupes.select("action_id", "operateur_c").with_columns(parts)
    return lignes.join(ecarts, on="action_id", how="left").with_columns(pl.col("ecart_c").fill_null(0))


def _with_contract(frame: pl.DataFrame) -> pl.DataFrame:
    """Rows that name a contract, with its normalised number (`marche`)."""
    # Far fewer numbers than rows: each is normalised once.
    numeros = frame.select(pl.col("numero_marche").unique().drop_nulls())
    numeros = numeros.with_columns(numero_normalise_expr(pl.col("numero_marche")).alias("marche"))
    return frame.join(numeros.drop_nulls(), on="numero_marche", how="inner")
