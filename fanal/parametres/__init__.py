"""Dated values and tables: what the law, a method or a choice says, since when, and according to whom."""

from fanal.parametres.catalogue import catalogue, jeu, tous, valeur, valeur_datee
from fanal.parametres.valeur import Parametre, ParametreInconnu, ParametreInvalide, SansValeur, Valeur

__all__ = [
    "Parametre",
    "ParametreInconnu",
    "ParametreInvalide",
    "SansValeur",
    "Valeur",
    "catalogue",
    "jeu",
    "tous",
    "valeur",
    "valeur_datee",
]
