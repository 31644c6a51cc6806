"""The lines behind every figure: one row per action, with its part of the year and what became of it."""

import polars as pl
from django.db.models import FloatField
from django.db.models.functions import Cast

from fanal.achats.compute import Consolidation, Filtres
from fanal.achats.compute.lignes import MONTANTS_LIGNE
from fanal.achats.models import Action
from fanal.achats.queries.performance import state
from fanal.achats.queries.tables import current
from fanal.achats.queries.versions import TYPE, euros, frame
from fanal.campagnes.models import Campagne
from fanal.campagnes.queries.campagnes import toutes
from fanal.memoire import Memoire

LIBELLES = {"action_id": pl.Int64, "intitule": pl.String, "nom_ght": pl.String, "score": pl.Float64}
SITUATIONS = {
    "nouvelle": ("Action de l'année", "decide"),
    "report": ("Effet report", "information"),
    "cause_exclue": ("Cause non comptée", "neutre"),
    "sans_gain": ("Sans gain déclaré", "attention"),
    "non_situable": ("Non calculable (sans date)", "attention"),
    "deja_comptee": ("Déjà comptée l'an dernier", "attention"),
    "hors_annee": ("Hors de l'année", "attention"),
}
DECISIONS = {
    "attente": ("En attente", "attente"),
    "retenu": ("Retenu", "decide"),
    "moindre": ("Retenu pour moins", "attention"),
    "retire": ("Retiré", "refus"),
}

_libelles: Memoire[pl.DataFrame] = Memoire(24)
_lignes: Memoire[pl.DataFrame] = Memoire(6)


def labels(annee: int) -> pl.DataFrame:
    """Titles of the actions that concern the year, those of a campaign read again when it is written to."""
    campagnes = [c for c in toutes() if c.type_campagne == TYPE and c.annee in (annee - 1, annee)]
    now = state()
    tables = [
        _libelles.lire(c.pk, (c.revision, *now[2:]), lambda c=c: _read_labels(c))  # type: ignore[misc]  # bound default
        for c in campagnes
    ]
    return pl.concat([pl.DataFrame(schema=LIBELLES), *tables])


def _read_labels(campagne: Campagne) -> pl.DataFrame:
    rows = current(Action.objects.filter(version__dossier__campagne=campagne))
    return frame(
        rows,
        LIBELLES,
        action_id="pk",
        intitule="intitule",
        nom_ght="version__dossier__ght__nom",
        score=Cast("score", FloatField()),
    )


def line_table(result: Consolidation, filtres: Filtres) -> pl.DataFrame:
    """The lines of the consolidation under *filtres*, the riskiest first: titles, amounts in euros."""
    key = (result.annee, result.periode, filtres)
    return _lignes.lire(key, state(), lambda: _build_lines(result))


def _build_lines(result: Consolidation) -> pl.DataFrame:
    columns = [euros(c).alias(c.removesuffix("_c")) for c in (*MONTANTS_LIGNE, "gain_c", "reference_c")]
    lines = result.lignes.with_columns(*columns, pl.col("decision").fill_null("attente"))
    named = lines.join(labels(result.annee), on="action_id", how="left")
    return named.sort("score", descending=True, nulls_last=True, maintain_order=True)
