"""The code of a drug's common dispensing unit (UCD).

A UCD code has thirteen digits, the first five 34008, the last a check digit computed on the twelve before
(even ranks times three, modulo 10): annex of the arrêté of 30 December 2021 (R5121-4 CSP). The seven digits
between the two are the short code that hospitals still use.
"""

import re

PREFIXE = "34008"
COURT, LONG = 7, 13
_SEPARATEURS = re.compile(r"[\s.\-\u00a0\u202f]")


def cle(douze: str) -> int:
    """The check digit of twelve digits. Raises ValueError when they are not twelve digits."""
    if len(douze) != LONG - 1 or not _chiffres(douze):
        raise ValueError("Douze chiffres sont attendus.")
    somme = sum(int(c) * (3 if rang % 2 == 0 else 1) for rang, c in enumerate(douze, 1))
    return -somme % 10


def code_court(texte: str) -> str:
    """The seven digits of a UCD code written short or long, spaces and dots left out.

    Raises ValueError with a French sentence when the text is no UCD code, or its check digit is wrong.
    """
    code = _SEPARATEURS.sub("", texte)
    if len(code) == COURT and _chiffres(code):
        return code
    if len(code) != LONG or not _chiffres(code) or not code.startswith(PREFIXE):
        raise ValueError(
            f"« {texte} » n'est pas un code UCD. Saisissez ses sept chiffres, ou les treize qui commencent "
            f"par {PREFIXE}."
        )
    attendue = cle(code[:-1])
    if int(code[-1]) != attendue:
        raise ValueError(
            f"Le code UCD « {texte} » a une clé de contrôle fausse : {code[-1]} au lieu de {attendue}. "
            "Vérifiez-le sur la boîte ou dans votre livret."
        )
    return code[5:12]


def code_long(court: str) -> str:
    """The thirteen digits of a short code."""
    douze = PREFIXE + court
    return f"{douze}{cle(douze)}"


def _chiffres(texte: str) -> bool:
    return texte.isascii() and texte.isdigit()
