"""The health of order lines by establishment: what came in, what misses, what to mend first. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

CENT = Decimal("0.01")
RECU, MANQUANT, A_VENIR = "recu", "manquant", "a_venir"


@dataclass(frozen=True)
class Mesure:
    """What an establishment's lines of a period are. Amounts in euros excl. VAT; shares are of lines."""

    lignes: int = 0
    montant_ht: Decimal = Decimal("0.00")
    lignes_sans: Mapping[str, int] | None = None
    montants_sans: Mapping[str, Decimal] | None = None
    dernier_depot: int = 0

    def part(self, manque: str) -> Decimal | None:
        """The share of the lines that lack *manque*; None without any line."""
        if not self.lignes:
            return None
        return Decimal((self.lignes_sans or {}).get(manque, 0)) / self.lignes

    def sans(self, manque: str) -> int:
        return (self.lignes_sans or {}).get(manque, 0)

    def montant_sans(self, manque: str) -> Decimal:
        return (self.montants_sans or {}).get(manque, Decimal("0.00"))


def attendu(mois: date, aujourd_hui: date, delai_jours: int) -> bool:
    """Whether the lines of the month that begins on *mois* are due: it ended more than *delai_jours* ago."""
    return suivant(mois) + timedelta(days=delai_jours) <= aujourd_hui


def suivant(mois: date) -> date:
    """The first day of the month after the one that begins on *mois*."""
    return date(mois.year + mois.month // 12, mois.month % 12 + 1, 1)


def mois_de(annee: int) -> list[date]:
    """The first days of the twelve months."""
    return [date(annee, m, 1) for m in range(1, 13)]


def etat(mois: date, mesure: Mesure | None, aujourd_hui: date, delai_jours: int) -> str:
    """`recu` with lines, else `manquant` when they are due, else `a_venir`."""
    if mesure is not None and mesure.lignes:
        return RECU
    return MANQUANT if attendu(mois, aujourd_hui, delai_jours) else A_VENIR


def trous(recus: Sequence[date], aujourd_hui: date, delai_jours: int) -> list[date]:
    """The months due and not received since the first one received, the oldest first; none before any."""
    if not recus:
        return []
    known, month, found = set(recus), min(recus), []
    while attendu(month, aujourd_hui, delai_jours):
        if month not in known:
            found.append(month)
        month = suivant(month)
    return found


def ajouter(mesures: Sequence[Mesure]) -> Mesure:
    """The measure of several months together."""
    keys = {k for m in mesures for k in (m.lignes_sans or {})}
    return Mesure(
        lignes=sum(m.lignes for m in mesures),
        montant_ht=sum((m.montant_ht for m in mesures), Decimal("0.00")),
        lignes_sans={k: sum(m.sans(k) for m in mesures) for k in keys},
        montants_sans={k: sum((m.montant_sans(k) for m in mesures), Decimal("0.00")) for k in keys},
        dernier_depot=max((m.dernier_depot for m in mesures), default=0),
    )
