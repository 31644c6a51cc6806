"""Labels as vectors: TF-IDF of their words and of pieces of words, in one sparse space.

The pieces of a token are those of its letters between two spaces, so a label's count is that of its tokens
times the pieces of each: a token met a thousand times is cut up once.
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

PIECES = (2, 3, 4)  # lengths of the pieces of words
PART_DES_CARACTERES = 0.5
COURANT = 0.15  # pieces of words that more of the catalogue than this holds say nothing and cost much
PETIT = 200  # products under which every piece is kept


@lru_cache(maxsize=65_536)
def morceaux(jeton: str) -> tuple[str, ...]:
    """The pieces of a token; one shorter than a piece is its own, once."""
    padded = f" {jeton} "
    return tuple(
        padded[start : start + size]
        for size in PIECES
        if size <= len(padded) or size == PIECES[0]
        for start in range(max(len(padded) - size, 0) + 1)
    )


class Espace:
    """The space in which the products of a catalogue (their tokens) are, and in which labels are put."""

    def __init__(self, produits: Sequence[Sequence[str]]) -> None:
        self._mots: dict[str, int] = {}
        self._morceaux: dict[str, int] = {}
        names: dict[str, int] = {}
        counts = _compter(produits, names, grandir=True)
        words, self._rarete_mots = _peser(counts)
        self._mots = names
        cut = _compter([morceaux(name) for name in names], self._morceaux, grandir=True)
        pieces = counts @ cut
        common = _presences(pieces) > COURANT * len(produits) if len(produits) > PETIT else None
        parts, self._rarete_morceaux = _peser(pieces, common)
        self.produits = _unir(words, parts)

    def raretes(self) -> dict[str, float]:
        """How rare each word of the catalogue is: its IDF, 1 when every product has it."""
        return dict(zip(self._mots, self._rarete_mots.tolist(), strict=True))

    def situer(self, libelles: Sequence[Sequence[str]]) -> "csr_matrix":
        """The vectors of labels (their tokens): cosines are their products with `produits`."""
        names: dict[str, int] = {}
        counts = _compter(libelles, names, grandir=True)
        known = _compter([(name,) for name in names], self._mots)
        cut = _compter([morceaux(name) for name in names], self._morceaux)
        return _unir(_normer(counts @ known, self._rarete_mots), _normer(counts @ cut, self._rarete_morceaux))


def _compter(rows: Sequence[Sequence[str]], places: dict[str, int], *, grandir: bool = False) -> "csr_matrix":
    """How often each row has each of *places*; what is new is added to them, or left out."""
    from scipy.sparse import csr_matrix

    columns: list[int] = []
    ends = [0]
    for row in rows:
        if grandir:
            columns += [places.setdefault(name, len(places)) for name in row]
        else:
            columns += [places[name] for name in row if name in places]
        ends.append(len(columns))
    ones = np.ones(len(columns), dtype=np.float32)
    found = csr_matrix((ones, columns, ends), shape=(len(rows), len(places)))
    found.sum_duplicates()
    return found


def _presences(counts: Any) -> NDArray[np.int64]:
    return np.bincount(counts.indices, minlength=counts.shape[1])


def _peser(
    counts: Any, ecartes: "NDArray[np.bool_] | None" = None
) -> "tuple[csr_matrix, NDArray[np.float32]]":
    """Counts as vectors of length 1, and the IDF of each column (0 for those of *ecartes*)."""
    size = counts.shape[0]
    rarity = np.log((1 + size) / (1 + _presences(counts))) + 1
    if ecartes is not None:
        rarity[ecartes] = 0
    rarity = rarity.astype(np.float32)
    return _normer(counts, rarity), rarity


def _normer(counts: Any, rarity: "NDArray[np.float32]") -> Any:
    """(1 + log of the count) x IDF, brought to length 1."""
    from scipy.sparse import csr_matrix

    weights = (1 + np.log(counts.data)) * rarity[counts.indices]
    sizes = np.diff(counts.indptr)
    rows = np.repeat(np.arange(len(sizes)), sizes)
    norms = np.sqrt(np.bincount(rows, weights.astype(np.float64) ** 2, len(sizes)))
    weights = (weights / np.where(norms, norms, 1)[rows]).astype(np.float32)
    vectors = csr_matrix((weights, counts.indices, counts.indptr), shape=counts.shape)
    vectors.eliminate_zeros()
    return vectors


def _unir(words: Any, pieces: Any) -> Any:
    """Words and pieces side by side, each with its part of the cosine."""
    from scipy.sparse import hstack

    parts = (math.sqrt(1 - PART_DES_CARACTERES) * words, math.sqrt(PART_DES_CARACTERES) * pieces)
    return hstack(parts, format="csr", dtype=np.float32)
