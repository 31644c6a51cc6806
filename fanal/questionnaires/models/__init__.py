"""Forms and their versions, drafts, frozen answers, attachments."""

from fanal.questionnaires.models.formulaires import Formulaire, VersionFormulaire
from fanal.questionnaires.models.reponses import Brouillon, PieceJointe, Reponse, SectionConfiee

__all__ = ["Brouillon", "Formulaire", "PieceJointe", "Reponse", "SectionConfiee", "VersionFormulaire"]
