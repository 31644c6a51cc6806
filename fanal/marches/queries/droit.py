"""The dated values of the law that rules on contracts need."""

from datetime import date
from decimal import Decimal

from fanal.marches.rules.modifications import NATURES, Limites
from fanal.parametres import SansValeur, valeur
from fanal.refus import Inutilisable


def limites_modification(le: date) -> Limites:
    """The limits of modifications on day *le*. Raises Inutilisable before the code of public procurement."""
    try:
        return Limites(
            le=le,
            part_petite={n: valeur("marches.modifications.part_petite", le=le, nature=n) for n in NATURES},
            part_supplementaire=valeur("marches.modifications.part_supplementaire", le=le),
            part_imprevue=valeur("marches.modifications.part_imprevue", le=le),
            seuil_formalise={n: _threshold(n, le) for n in NATURES},
        )
    except SansValeur:
        raise Inutilisable(
            f"Les limites des modifications au {le:%d/%m/%Y} ne sont pas enregistrées : elles le sont depuis "
            "le 01/04/2019, entrée en vigueur du code de la commande publique."
        ) from None


def _threshold(nature: str, le: date) -> Decimal | None:
    try:
        return Decimal(valeur("marches.seuils.procedure_formalisee", le=le, nature=nature))
    except SansValeur:
        return None
