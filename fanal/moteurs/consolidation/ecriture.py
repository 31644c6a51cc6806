"""How the integers of the lake are written for people, and read back from what they typed."""

import re
from decimal import Decimal, InvalidOperation

from fanal.moteurs.lac.schema import CENTIEMES_DE_POUR_CENT, TYPES_LIGNE, mois_code
from fanal.refus import Inutilisable


def mois_lu(texte: str) -> int:
    """« 2021-03 » as the integer of a month. Raises `Inutilisable`."""
    lu = re.fullmatch(r"(\d{4})-(\d{2})(?:-\d{2})?", texte.strip())
    if lu is None or not 1 <= int(lu[2]) <= 12:
        raise Inutilisable(f"« {texte} » n'est pas un mois. Écrivez-le AAAA-MM, par exemple 2021-03.")
    return mois_code(int(lu[1]), int(lu[2]))


def trimestre_texte(code: int) -> str:
    """« 2021-T1 » of the integer of a quarter (month // 3)."""
    return f"{code // 4:04d}-T{code % 4 + 1}"


def trimestre_lu(texte: str) -> int:
    """« 2021-T1 » as the integer of a quarter. Raises `Inutilisable`."""
    lu = re.fullmatch(r"(\d{4})-[Tt]([1-4])", texte.strip())
    if lu is None:
        raise Inutilisable(f"« {texte} » n'est pas un trimestre. Écrivez-le AAAA-Tn, par exemple 2021-T1.")
    return int(lu[1]) * 4 + int(lu[2]) - 1


def annee_lue(texte: str) -> int:
    """A year. Raises `Inutilisable`."""
    if not re.fullmatch(r"\d{4}", texte.strip()):
        raise Inutilisable(
            f"« {texte} » n'est pas une année. Écrivez-la en quatre chiffres, par exemple 2021."
        )
    return int(texte)


def type_lu(texte: str) -> int:
    """The rank of a type of line. Raises `Inutilisable`."""
    if texte not in TYPES_LIGNE:
        raise Inutilisable(
            f"« {texte} » n'est pas un type de ligne. Choisissez parmi : {', '.join(TYPES_LIGNE)}."
        )
    return TYPES_LIGNE.index(texte)


def taux_texte(code: int) -> str:
    """« 5.5 » of hundredths of a per cent."""
    taux = Decimal(code) / CENTIEMES_DE_POUR_CENT
    return format(taux.normalize(), "f")


def taux_lu(texte: str) -> int:
    """A rate in per cent as hundredths of it. Raises `Inutilisable`."""
    try:
        taux = Decimal(texte.strip().removesuffix("%").strip().replace(",", "."))
        code = int(taux * CENTIEMES_DE_POUR_CENT)
    except (InvalidOperation, ValueError, OverflowError):
        raise Inutilisable(
            f"« {texte} » n'est pas un taux de TVA. Écrivez-le en pour cent, par exemple 5.5."
        ) from None
    return code
