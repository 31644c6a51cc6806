"""Whether the codes of an order line have the form and the key of what they should be."""

from stdnum import luhn

from fanal.prix.rules.codes import CIP13, GTIN, LPP, UCD, doute

_LA_POSTE = "356000000"
# Codes of medicines begin so: CIP13 with 34009, UCD13 with 34008 (Club Inter Pharmaceutique, GS1 prefixes).
_PREFIXE_CIP, _PREFIXE_UCD = "34009", "34008"


def juger_produit(code: str) -> tuple[str | None, bool]:
    """The kind of a product code and whether it is right; `(None, False)` when it has the form of none.

    UCD has 7 or 13 digits, LPP 7; a UCD of seven digits begins with 9. Zeros alone have a right key, fill a
    column and designate nothing.
    """
    if not _chiffres(code):
        return None, False
    genre = _genre(code)
    return genre, genre is not None and doute(genre, code) is None


def _chiffres(code: str) -> bool:
    return code.isascii() and code.isdigit() and code.strip("0") != ""


def _genre(code: str) -> str | None:
    match len(code):
        case 7:
            return UCD if code.startswith("9") else LPP
        case 13 if code.startswith(_PREFIXE_UCD):
            return UCD
        case 13 if code.startswith(_PREFIXE_CIP):
            return CIP13
        case 8 | 12 | 13 | 14:
            return GTIN
    return None


def juger_siret(code: str) -> bool:
    """Fourteen digits, not all zeros, with the Luhn key; La Poste's have a sum that is a multiple of five."""
    if len(code) != 14 or not _chiffres(code):
        return False
    if luhn.is_valid(code):
        return True
    return code.startswith(_LA_POSTE) and sum(map(int, code)) % 5 == 0
