"""Printed beside computed: what the ministry published for a year, and what the platform finds."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from fanal.achats.compute import Consolidation
from fanal.achats.resultats_publies import table

UNITES = {"millions": Decimal(1_000_000), "taux": Decimal("0.01")}


@dataclass(frozen=True)
class Rapprochement:
    """One printed figure and the computed one, in the unit of `genre` (euros or a rate).

    `decimales` is how precisely the figure was printed, in millions or in per cent.
    """

    titre: str
    genre: str
    imprime: Decimal
    calcule: Decimal | None
    source: str
    note: str
    decimales: int = 1

    @property
    def concorde(self) -> bool | None:
        """Whether the computed figure, rounded as printed, is the printed one; None when not computable."""
        if self.calcule is None:
            return None
        step = Decimal(1).scaleb(-self.decimales)
        printed, computed = (
            (v / UNITES[self.genre]).quantize(step, ROUND_HALF_UP) for v in (self.imprime, self.calcule)
        )
        return printed == computed


# Title, unit, printed table, its row ("" for the total), its column, and the computed figure beside it.
FIGURES = (
    ("Gains retenus", "millions", "performance_2021", "", "gains_retenus_meur", "gains_retenus"),
    ("Objectif", "millions", "performance_2021", "", "objectif_meur", "objectif"),
    ("Taux d'atteinte", "taux", "performance_2021", "", "taux_atteinte_pct", "taux_atteinte"),
    ("Gains retirés", "millions", "retraits_2021", "national", "gains_retires_meur", "gains_retires"),
    ("Taux de couverture", "taux", "couverture", "", "2021", "taux_couverture"),
    (
        "Taux de qualité (calculé par montant)",
        "taux",
        "qualite_2021",
        "",
        "taux_qualite_pct",
        "taux_qualite_montant",
    ),
    (
        "Taux de qualité (calculé par ligne)",
        "taux",
        "qualite_2021",
        "",
        "taux_qualite_pct",
        "taux_qualite_lignes",
    ),
    ("Taux de performance", "taux", "taux_performance", "2021", "taux_performance_pct", "taux_performance"),
    (
        "Indice de surperformance des parties",
        "taux",
        "surperformance",
        "2021",
        "indice_pct",
        "indice_surperformance_partie",
    ),
)


def compare(consolidation: Consolidation) -> list[Rapprochement]:
    """The national printed figures of 2021 held against the computed ones; empty for other years."""
    if consolidation.annee != 2021:
        return []
    found = []
    for titre, genre, code, row, column, name in FIGURES:
        printed = table(code)
        value = printed.valeur(row, column) if row else (printed.total or {}).get(column)
        if value is not None:
            computed = getattr(consolidation.total, name)
            found.append(
                Rapprochement(
                    titre=titre,
                    genre=genre,
                    imprime=value * UNITES[genre],
                    calcule=computed,
                    source=printed.source,
                    note=printed.note,
                    decimales=max(0, -int(value.as_tuple().exponent)),
                )
            )
    return found


def printed_attainment(annee: int, sigle: str) -> Decimal | None:
    """The printed attainment of a région, as a rate; None when the ministry printed none."""
    value = table("performance_2021").valeur(sigle, "taux_atteinte_pct") if annee == 2021 else None
    return None if value is None else value / 100
