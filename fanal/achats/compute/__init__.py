"""Gains of the purchase plan: pure calculation, the rule set being an argument."""

from fanal.achats.compute.consolidation import consolider
from fanal.achats.compute.entree import Entree, Filtres
from fanal.achats.compute.fenetre import Fenetre, Part, couper, fenetre
from fanal.achats.compute.regle import RegleGains
from fanal.achats.compute.resultats import Consolidation, Resultat

__all__ = [
    "Consolidation",
    "Entree",
    "Fenetre",
    "Filtres",
    "Part",
    "RegleGains",
    "Resultat",
    "consolider",
    "couper",
    "fenetre",
]
