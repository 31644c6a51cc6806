"""Sharing an envelope between requests: stated rules, cent-exact, explained, always the same answer.

Needs nothing of the platform: plain values in, plain values out. Amounts are integer cents inside.
"""

from fanal.moteurs.allocation.alternatives import Alternative, alternatives
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
    "Resultat",
    "Variante",
    "alternatives",
    "expliquer",
    "lire_partage",
    "repartir_enveloppe",
    "variantes",
]
