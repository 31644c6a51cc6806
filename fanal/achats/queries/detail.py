"""The lines behind every figure: one row per action, with its part of the year and what became of it."""

from collections import OrderedDict
from threading import Lock
from typing import Any

import polars as pl
from django.db.models import F

from fanal.achats.compute import Consolidation
from fanal.achats.compute.lignes import MONTANTS_LIGNE
from fanal.achats.models import Action
from fanal.achats.queries.performance import Etat, state
from fanal.achats.queries.tables import TYPE, current

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
TAILLE = 4

_libelles: OrderedDict[int, tuple[Etat, pl.DataFrame]] = OrderedDict()
_verrou = Lock()


def labels(annee: int) -> pl.DataFrame:
    """Titles of the actions that concern the year, kept until the register changes."""
    now = state()
    with _verrou:
        kept = _libelles.get(annee)
        if kept and kept[0] == now:
            return kept[1]
    rows = current(
        Action.objects.filter(
            version__dossier__campagne__type_campagne=TYPE,
            version__dossier__campagne__annee__in=(annee - 1, annee),
        )
    )
    data = rows.annotate(nom_ght=F("version__dossier__ght__nom")).order_by()
    frame = pl.DataFrame(
        [(*r[:3], float(r[3])) for r in data.values_list("pk", "intitule", "nom_ght", "score")],
        schema=LIBELLES,
        orient="row",
    )
    with _verrou:
        _libelles[annee] = (now, frame)
        while len(_libelles) > TAILLE:
            _libelles.popitem(last=False)
    return frame


def line_table(result: Consolidation, **keep: Any) -> pl.DataFrame:
    """The lines of a consolidation with their titles, amounts in euros (two decimals)."""
    lines = result.lignes
    for column, value in keep.items():
        lines = lines.filter(pl.col(column) == value)
    euros = [
        (pl.col(c).cast(pl.Decimal(18, 2)) / 100).cast(pl.Decimal(18, 2)).alias(c.removesuffix("_c"))
        for c in (*MONTANTS_LIGNE, "gain_c", "reference_c")
    ]
    named = lines.with_columns(*euros, pl.col("decision").fill_null("attente")).join(
        labels(result.annee), on="action_id", how="left"
    )
    return named.sort("score", descending=True, nulls_last=True, maintain_order=True)
