"""The same likeness in plain Python: TF-IDF of words and of pieces of words, then a cosine."""

import math
from collections import Counter
from collections.abc import Callable, Sequence

from fanal.moteurs.rapprochement.texte import jetons


def mots(libelle: str) -> list[str]:
    return list(jetons(libelle))


def morceaux(libelle: str) -> list[str]:
    """Pieces of two to four characters of each word between spaces; a shorter word counts once."""
    found = []
    for word in " ".join(jetons(libelle)).split():
        padded = f" {word} "
        for size in (2, 3, 4):
            if size >= len(padded):
                found.append(padded)
                break
            found += [padded[i : i + size] for i in range(len(padded) - size + 1)]
    return found


def _vecteurs(
    textes: Sequence[str], couper: Callable[[str], list[str]], appris: Sequence[str]
) -> list[dict[str, float]]:
    seen = Counter(part for text in appris for part in set(couper(text)))
    idf = {part: math.log((1 + len(appris)) / (1 + n)) + 1 for part, n in seen.items()}
    out = []
    for text in textes:
        raw = {p: (1 + math.log(n)) * idf[p] for p, n in Counter(couper(text)).items() if p in idf}
        norm = math.sqrt(sum(v * v for v in raw.values())) or 1.0
        out.append({p: v / norm for p, v in raw.items()})
    return out


def cosinus(libelle: str, produits: Sequence[str]) -> list[float]:
    """The likeness of a label with each product: half words, half pieces."""
    whole = [0.0] * len(produits)
    for cut in (mots, morceaux):
        known = _vecteurs(produits, cut, produits)
        asked = _vecteurs([libelle], cut, produits)[0]
        for rank, vector in enumerate(known):
            whole[rank] += 0.5 * sum(v * vector.get(p, 0.0) for p, v in asked.items())
    return whole
