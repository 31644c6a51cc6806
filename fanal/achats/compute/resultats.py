"""The result of a consolidation, with amounts in euros and rates as exact decimals."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import polars as pl

MONTANTS = (
    "gains_declares",
    "gains_operateurs",
    "gains_retires",
    "ecart_doublons",
    "operateurs_repris",
    "gains_retenus",
    "en_attente",
    "report",
    "actions_nouvelles",
    "objectif",
)
TAUX = (
    "taux_atteinte",
    "taux_couverture",
    "taux_performance",
    "taux_qualite_montant",
    "taux_qualite_lignes",
    "indice_surperformance_partie",
)
VENTILATIONS = (
    "par_region",
    "par_famille",
    "par_operateur",
    "par_role",
    "par_ght",
    "par_etablissement",
    "par_nom_operateur",
)
VENTILATIONS_CONTRAT = VENTILATIONS[:3]


def euros(centimes: int) -> Decimal:
    """Integer cents to euros."""
    return Decimal(centimes).scaleb(-2)


def rate(numerateur: int, denominateur: int) -> Decimal | None:
    """Quotient of two integers rounded half up to six decimals; None unless the denominator is positive."""
    if denominateur <= 0:
        return None
    millioniemes = (2 * abs(numerateur) * 10**6 + denominateur) // (2 * denominateur)
    return Decimal(-millioniemes if numerateur < 0 else millioniemes).scaleb(-6)


def rate_text(taux: Decimal | None) -> str | None:
    """A rate with four to six decimals: 0.2356 for 23,56 %, 0.333333 for a third."""
    if taux is None:
        return None
    entier, _, decimales = f"{taux:.6f}".partition(".")
    return f"{entier}.{decimales[:4]}{decimales[4:].rstrip('0')}"


@dataclass(frozen=True)
class Resultat:
    """A consolidated row. Amounts in euros, part of the civil year; rates are None when not computable.

    gains_declares - en_attente - gains_retires - ecart_doublons + operateurs_repris = gains_retenus, and
    gains_retenus = report + actions_nouvelles (a gain taken up from an operator alone counts as new).
    """

    gains_declares: Decimal
    gains_operateurs: Decimal
    gains_retires: Decimal
    ecart_doublons: Decimal
    operateurs_repris: Decimal
    gains_retenus: Decimal
    en_attente: Decimal
    report: Decimal
    actions_nouvelles: Decimal
    objectif: Decimal | None
    taux_atteinte: Decimal | None
    taux_couverture: Decimal | None
    taux_performance: Decimal | None
    taux_qualite_montant: Decimal | None
    taux_qualite_lignes: Decimal | None
    indice_surperformance_partie: Decimal | None
    lignes: int = 0
    lignes_decidees: int = 0
    non_situables: int = 0
    montant_non_situable: Decimal = Decimal("0.00")
    reference_couverte: Decimal = Decimal("0.00")
    achats_annuels: Decimal | None = None
    ghts_avec_base: int = 0
    ghts_sans_base: int = 0
    code: str | None = None
    nom: str = ""

    def to_json(self) -> dict[str, str | None]:
        """Amounts and rates as decimal strings, in the order of the contract; null when not computable."""
        montants: dict[str, str | None] = {}
        for cle in MONTANTS:
            valeur = getattr(self, cle)
            montants[cle] = None if valeur is None else f"{valeur:.2f}"
        return montants | {cle: rate_text(getattr(self, cle)) for cle in TAUX}


@dataclass(frozen=True)
class Consolidation:
    """A consolidated year: the total, its breakdowns, and the lines every figure is followed back to.

    `lignes`: frame of `amounts_per_line`, filtered as the consolidation is. Each breakdown adds up to the
    total, amount by amount; a row whose `code` is None gathers what carries no value on that axis.
    """

    annee: int
    periode: str
    regle: str
    total: Resultat
    par_region: list[Resultat]
    par_famille: list[Resultat]
    par_operateur: list[Resultat]
    par_role: list[Resultat]
    par_ght: list[Resultat]
    par_etablissement: list[Resultat]
    par_nom_operateur: list[Resultat]
    lignes: pl.DataFrame = field(repr=False)
    operateurs: pl.DataFrame = field(repr=False)

    def to_json(self, *, ventilations: Iterable[str] = VENTILATIONS_CONTRAT) -> dict[str, Any]:
        """The document of `fanal performance --json`; `ventilations` names the breakdowns to give."""
        document: dict[str, Any] = {"annee": self.annee, "periode": self.periode} | self.total.to_json()
        for nom in ventilations:
            if nom not in VENTILATIONS:
                raise ValueError(f"Ventilation inconnue : « {nom} ».")
            document[nom] = [{"code": r.code, "nom": r.nom} | r.to_json() for r in getattr(self, nom)]
        return document
