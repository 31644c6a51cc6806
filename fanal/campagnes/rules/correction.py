"""Correcting cells on a page: what forbids it, in one sentence."""

from fanal.refus import Refus


def check_correction_utile(lignes: int) -> None:
    """A correction changes at least one cell."""
    if not lignes:
        raise Refus(
            "Aucune cellule n'a changé : il n'y a rien à enregistrer. Corrigez une valeur, puis enregistrez."
        )


def check_version_courante(numero: int, courante: int) -> None:
    """Corrections bear on the current version: nobody's deposit is undone by an older page."""
    if numero != courante:
        raise Refus(
            f"Une autre version de cette trame a été enregistrée entre-temps (version {courante}) : vos "
            "corrections "
            f"portaient sur la version {numero}. Rouvrez la correction sur la version actuelle ; rien n'a "
            "été modifié."
        )
