"""What may be done of a grid and of a self-assessment, and the sentences that say no."""

from fanal.maturite.rules.evaluations import (
    check_evaluation_rendue,
    check_modifiable,
    check_niveaux_arretes,
    check_transmission,
)
from fanal.maturite.rules.grilles import check_grille
from fanal.maturite.rules.progres import check_action, check_etat

__all__ = [
    "check_action",
    "check_etat",
    "check_evaluation_rendue",
    "check_grille",
    "check_modifiable",
    "check_niveaux_arretes",
    "check_transmission",
]
