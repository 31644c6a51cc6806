"""Names on an axis: short enough, and never two the same, which a picture would draw on one another."""

from collections import Counter
from collections.abc import Mapping, Sequence


def etiquettes(noms: Mapping[str, str], largeur: int) -> dict[str, str]:
    """The names, cut at *largeur* characters; their key in brackets where two would look the same."""
    cut = {cle: nom if len(nom) <= largeur else f"{nom[: largeur - 1]}…" for cle, nom in noms.items()}
    often = Counter(cut.values())
    return {cle: f"{nom} ({cle})" if often[nom] > 1 else nom for cle, nom in cut.items()}


def distinctes(noms: Sequence[str]) -> list[str]:
    """The names in their order; « (2) », « (3) »… after one that came before."""
    seen: Counter[str] = Counter()
    written = []
    for nom in noms:
        seen[nom] += 1
        written.append(nom if seen[nom] == 1 else f"{nom} ({seen[nom]})")
    return written
