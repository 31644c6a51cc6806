"""The rules of the format `lignes_commande`, as they are published, and what forbids an import."""

import re
from collections.abc import Sequence

from fanal.moteurs.lac.entree import phrases
from fanal.refus import Inutilisable, Refus

REGLES = [{"code": code, "gravite": gravite, "titre": titre} for code, gravite, titre, _ in phrases.REGLES]
_MOIS = re.compile(r"^(\d{4})-(\d{2})$")


def check_pas_importe(numero: int | None) -> None:
    """A deposit enters the lake once: *numero*, its version there, is `None` before. Raises Refus."""
    if numero is not None:
        raise Refus(
            f"Ce dépôt est déjà importé (version {numero} du lac) : une autre lecture du même fichier s'est "
            "terminée avant celle-ci. Rien n'a été ajouté deux fois ; il n'y a rien à refaire."
        )


def lire_mois(mois: Sequence[str]) -> frozenset[int]:
    """The integers of months written AAAA-MM. Raises Inutilisable with a sentence."""
    # Loaded here: the rules are read when the site starts, Arrow is not needed then.
    from fanal.moteurs.lac.schema import mois_code

    codes = set()
    for texte in mois:
        lu = _MOIS.match(texte.strip())
        if lu is None or not 1 <= int(lu[2]) <= 12:
            raise Inutilisable(
                f"« {texte} » n'est pas un mois. Écrivez l'année et le mois, par exemple 2021-03 ; plusieurs "
                "mois se séparent par des virgules."
            )
        codes.add(mois_code(int(lu[1]), int(lu[2])))
    return frozenset(codes)
