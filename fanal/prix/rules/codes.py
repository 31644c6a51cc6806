"""Shapes and check digits of product codes. A doubtful code warns, it never sets a line aside."""

import re

from stdnum import ean

CIP13, UCD, GTIN, LPP, INTERNE = "CIP13", "UCD", "GTIN", "LPP", "INTERNE"
# Lengths of a code, all digits. GTIN: 8, 12, 13 or 14 (GS1 General Specifications).
LONGUEURS = {CIP13: (13,), UCD: (7, 13), GTIN: (8, 12, 13, 14), LPP: (7,)}
_SEPARATEURS = re.compile(r"[\s.\-\u00a0\u202f]")


def nettoyer(type_code: str, code: str) -> str:
    """The code without the spaces, dots and hyphens that people put in numbers; an internal code as is."""
    return _SEPARATEURS.sub("", code) if type_code in LONGUEURS else code.strip()


def doute(type_code: str, code: str) -> tuple[str, str] | None:
    """The rule and the end of the sentence when a clean code looks wrong; `None` when it looks right.

    CIP13 and GTIN end with the GS1 check digit; UCD has 7 or 13 digits and LPP 7, whose keys are not checked.
    """
    lengths = LONGUEURS.get(type_code)
    if lengths is None or not code:
        return None
    if not code.isascii() or not code.isdigit() or len(code) not in lengths:
        expected = " ou ".join(str(n) for n in lengths)
        return "code-forme", (
            f"« {code} » n'a pas la forme d'un code {type_code} ({expected} chiffres attendus). "
            "Vérifiez le code et son type."
        )
    if type_code in (CIP13, GTIN) and not ean.is_valid(code.zfill(14 if len(code) == 14 else len(code))):
        return "code-cle", (
            f"la clé de contrôle du code {type_code} « {code} » est fausse : un chiffre a sans doute été mal "
            "recopié. Comparez-le à l'emballage ou à la base du fournisseur."
        )
    return None
