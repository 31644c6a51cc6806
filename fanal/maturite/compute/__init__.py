"""Scores of a self-assessment, disagreement between respondents, history, distribution among peers."""

from fanal.maturite.compute.distribution import Repartition, repartition
from fanal.maturite.compute.histoire import Comparaison, comparer
from fanal.maturite.compute.notes import (
    Bilan,
    NoteTheme,
    SujetNote,
    ThemePese,
    bilan,
    desaccord,
    est_faible,
    mediane_basse,
    niveau_prouve,
)

__all__ = [
    "Bilan",
    "Comparaison",
    "NoteTheme",
    "Repartition",
    "SujetNote",
    "ThemePese",
    "bilan",
    "comparer",
    "desaccord",
    "est_faible",
    "mediane_basse",
    "niveau_prouve",
    "repartition",
]
