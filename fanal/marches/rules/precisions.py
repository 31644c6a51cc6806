"""Terms that came in unknown, made known after the notification: added, never replaced."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from fanal.achats.rules.mots import euros, jour
from fanal.marches.rules.cycle import check_motif
from fanal.marches.rules.situation import ATTRIBUE, PREPARATION, SOLDE, Situation
from fanal.refus import Refus

PRECISABLES: dict[str, str] = {
    "date_lancement": "Lancement de la consultation",
    "date_debut": "Début",
    "minimum_ht": "Minimum HT",
    "maximum_ht": "Maximum HT",
    "maximum_quantite": "Maximum en quantité",
    "unite_quantite": "Unité",
    "reconductions_prevues": "Reconductions prévues",
    "reconduction_mois": "Durée d'une reconduction",
    "preavis_mois": "Préavis de non-reconduction",
    "motif_duree": "Motif d'une durée de plus de quatre ans",
    "famille": "Famille",
    "ccag": "CCAG",
    "ccag_version": "Version du CCAG",
}


def check_precisable(s: Situation) -> None:
    """Before the notification the terms are corrected; settled, they rest."""
    if s.etat in (PREPARATION, ATTRIBUE):
        raise Refus("Ce marché n'est pas encore notifié : corrigez-le librement.")
    if s.etat == SOLDE:
        raise Refus("Ce marché est soldé : ses termes ne se complètent plus.")


def inconnus(termes: Mapping[str, Any]) -> list[str]:
    """The terms of a contract that are unknown. No renewal is unknown while their length is."""
    empty = [n for n in PRECISABLES if termes.get(n) in (None, "")]
    if not termes.get("reconductions_prevues") and "reconduction_mois" in empty:
        empty.append("reconductions_prevues")
    return empty


def check_precisions(
    s: Situation, *, termes: Mapping[str, Any], valeurs: Mapping[str, Any], motif: str
) -> None:
    """*valeurs* fill unknown terms only, and hold together with the known ones."""
    check_precisable(s)
    check_motif(motif)
    if not valeurs:
        raise Refus("Rien n'est précisé. Remplissez au moins une valeur.")
    known = sorted(PRECISABLES[n] for n in valeurs if n not in inconnus(termes))
    if known:
        raise Refus(
            f"{', '.join(known)} : la valeur est déjà connue. Elle ne change que par un avenant, ou par une "
            "correction du fichier reçu."
        )
    whole = {**termes, **valeurs}
    _check_montants(whole)
    _check_dates(s, whole)
    _check_reconductions(whole)


def _check_montants(whole: Mapping[str, Any]) -> None:
    for name in ("maximum_ht", "maximum_quantite"):
        if whole.get(name) is not None and whole[name] <= 0:
            raise Refus("Un maximum est supérieur à zéro. Laissez la case vide s'il est inconnu.")
    low, top = whole.get("minimum_ht"), whole.get("maximum_ht")
    if low is not None and low < 0:
        raise Refus("Un minimum ne peut pas être négatif.")
    if isinstance(low, Decimal) and isinstance(top, Decimal) and low > top:
        raise Refus(f"Le minimum ({euros(low)}) dépasse le maximum ({euros(top)}).")


def _check_dates(s: Situation, whole: Mapping[str, Any]) -> None:
    launch, start = whole.get("date_lancement"), whole.get("date_debut")
    notified = s.date_notification
    if isinstance(launch, date) and notified is not None and launch > notified:
        raise Refus(f"Le lancement ({jour(launch)}) suit la notification ({jour(notified)}). Corrigez-le.")
    if isinstance(start, date) and isinstance(launch, date) and start < launch:
        raise Refus(f"Le début ({jour(start)}) précède le lancement ({jour(launch)}). Corrigez une date.")
    end = s.vie.fin_totale
    if isinstance(start, date) and end is not None and start > end:
        raise Refus(f"Le début ({jour(start)}) suit la fin du marché ({jour(end)}). Corrigez-le.")


def _check_reconductions(whole: Mapping[str, Any]) -> None:
    number, months = whole.get("reconductions_prevues") or 0, whole.get("reconduction_mois")
    if bool(number) != bool(months):
        raise Refus("Indiquez ensemble le nombre de reconductions et leur durée en mois.")
    whole_months = whole.get("duree_mois")
    if number and whole_months is None:
        raise Refus("La durée totale du marché manque : complétez-la d'abord.")
    if number and months and whole_months is not None and number * months >= whole_months:
        raise Refus(
            f"Les reconductions font {number * months} mois sur les {whole_months} de la durée totale : "
            "il ne reste rien pour la première période."
        )
