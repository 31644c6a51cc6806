"""The rule set of gains: an argument of every calculation, because the national method is being revised."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class RegleGains:
    """What the method fixes. Callers build it from the dated parameters `achats.regle.*`.

    `fenetre_mois`: months during which a gain counts, from the first order (12 in the DGOS results of 2021).
    `unite_fenetre`: whether the share of a civil year is counted by "jour" or by "mois".
    `causes_comptees`: values of `cause_prix` that come from the buyer; the empty one counts as the buyer's.
    `couverture_avec_report`: whether carried-over lines enter the coverage (they do not).
    `investissement_divise`: whether an investment's gain and reference are divided by its amortisation years.
    """

    code: str = "phare-2019"
    version: str = "1"
    fenetre_mois: int = 12
    unite_fenetre: str = "jour"
    causes_comptees: frozenset[str] = field(default_factory=lambda: frozenset({"", "acheteur"}))
    couverture_avec_report: bool = False
    investissement_divise: bool = True

    def __post_init__(self) -> None:
        if not 1 <= self.fenetre_mois <= 12:
            raise ValueError("La fenêtre va de 1 à 12 mois : au-delà, elle toucherait trois années civiles.")
        if self.unite_fenetre not in {"jour", "mois"}:
            raise ValueError(f"Le prorata se compte en jour ou en mois, pas en « {self.unite_fenetre} ».")

    @classmethod
    def from_valeurs(cls, valeurs: Mapping[str, Any]) -> "RegleGains":
        """Build from the set of values `achats.regle` in force at a date (keys without that prefix)."""
        return cls(
            code=str(valeurs["code"]),
            version=str(valeurs["version"]),
            fenetre_mois=int(valeurs["fenetre_mois"]),
            unite_fenetre=str(valeurs["unite_fenetre"]),
            causes_comptees=frozenset({"", *valeurs["causes_comptees"]}),
            couverture_avec_report=bool(valeurs["couverture_avec_report"]),
            investissement_divise=bool(valeurs["investissement_divise"]),
        )
