"""Progress towards a target, state of what is due, schedule of payments. Pure: days and amounts are given."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from fanal.moteurs.partage import repartir

HAUSSE, BAISSE, NEUTRE = "hausse", "baisse", "neutre"
CENT = Decimal("0.01")

# State of a milestone → (word, tone)
ETATS = {
    "atteint": ("Atteint", "decide"),
    "atteint_tard": ("Atteint en retard", "attention"),
    "en_retard": ("En retard", "refus"),
    "proche": ("À faire", "attention"),
    "a_venir": ("À venir", "neutre"),
}
A_FAIRE = ("en_retard", "proche")


@dataclass(frozen=True)
class Avancement:
    """How far a measure is from its start towards its target.

    `part`: 0 at the start, 1 at the target, negative when the project went the wrong way; None where it has
    no meaning. `atteint`: whether the target is met; None without a target or a measure. `phrase`: in words.
    """

    part: Decimal | None
    atteint: bool | None
    phrase: str


def avancement(
    depart: Decimal | None, cible: Decimal | None, mesure: Decimal | None, sens: str
) -> Avancement:
    """The progress of a measure by the direction *sens* of its indicator.

    « hausse » and « baisse » count the way done out of the way to do, past 1 when the target is exceeded.
    « neutre » counts the distance closed, 1 at most: past the target is as far as before it. A target on the
    wrong side of the start (a rise asked for, a lower target) is a threshold not to cross: no share.
    """
    if mesure is None:
        return Avancement(None, None, "Aucune mesure.")
    if cible is None:
        return Avancement(None, None, "Aucune cible déclarée.")
    atteint = _atteint(cible, mesure, sens)
    fin = "Cible atteinte." if atteint else "Cible non atteinte."
    if depart is None:
        return Avancement(None, atteint, f"{fin} Sans valeur de départ, l'avancement n'est pas calculable.")
    if depart == cible:
        return Avancement(None, atteint, f"{fin} La cible est de rester à la valeur de départ.")
    contraire = (sens == HAUSSE and cible < depart) or (sens == BAISSE and cible > depart)
    if contraire:
        return Avancement(None, atteint, f"{fin} La cible est un seuil à ne pas franchir.")
    if sens == NEUTRE:
        part = 1 - abs(mesure - cible) / abs(depart - cible)
    else:
        part = (mesure - depart) / (cible - depart)
    return Avancement(part, atteint, fin if part >= 0 else f"{fin} La mesure s'éloigne de la cible.")


def _atteint(cible: Decimal, mesure: Decimal, sens: str) -> bool:
    if sens == HAUSSE:
        return mesure >= cible
    return mesure <= cible if sens == BAISSE else mesure == cible


def etat_jalon(*, prevu: date, atteint: date | None, le: date, proche_jours: int) -> str:
    """The state of a milestone on day *le*, a key of `ETATS`; its due day is included."""
    if atteint is not None:
        return "atteint" if atteint <= prevu else "atteint_tard"
    if le > prevu:
        return "en_retard"
    return "proche" if (prevu - le).days <= proche_jours else "a_venir"


def echeance_de(jour: date, echeances: Sequence[date]) -> date | None:
    """The due date that a measure of day *jour* answers: the nearest one, the earlier when two are as near.

    None without any due date.
    """
    return min(echeances, key=lambda e: (abs((e - jour).days), e), default=None)


def echeancier(montant: Decimal, parts: Sequence[Decimal]) -> list[Decimal]:
    """Payments of *montant* euros by shares (any unit, 30 and 70 or 0.3 and 0.7), to the cent, by largest
    remainder: they always add up to *montant*. Raises ValueError when no share is positive.
    """
    entiers = _entiers(parts)
    return [Decimal(c) * CENT for c in repartir(_cents(montant), entiers)]


def replanifier(disponible: Decimal, planifies: Sequence[Decimal]) -> list[Decimal]:
    """Planned payments brought down to *disponible* euros in proportion; left as they are when they hold."""
    total = sum(planifies, Decimal(0))
    if total <= disponible or not planifies:
        return list(planifies)
    return echeancier(max(disponible, Decimal(0)), planifies)


def _cents(montant: Decimal) -> int:
    return int((montant / CENT).to_integral_value())


def _entiers(parts: Sequence[Decimal]) -> list[int]:
    """The shares as whole numbers in the same proportions."""
    exposants = [exposant for p in parts if isinstance(exposant := p.as_tuple().exponent, int)]
    decimales = max([0, *(-e for e in exposants)])
    return [int(p.scaleb(decimales)) for p in parts]
