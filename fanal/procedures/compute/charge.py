"""The workload of procedures: person-days laid on months, by buyer function."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from fanal.moteurs.partage import repartir

DIXIEME = Decimal("0.1")
Mois = tuple[int, int]


@dataclass(frozen=True)
class Travail:
    """A procedure's work: whose (a function), how many person-days, between which days, both included."""

    fonction: str
    jours: Decimal
    debut: date
    fin: date


def jours_par_mois(debut: date, fin: date) -> dict[Mois, int]:
    """How many calendar days of each month lie between two days, both included."""
    if fin < debut:
        debut, fin = fin, debut
    compte: dict[Mois, int] = {}
    jour = debut
    while jour <= fin:
        suivant = date(jour.year + jour.month // 12, jour.month % 12 + 1, 1)
        dernier = min(fin, suivant - timedelta(days=1))
        compte[(jour.year, jour.month)] = (dernier - jour).days + 1
        jour = suivant
    return compte


def repartir_charge(jours: Decimal, debut: date, fin: date) -> dict[Mois, Decimal]:
    """The person-days of each month, in tenths, pro rata to its calendar days; they sum to *jours* rounded
    to the tenth (largest remainder).
    """
    poids = jours_par_mois(debut, fin)
    dixiemes = int((jours / DIXIEME).to_integral_value())
    parts = repartir(dixiemes, list(poids.values()))
    return {mois: part * DIXIEME for mois, part in zip(poids, parts, strict=True)}


def par_fonction(travaux: Iterable[Travail]) -> dict[str, dict[Mois, Decimal]]:
    """Person-days by function and month."""
    charges: dict[str, dict[Mois, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for travail in travaux:
        for mois, jours in repartir_charge(travail.jours, travail.debut, travail.fin).items():
            charges[travail.fonction][mois] += jours
    return {fonction: dict(sorted(mois.items())) for fonction, mois in sorted(charges.items())}


def charge_par_defaut(procedure: str, lots: int, bareme: Mapping[str, Decimal | str]) -> Decimal:
    """Person-days of a procedure that nobody estimated: by kind, plus a share per lot beyond the first.

    *bareme*: "formalisee", "adaptee", "directe", "lot_supplementaire".
    """
    if procedure.startswith("Marché passé sans"):
        base = "directe"
    elif procedure == "Procédure adaptée":
        base = "adaptee"
    else:
        base = "formalisee"
    return Decimal(bareme[base]) + max(lots - 1, 0) * Decimal(bareme["lot_supplementaire"])
