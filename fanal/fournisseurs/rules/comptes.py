"""Bank accounts of suppliers: checked, masked, replaced and never rewritten."""

from datetime import date

from schwifty import IBAN
from schwifty.exceptions import SchwiftyException

from fanal.refus import Refus


def check_iban(texte: str) -> str:
    """The IBAN without spaces. Raises Refus when its country, its length or its key (ISO 13616) is wrong."""
    compact = "".join(texte.split()).upper()
    try:
        iban = IBAN(compact, validate_bban=True)
    except (SchwiftyException, ValueError):
        raise Refus(
            "Cet IBAN n'est pas valide : pays, longueur ou clé de contrôle. Recopiez-le depuis le RIB du "
            "fournisseur. Rien n'a été enregistré."
        ) from None
    return str(iban.compact)


def masquer(iban: str) -> str:
    """The country and the last four characters: "FR** **** 0189"."""
    return f"{iban[:2]}** **** {iban[-4:]}" if len(iban) >= 8 else "****"


def check_remplacement(actuel: str | None, nouveau: str, depuis: date, depuis_actuel: date | None) -> None:
    """Raises Refus when the new account is the present one, or begins before it."""
    if actuel == nouveau:
        raise Refus("Cet IBAN est déjà celui que vous utilisez pour ce fournisseur. Rien n'a changé.")
    if depuis_actuel is not None and depuis <= depuis_actuel:
        raise Refus(
            f"Le compte actuel vaut depuis le {depuis_actuel:%d/%m/%Y}. Choisissez une date postérieure pour "
            f"celui qui le remplace."
        )
