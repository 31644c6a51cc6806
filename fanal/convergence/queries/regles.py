"""The rules of the engine, read from the dated parameters."""

from datetime import date
from decimal import Decimal
from typing import Any

from fanal.moteurs.convergence import Regles
from fanal.parametres import SansValeur, catalogue, valeur
from fanal.parametres.valeur import Valeur

MOIS = (
    "delai_preparation_mois",
    "horizon_mois",
    "pont_maximum_mois",
    "entree_maximum_mois",
    "delai_marche_court_mois",
    "delai_marche_court_adapte_mois",
)


def regles(le: date, nature: str) -> Regles:
    """Weights, delays and thresholds in force on day *le* for a segment of that nature."""
    return Regles(
        administratif=_table("cout_administratif", le),
        risque=_table("risque", le),
        risque_taux=_table("risque_taux", le),
        taux_gain=valeur("convergence.taux_gain", le=le),
        taux_indemnite=valeur("convergence.taux_indemnite", le=le),
        seuil_marche_court=_seuil("marches.seuils.dispense", le, nature),
        seuil_marche_court_adapte=_seuil("marches.seuils.procedure_formalisee", le, nature),
        duree_commune_mois=valeur("marches.accord_cadre.duree_maximale_mois", le=le),
        **{nom: valeur(f"convergence.{nom}", le=le) for nom in MOIS},
    )


def _table(nom: str, le: date) -> dict[str, Decimal]:
    table: dict[str, Any] = valeur(f"convergence.{nom}", le=le)
    return {acte: Decimal(montant) for acte, montant in table.items()}


def _seuil(code: str, le: date, nature: str) -> Decimal | None:
    try:
        return Decimal(valeur(code, le=le, nature=nature))
    except SansValeur:
        return None


def a_confirmer(le: date) -> list[str]:
    """The labels of the parameters of convergence whose value is still a choice."""
    found = []
    for code, parametre in catalogue().items():
        if code.startswith("convergence."):
            held: Valeur = parametre.at(le)
            if held.a_confirmer:
                found.append(parametre.libelle)
    return found
