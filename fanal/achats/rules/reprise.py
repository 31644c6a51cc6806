"""Taking into a trame what operators declare for its establishments: what forbids it, in one sentence."""

from collections.abc import Collection

from fanal.refus import Refus


def check_reprise(choisies: Collection[str], disponibles: Collection[str]) -> None:
    """At least one line is chosen, and all of them are still to be taken."""
    if not choisies:
        raise Refus("Aucune ligne n'est choisie. Cochez les lignes à reprendre, ou choisissez-les toutes.")
    passees = sum(cle not in disponibles for cle in choisies)
    if passees:
        lignes = "1 ligne choisie n'est plus" if passees == 1 else f"{passees} lignes choisies ne sont plus"
        raise Refus(
            f"{lignes} à reprendre : la trame ou la déclaration de l'opérateur a changé entre-temps. "
            "Rechargez la page et choisissez de nouveau ; rien n'a été enregistré."
        )
