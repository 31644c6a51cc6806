"""Sections entrusted to somebody: what forbids it."""

from collections.abc import Collection

from fanal.refus import Inutilisable, Refus


def check_section(nom: str, connues: Collection[str]) -> None:
    """The form has that section. Raises Inutilisable."""
    if nom not in connues:
        raise Inutilisable("Le formulaire n'a pas cette section. Rechargez la page.")


def check_confier(compte: int, possibles: Collection[int], deja: bool) -> None:
    """The section may be entrusted to the account. Raises Refus."""
    if compte not in possibles:
        raise Refus("Choisissez un compte du même déclarant, qui peut remplir ce dossier.")
    if deja:
        raise Refus("Cette section est déjà confiée à ce compte.")
