"""What calls ask of questionnaires, in one place."""

from fanal.questionnaires.actions.brouillons import figer, lignes_de, ouvrir_brouillon
from fanal.questionnaires.queries.formulaires import formulaire_de
from fanal.questionnaires.queries.verdicts import verdict

__all__ = ["figer", "formulaire_de", "lignes_de", "ouvrir_brouillon", "verdict"]
