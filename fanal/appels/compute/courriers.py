"""The words of a letter: a model text whose words between braces are replaced."""

import re
from collections.abc import Mapping

CHAMP = re.compile(r"\{([a-z_]+)\}")


def remplir(texte: str, valeurs: Mapping[str, str]) -> list[str]:
    """The paragraphs of *texte*, known fields replaced; an unknown one stays as written, to be seen."""
    rempli = CHAMP.sub(lambda m: valeurs.get(m.group(1), m.group(0)), texte)
    propres = (" ".join(p.split()) for p in re.split(r"\n\s*\n", rempli))
    return [p for p in propres if p]


def nature_de(statut: str, *, deja_retenu: bool) -> str:
    """Which letter tells a decision; empty when there is none to send."""
    if statut in {"provisoire", "definitive"}:
        return "modification" if deja_retenu else "notification"
    return {"complementaire": "complementaire", "refusee": "refus"}.get(statut, "")
