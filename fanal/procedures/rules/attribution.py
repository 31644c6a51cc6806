"""What a contract must hold when a lot is awarded."""

from datetime import date
from decimal import Decimal

from fanal.refus import Refus

BONS, SUBSEQUENTS = "Bons de commande", "Marchés subséquents"


def check_attribution(
    *,
    identifiant: str,
    accord_cadre: bool,
    modalites: tuple[str, ...],
    maximum: Decimal | None,
    maximum_obligatoire: bool,
    duree_mois: int,
    duree_maximale: int,
    motif_duree: str,
    reconductions: int,
    reconduction_mois: int | None,
    titulaires: int,
    beneficiaires: int,
) -> None:
    """Raises Refus with the first thing that is missing or unlawful.

    R2162-4 CCP: a framework agreement has a maximum; L2125-1: four years at most unless justified;
    R2162-2: performed by orders, by subsequent contracts, or both.
    """
    if not identifiant.strip():
        raise Refus("Donnez le numéro du marché : seize caractères au plus pour les données essentielles.")
    if len(identifiant.strip()) > 16:
        raise Refus(
            "Le numéro du marché compte plus de seize caractères : les données essentielles les refusent."
        )
    if duree_mois < 1:
        raise Refus("Donnez la durée totale en mois, reconductions comprises.")
    if reconductions and not reconduction_mois:
        raise Refus("Donnez la durée d'une reconduction, en mois.")
    if reconductions and reconductions * (reconduction_mois or 0) >= duree_mois:
        raise Refus(
            f"{reconductions} reconduction(s) de {reconduction_mois} mois ne tiennent pas dans une durée "
            f"totale de {duree_mois} mois, qui comprend la période initiale."
        )
    if not beneficiaires:
        raise Refus("Cochez au moins un établissement bénéficiaire.")
    if not accord_cadre:
        if titulaires > 1:
            raise Refus("Plusieurs titulaires supposent un accord-cadre : cochez-le, ou n'en retenez qu'un.")
        return
    if not modalites:
        raise Refus("Un accord-cadre s'exécute par bons de commande, par marchés subséquents, ou les deux.")
    if maximum_obligatoire and maximum is None:
        raise Refus("Un accord-cadre a un maximum, en valeur ou en quantité (R2162-4) : indiquez-le.")
    if duree_mois > duree_maximale and not motif_duree.strip():
        raise Refus(
            f"Un accord-cadre dure {duree_maximale} mois au plus (L2125-1) : écrivez la justification des "
            f"{duree_mois} mois."
        )


def check_notification(signature: date, notification: date | None) -> None:
    """The contract is notified after its signature. Raises Refus."""
    if notification is not None and notification < signature:
        raise Refus("La notification ne peut pas précéder la signature.")


def partager(maximum: Decimal | None, besoins: dict[int, Decimal | None]) -> dict[int, int] | None:
    """The weights in cents by which a maximum is shared; None when a need is unknown or all are zero."""
    if maximum is None or not besoins or any(m is None for m in besoins.values()):
        return None
    poids = {cle: int((m or Decimal(0)) * 100) for cle, m in besoins.items()}
    return poids if sum(poids.values()) > 0 else None
