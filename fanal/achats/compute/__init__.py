"""Gains of the purchase plan: pure calculation, the rule set being an argument."""

from fanal.achats.compute.consolidation import consolider
from fanal.achats.compute.entree import Entree, Filtres
from fanal.achats.compute.fenetre import Fenetre, Part, couper, fenetre
from fanal.achats.compute.gains import (
    Correction,
    Reference,
    choose_reference,
    corrected,
    couverture_cumulee,
    gain_prix,
    gain_process,
    gain_volume,
    performance,
    performance_operateur,
    to_operator_basis,
    to_reference_basis,
    weight,
)
from fanal.achats.compute.regle import RegleGains
from fanal.achats.compute.resultats import Consolidation, Resultat

__all__ = [
    "Consolidation",
    "Correction",
    "Entree",
    "Fenetre",
    "Filtres",
    "Part",
    "Reference",
    "RegleGains",
    "Resultat",
    "choose_reference",
    "consolider",
    "corrected",
    "couper",
    "couverture_cumulee",
    "fenetre",
    "gain_prix",
    "gain_process",
    "gain_volume",
    "performance",
    "performance_operateur",
    "to_operator_basis",
    "to_reference_basis",
    "weight",
]
