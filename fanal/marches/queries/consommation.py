"""What has been used of contracts: totals by establishment and by month."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncMonth

from fanal.comptes.perimetre import Perimetre
from fanal.marches.models import Consommation, Marche
from fanal.territoires.noeuds import Noeud

CENT = Decimal("0.01")
UNITE = Decimal("0.0001")
PAQUET = 5000  # identifiers per query: SQLite takes about 32,000 parameters


@dataclass
class Cumul:
    """What one contract has been used for. Euros excl. VAT, to the cent; `quantite` `None`: never given.

    `par_etablissement` and `quantites` are keyed by establishment, `par_mois` by the first day of the month.
    """

    total_ht: Decimal = Decimal("0.00")
    quantite: Decimal | None = None
    par_etablissement: dict[int, Decimal] = field(default_factory=dict)
    quantites: dict[int, Decimal] = field(default_factory=dict)
    par_mois: dict[date, Decimal] = field(default_factory=dict)
    lignes: int = 0


def cumuls(marches: Iterable[int], au: date | None = None) -> dict[int, Cumul]:
    """The consumption of contracts given by primary key, up to and including day *au*.

    A contract without consumption is absent: `cumuls(...).get(pk)` tells "nothing received" from zero euro.
    """
    found: dict[int, Cumul] = {}
    for rows in _grouped(marches, au):
        for row in rows:
            _add(found.setdefault(row["marche"], Cumul()), row)
    return found


def _grouped(marches: Iterable[int], au: date | None) -> Iterator[QuerySet[Consommation, dict[str, Any]]]:
    rest = iter(marches)
    while keys := list(islice(rest, PAQUET)):
        lines = Consommation.objects.filter(marche__in=keys)
        if au is not None:
            lines = lines.filter(le__lte=au)
        yield (
            lines.order_by()
            .annotate(mois=TruncMonth("le"))
            .values("marche", "etablissement", "mois")
            .annotate(montant=Sum("montant_ht"), unites=Sum("quantite"), nombre=Count("pk"))
        )


def _add(cumul: Cumul, row: dict[str, Any]) -> None:
    """Add one group. SQLite sums decimals as floats: each group is brought back to the cent."""
    amount = Decimal(str(row["montant"])).quantize(CENT)
    place, month = row["etablissement"], row["mois"]
    cumul.total_ht += amount
    cumul.par_etablissement[place] = cumul.par_etablissement.get(place, Decimal("0.00")) + amount
    cumul.par_mois[month] = cumul.par_mois.get(month, Decimal("0.00")) + amount
    cumul.lignes += row["nombre"]
    if row["unites"] is not None:
        units = Decimal(str(row["unites"])).quantize(UNITE)
        cumul.quantite = (cumul.quantite or Decimal(0)) + units
        cumul.quantites[place] = cumul.quantites.get(place, Decimal(0)) + units


def lignes_visibles(marche: Marche, perimetre: Perimetre) -> tuple[QuerySet[Consommation], bool]:
    """The lines of a contract that an account may read, and whether they are all of them.

    Who covers the contract's own node reads all; others read what their establishments used: members of
    several GHT may order on the same operator's contract.
    """
    rows = Consommation.objects.filter(marche=marche).select_related("etablissement", "lot")
    if perimetre.contient(Noeud.de(marche)):
        return rows, True
    return rows.filter(perimetre.etablissements_q("etablissement__")), False
