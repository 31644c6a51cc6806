"""A penalty for lateness: on a contract that runs or ran, dated, applied or exempted with a reason."""

from datetime import date
from decimal import Decimal

from fanal.achats.rules.mots import jour
from fanal.marches.rules.situation import ATTRIBUE, PREPARATION, SOLDE, Situation
from fanal.refus import Refus


def check_penalite_possible(s: Situation) -> None:
    """Whether the contract can bear penalties at all: also after its end, until it is settled."""
    if s.etat in (PREPARATION, ATTRIBUE):
        raise Refus("Ce marché n'est pas encore notifié : aucune pénalité ne court.")
    if s.etat == SOLDE:
        raise Refus("Ce marché est soldé : une pénalité n'est plus possible.")


def check_penalite(
    s: Situation,
    *,
    du: date,
    au: date,
    base: Decimal,
    montant: Decimal | None,
    diviseur: int | None,
    appliquee: bool,
    motif: str,
) -> None:
    """The lateness is dated and past, its base known, and giving it up has a reason."""
    check_penalite_possible(s)
    if au <= du:
        raise Refus(f"La réalisation ({jour(au)}) n'est pas en retard sur la date due ({jour(du)}).")
    if au > s.le:
        raise Refus(f"La réalisation est datée du {jour(au)}, dans le futur. Corrigez sa date.")
    if s.date_notification is not None and du < s.date_notification:
        raise Refus(f"La date due ({jour(du)}) précède la notification du marché.")
    if base <= 0:
        raise Refus("La valeur en retard est un montant supérieur à zéro.")
    if montant is None or montant <= 0:
        raise Refus(
            "Le montant du marché n'est pas connu : indiquez celui de la commande, qui fixe le plafond."
        )
    if base > montant:
        raise Refus("La valeur en retard dépasse le montant du plafond. Corrigez l'un des deux.")
    if diviseur is None:
        raise Refus(
            "Ni le CCAG de ce marché ni ses dérogations ne donnent de formule connue : renseignez le CCAG, "
            "ou la dérogation « diviseur »."
        )
    if not appliquee and not motif.strip():
        raise Refus("Indiquez pourquoi la pénalité n'est pas appliquée : le motif est inscrit au journal.")
