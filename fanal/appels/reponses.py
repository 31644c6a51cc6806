"""What calls ask of questionnaires, in one place."""

from fanal.questionnaires.actions import figer, lignes_de, ouvrir_brouillon
from fanal.questionnaires.queries import formulaire_de, verdict

__all__ = ["figer", "formulaire_de", "lignes_de", "ouvrir_brouillon", "verdict"]
