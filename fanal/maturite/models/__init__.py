"""Grids of maturity, what a GHT answers to them, and what it undertakes."""

from fanal.maturite.models.evaluations import Appreciation, Evaluateur, NiveauRetenu, Preuve, Profil
from fanal.maturite.models.grilles import Grille, NiveauSujet, Sujet, Theme
from fanal.maturite.models.progres import ActionProgres

__all__ = [
    "ActionProgres",
    "Appreciation",
    "Evaluateur",
    "Grille",
    "NiveauRetenu",
    "NiveauSujet",
    "Preuve",
    "Profil",
    "Sujet",
    "Theme",
]
