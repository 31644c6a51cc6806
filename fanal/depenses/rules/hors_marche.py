"""What may be decided of purchases off contract, and what a decision needs."""

from datetime import date

from fanal.refus import Refus

A_TRAITER, RATTACHE, JUSTIFIE, PROCEDURE = "a_traiter", "rattache", "justifie", "procedure"
DECISIONS = {
    RATTACHE: "Rattacher à un marché",
    JUSTIFIE: "Justifier",
    PROCEDURE: "Lancer une procédure",
    A_TRAITER: "Remettre à traiter",
}
MOTIF_MAX = 500
GROUPES_MAX = 500


def check_decision(statut: str, motif: str, nombre: int) -> None:
    """A decision on *nombre* groups: one of DECISIONS, with its reason."""
    if statut not in DECISIONS:
        raise Refus("Choisissez ce qui est décidé : rattacher, justifier, lancer une procédure.")
    if not nombre:
        raise Refus("Cochez au moins un groupe d'achats.")
    if nombre > GROUPES_MAX:
        raise Refus(f"Cochez au plus {GROUPES_MAX} groupes à la fois : un motif vaut pour tous.")
    if not motif.strip():
        raise Refus("Indiquez le motif : il est gardé avec la décision et inscrit au journal.")
    if len(motif) > MOTIF_MAX:
        raise Refus(f"Ce motif est trop long : {MOTIF_MAX} caractères au plus.")


def check_rattachement(
    numero: str, debut: date | None, fin: date | None, premiere: date | None, derniere: date | None
) -> None:
    """A contract ran on some day of the purchases attached to it; an unknown date forbids nothing."""
    ended = fin is not None and premiere is not None and fin < premiere
    began = debut is not None and derniere is not None and debut > derniere
    if ended or began:
        since = f"du {debut:%d/%m/%Y} " if debut else ""
        until = f"au {fin:%d/%m/%Y}" if fin else "sans fin connue"
        raise Refus(
            f"Le marché {numero} court {since}{until} : il ne peut pas couvrir des achats du "
            f"{premiere:%d/%m/%Y} au {derniere:%d/%m/%Y}. Choisissez un autre marché, ou justifiez-les."
        )


def check_verrou(attendu: str, actuel: str) -> None:
    """Nobody decided on the same groups since the preview, and no line came in."""
    if attendu != actuel:
        raise Refus(
            "Ces achats ont changé depuis l'aperçu (une décision, ou de nouvelles lignes). Relisez-le avant "
            "d'enregistrer : rien n'a été modifié."
        )
