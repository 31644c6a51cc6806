"""A common start for contracts that end at different dates: the cheapest lawful way, proved, and why.

No Django, no clock, no files: a `Requete` in, a `Resultat` out. Amounts are euros excl. VAT to the cent.
"""

from fanal.moteurs.convergence.calendrier import ajouter_mois, departs, mois_entre, mois_suivant
from fanal.moteurs.convergence.empreinte import empreinte
from fanal.moteurs.convergence.modele import (
    Acte,
    Contrat,
    Genre,
    Impossible,
    Marge,
    Option,
    Proposition,
    Regles,
    Requete,
    Resultat,
    Sortie,
)
from fanal.moteurs.convergence.options import options_de
from fanal.moteurs.convergence.phrases import dire_action, dire_besoins, dire_impossible
from fanal.moteurs.convergence.solveur import proposer, resoudre

__all__ = [
    "Acte",
    "Contrat",
    "Genre",
    "Impossible",
    "Marge",
    "Option",
    "Proposition",
    "Regles",
    "Requete",
    "Resultat",
    "Sortie",
    "ajouter_mois",
    "departs",
    "dire_action",
    "dire_besoins",
    "dire_impossible",
    "empreinte",
    "mois_entre",
    "mois_suivant",
    "options_de",
    "proposer",
    "resoudre",
]
