"""Numbers given on the command line."""

import re
from decimal import Decimal, InvalidOperation

from fanal.refus import Inutilisable

LONGUEUR = 20


def read_amount(text: str, option: str) -> Decimal:
    """An amount typed by a person, French or not ("1 234,56", "1234.56"). Raises Inutilisable."""
    kept = re.sub(r"[\s\u00a0\u202f€]", "", text).replace(",", ".")
    try:
        value = Decimal(kept) if len(kept) <= LONGUEUR else Decimal("NaN")
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise Inutilisable(
            f"La valeur donnée à {option}, « {text} », n'est pas un montant. Écrivez-le par exemple 12000,50."
        )
    return value
