"""Surveys of needs: when they open, who answers until when, what an answer holds."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from fanal.refus import Refus


def check_ouverture(*, etat: str, deja: bool, echeance: date, le: date, etablissements: int) -> None:
    """A survey opens once, before the drafting ends, for somebody, with time to answer. Raises Refus."""
    if deja:
        raise Refus("Un recensement existe déjà pour cette procédure.")
    if etat not in {"planifiee", "recensement"}:
        raise Refus("Le recensement s'ouvre avant la rédaction : cette procédure est plus avancée.")
    if echeance < le:
        raise Refus(f"L'échéance du recensement ({echeance:%d/%m/%Y}) est déjà passée.")
    if not etablissements:
        raise Refus("Cochez au moins un établissement à interroger.")


def check_ouvert(clos: bool) -> None:
    """Answers come in until the survey is closed, late ones included. Raises Refus."""
    if clos:
        raise Refus("Le recensement est fermé : demandez à l'établissement support de le rouvrir.")


def check_besoin(designation: str, quantite: Decimal | None, montant: Decimal | None) -> None:
    """A need has a name and figures that are not negative. Raises Refus."""
    if not designation.strip():
        raise Refus("Donnez la désignation de chaque besoin.")
    if any(v is not None and v < 0 for v in (quantite, montant)):
        raise Refus(f"« {designation[:60]} » : une quantité ou un montant ne peut pas être négatif.")


def check_cles(cles: Sequence[str]) -> None:
    """The same need is not given twice. Raises Refus."""
    vues: set[str] = set()
    for cle in cles:
        if cle in vues:
            raise Refus(
                f"Le besoin « {cle.partition(':')[2] or cle} » est donné deux fois : réunissez ses lignes."
            )
        vues.add(cle)


def check_fermeture(*, clos: bool, attendus: Sequence[str], motif: str) -> None:
    """A survey closes when all have answered, or with a reason. Raises Refus."""
    if clos:
        raise Refus("Le recensement est déjà fermé.")
    if attendus and not motif.strip():
        noms = ", ".join(attendus[:3]) + ("…" if len(attendus) > 3 else "")
        raise Refus(
            f"{len(attendus)} établissement(s) n'ont pas répondu ({noms}). Écrivez pourquoi vous fermez "
            "sans eux."
        )
