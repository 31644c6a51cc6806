"""What forbids keeping or setting aside a proposal, in one sentence each."""

from collections.abc import Sequence
from datetime import date

from fanal.refus import Refus


def check_motif(motif: str) -> None:
    """A decision says why."""
    if not motif.strip():
        raise Refus("Donnez le motif de votre décision : il reste avec la proposition.")


def check_a_jour(vue: str, actuelle: str) -> None:
    """A decision bears on what was shown: contracts, prices and rules have not moved since."""
    if vue != actuelle:
        raise Refus(
            "Les marchés de ce segment ont changé depuis l'aperçu : le calcul n'est plus le même. Relisez la "
            "proposition, puis décidez ; rien n'a été enregistré."
        )


def check_depart(depart: date, premier: date) -> None:
    """A common start leaves the time to prepare the procedure."""
    if depart < premier:
        raise Refus(
            f"Un départ commun au {depart:%d/%m/%Y} ne laisse pas le temps de préparer la procédure. "
            f"Choisissez une date à partir du {premier:%d/%m/%Y}."
        )


def check_marches(rejoignent: int) -> None:
    """A common contract brings at least two contracts together."""
    if rejoignent < 2:
        raise Refus(
            "Moins de deux marchés rejoindraient le marché commun à cette date : choisissez un autre départ."
        )


def check_libres(deja: Sequence[tuple[str, str]]) -> None:
    """No contract is replaced twice: *deja* pairs a contract and the procedure that already renews it."""
    if deja:
        marche, procedure = deja[0]
        autres = f" ; {len(deja) - 1} autres marchés de ce segment le sont aussi" if len(deja) > 1 else ""
        raise Refus(
            f"Le marché {marche} est déjà remplacé par la procédure {procedure}{autres}. Terminez ou classez "
            "cette procédure, ou retirez-lui ce marché, avant de retenir un autre départ."
        )


def check_a_inscrire(etat: str) -> None:
    """An action is written in the plan once."""
    if etat == "inscrite":
        raise Refus("L'action est déjà inscrite au plan d'actions achat : il n'y a rien à refaire.")
