"""Controls of the lines of a purchase plan: what looks wrong, in words, and how much to worry."""

from fanal.achats.rules.catalogue import REGLES, ReglePaat
from fanal.achats.rules.contexte import Bornes, ContexteControle
from fanal.achats.rules.controles import Controle, controler
from fanal.achats.rules.score import Facteur, Score, scorer

__all__ = [
    "REGLES",
    "Bornes",
    "ContexteControle",
    "Controle",
    "Facteur",
    "ReglePaat",
    "Score",
    "controler",
    "scorer",
]
