"""Deciding what product a group of labels is: what a person may write, and why."""

from collections.abc import Iterable

from fanal.refus import Interdit, Refus

MOTIF_MAX = 1000


def check_decision(*, cle: str, produit: bool, motif: str, remplace: bool) -> None:
    """A group may be settled. *produit*: a product is named; *remplace*: a decision already holds."""
    if not cle:
        raise Refus("Ces libellés n'ont aucun mot lisible : ils ne peuvent pas être rapprochés.")
    if not produit and not motif.strip():
        raise Refus("Dites pourquoi aucun produit du référentiel ne convient : le motif est gardé.")
    check_motif(motif, obligatoire=remplace)


def check_motif(motif: str, *, obligatoire: bool) -> None:
    """A reason where one is due, and of a bearable length."""
    if obligatoire and not motif.strip():
        raise Refus(
            "Ce groupe est déjà décidé. Dites pourquoi vous y revenez : l'ancienne décision est gardée."
        )
    if len(motif) > MOTIF_MAX:
        raise Refus(f"Ce motif est trop long : {MOTIF_MAX} caractères au plus.")


def check_attendu(attendu: str, actuel: str) -> None:
    """Nobody settled this group while the page was open."""
    if attendu != actuel:
        raise Refus("Ce groupe vient d'être décidé par quelqu'un d'autre. Relisez la page, puis recommencez.")


def check_lot(attendue: str, actuelle: str, nombre: int) -> None:
    """What a bulk acceptance does is what was shown."""
    if not nombre:
        raise Refus("Aucune suggestion n'atteint cette confiance : il n'y a rien à accepter.")
    if attendue != actuelle:
        raise Refus(
            "La liste a changé depuis que vous l'avez relue : un groupe a été décidé, ou le référentiel "
            "complété. Relisez-la, puis acceptez de nouveau."
        )


def check_modification_du_referentiel(modifies: Iterable[str], motif: str, *, modifie: bool) -> None:
    """Products already known change for every GHT: a national account does it, with a reason.

    Raises `Interdit` when the account may only add, `Refus` when the reason misses.
    """
    codes = list(modifies)
    if not codes:
        return
    named = f"{', '.join(codes[:3])}{'…' if len(codes) > 3 else ''}"
    products = f"{len(codes)} produit{'s' if len(codes) > 1 else ''}"
    said = f"Ce fichier modifie {products} déjà au référentiel ({named})"
    if not modifie:
        raise Interdit(
            f"{said}, commun à tous les GHT : un compte national peut le faire. Retirez ces lignes pour "
            "ajouter les autres."
        )
    if not motif.strip():
        raise Refus(f"{said}. Dites pourquoi : le motif est gardé.")
