"""Sharing an envelope between requests: stated rules, cent-exact, explained, always the same answer.

Needs nothing of the platform: plain values in, plain values out. Amounts are integer cents inside.
"""

from fanal.moteurs.allocation.alternatives import Alternative, alternatives
from fanal.moteurs.allocation.annees import Pluriannuel, ResultatPluriannuel, lire_annees, repartir_annees
from fanal.moteurs.allocation.demandes import lire_partage
from fanal.moteurs.allocation.explication import Changement, Explication, expliquer
from fanal.moteurs.allocation.modele import Attribution, Demande, Partage, Resultat
from fanal.moteurs.allocation.repartition import repartir_enveloppe
from fanal.moteurs.allocation.variantes import Variante, variantes

__all__ = [
    "Alternative",
    "Attribution",
    "Changement",
    "Demande",
    "Explication",
    "Partage",
    "Pluriannuel",
    "Resultat",
    "ResultatPluriannuel",
    "Variante",
    "alternatives",
    "expliquer",
    "lire_annees",
    "lire_partage",
    "repartir_annees",
    "repartir_enveloppe",
    "variantes",
]
