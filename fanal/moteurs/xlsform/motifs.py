"""Patterns of regex() whose reading could take for ever, told before they are used."""

import re._parser as analyse
from typing import Any

# Several endless repetitions in a row cost a power of the length of the text.
_ENCHAINEES_MAX = 4
# A repetition this short of something optional stays cheap: four pairs of digits with or without a space.
_COURTE = 10
_REPETITIONS = ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT")
_RETOURS = ("GROUPREF", "GROUPREF_EXISTS", "ASSERT", "ASSERT_NOT")


def explosif(motif: str) -> bool:
    """Whether the pattern repeats what already repeats or branches, looks around, or refers back to itself.

    The pattern must compile. Python's engine goes back on its choices: such patterns can take a time that
    doubles with each character.
    """
    compteur = [0]
    return _parcourir(analyse.parse(motif), 1, compteur) or compteur[0] > _ENCHAINEES_MAX


def _parcourir(partie: Any, dehors: int, compteur: list[int]) -> bool:
    """*dehors* is how many times what is around may repeat."""
    return any(_element(str(code), arg, dehors, compteur) for code, arg in partie)


def _element(nom: str, arg: Any, dehors: int, compteur: list[int]) -> bool:
    if nom in _RETOURS:
        return True
    if nom in _REPETITIONS:
        moins, plus, interieur = int(arg[0]), int(arg[1]), arg[2]
        if plus - moins > 1:
            compteur[0] += 1
        variable = moins != plus
        if variable and dehors > 1 and (plus - moins > 1 or dehors > _COURTE):
            return True
        return _parcourir(interieur, dehors * max(1, plus), compteur)
    if nom == "BRANCH":
        return dehors > 1 or any(_parcourir(branche, dehors, compteur) for branche in arg[1])
    if nom == "SUBPATTERN":
        return _parcourir(arg[3], dehors, compteur)
    return nom == "ATOMIC_GROUP" and _parcourir(arg, dehors, compteur)
