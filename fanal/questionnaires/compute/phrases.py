"""Remarks that stand apart from their question: they say which one they are about."""

from fanal.moteurs.xlsform.modele import Formulaire
from fanal.questionnaires.compute.chemins import question_de
from fanal.questionnaires.compute.differences import titre


def situee(formulaire: Formulaire, chemin: str, phrase: str) -> str:
    """*phrase* after the label of its question (and its row), unless it begins with that label."""
    question = question_de(formulaire, chemin)
    if question is None:
        return phrase
    ou = titre(question, chemin)
    if phrase.startswith(ou):
        return phrase
    reste = phrase.removeprefix(question.libelle).lstrip(" :") if question.libelle else phrase
    return f"{ou} : {reste}"
