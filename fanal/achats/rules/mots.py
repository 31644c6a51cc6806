"""Words compared without case, accents or spaces, and figures as French people write them."""

import re
import unicodedata
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal

FINE, INSECABLE = "\u202f", "\u00a0"
# Room for any number a file can hold: the default 28 digits would refuse to round the largest ones.
_LARGE = Context(prec=80)
_NON_LETTRES = re.compile(r"[^0-9a-z]+")


def plier(texte: str | None) -> str:
    """Lower case, without accents, punctuation or repeated spaces; "" for nothing."""
    if not texte:
        return ""
    nu = unicodedata.normalize("NFKD", texte.casefold())
    return _NON_LETTRES.sub(" ", "".join(c for c in nu if not unicodedata.combining(c))).strip()


def nombre(valeur: Decimal, decimales: int) -> str:
    """1 234,56 with a narrow no-break space, rounded half up."""
    arrondi = valeur.quantize(Decimal(1).scaleb(-decimales), ROUND_HALF_UP, _LARGE)
    return f"{arrondi:,.{decimales}f}".replace(",", FINE).replace(".", ",").replace("-", "−")


def euros(valeur: Decimal) -> str:
    """1 234,56 €, or 1 234 € when there are no cents."""
    centimes = valeur.quantize(Decimal("0.01"), ROUND_HALF_UP, _LARGE)
    return f"{nombre(valeur, 0 if centimes == centimes.to_integral_value() else 2)}{INSECABLE}€"


def quantite(valeur: Decimal) -> str:
    """A quantity or a unit price with the decimals it needs."""
    nu = valeur.normalize(_LARGE)
    return nombre(valeur, max(0, -int(nu.as_tuple().exponent)))


def pourcent(taux: Decimal, decimales: int = 1) -> str:
    """12,3 % from 0.123."""
    return f"{nombre(_LARGE.multiply(taux, Decimal(100)), decimales)}{INSECABLE}%"


def jour(valeur: date) -> str:
    """31/12/2025."""
    return f"{valeur:%d/%m/%Y}"
