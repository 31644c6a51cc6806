"""Suggestions: TF-IDF finds the products that look like a label, then each is weighed on what it says.

The confidence of a product is its share in a conditional logit over the products found and « none of them »:
it falls when several products fit as well. Its weights (`poids.json`) are fitted on generated labels. A
product that contradicts the label, or whose name it does not hold, is never sure, however alone it is.
"""

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fanal.moteurs.rapprochement.accord import TRAITS, contredit, traits
from fanal.moteurs.rapprochement.lu import Lu, decouper, lire
from fanal.moteurs.rapprochement.mots import confondu, nomme
from fanal.moteurs.rapprochement.vecteurs import Espace

MEILLEURS = 5
CANDIDATS = 30
LOT = 256  # labels looked for together: bounds the memory of one product of sparse matrices
DOUTE = 0.3  # the most that is said of a product that contradicts the label: nobody accepts it unread
POIDS = Path(__file__).with_name("poids.json")


@dataclass(frozen=True)
class Produit:
    """A product of the catalogue."""

    code: str
    libelle: str


@dataclass(frozen=True)
class Proposition:
    """A product suggested for a label: confidence in [0, 1], rank from 1."""

    code: str
    confiance: float
    rang: int
    produit: str


@cache
def poids() -> tuple[tuple[float, ...], float]:
    """The weight of each of `TRAITS`, and that of « none »."""
    read = json.loads(POIDS.read_text(encoding="utf-8"))
    return tuple(float(read["traits"][name]) for name in TRAITS), float(read["aucun"])


def partager(scores: Sequence[float], aucun: float) -> list[float]:
    """The share of each score beside « none »: exponentials over their sum."""
    top = max([aucun, *scores])
    parts = [math.exp(s - top) for s in scores]
    whole = sum(parts) + math.exp(aucun - top)
    return [part / whole for part in parts]


class Catalogue:
    """A catalogue made ready for matching; building it costs about a millisecond for ten products."""

    def __init__(self, produits: Sequence[Produit]) -> None:
        self.produits = list(produits)
        # Reading a product whole waits until a label looks like it.
        self._lus: dict[int, Lu] = {}
        self._coupes = [decouper(p.libelle) for p in self.produits]
        self._apprendre([tokens for _, tokens in self._coupes])

    def __len__(self) -> int:
        return len(self.produits)

    def _lu(self, rank: int) -> Lu:
        found = self._lus.get(rank)
        if found is None:
            found = self._lus[rank] = lire(self.produits[rank].libelle, self._coupes[rank])
        return found

    def _apprendre(self, tokens: Sequence[Sequence[str]]) -> None:
        self._espace: Espace | None = None
        self._rares: dict[str, float] = {}
        self._defaut = 1.0
        if not any(tokens):
            return
        self._espace = Espace(tokens)
        self._transposee = self._espace.produits.T.tocsr()
        self._rares = self._espace.raretes()
        self._defaut = max(self._rares.values())

    def proposer(
        self,
        libelles: Sequence[str],
        *,
        meilleurs: int = MEILLEURS,
        avancer: Callable[[int, int], None] = lambda done, whole: None,
    ) -> list[list[Proposition]]:
        """The best products of each label, the most likely first. `avancer(done, whole)` follows the work."""
        found: list[list[Proposition]] = []
        for start in range(0, len(libelles), LOT):
            read = [lire(text) for text in libelles[start : start + LOT]]
            for lu, ranks, cosines in self._chercher(read):
                found.append(self._classer(lu, ranks, cosines, meilleurs))
            avancer(len(found), len(libelles))
        return found

    def candidats(self, libelles: Sequence[str]) -> list[tuple[list[int], NDArray[np.float64]]]:
        """For each label, the ranks of the products that look like it, and their `TRAITS` (rows)."""
        return [
            (ranks, self._traits(lu, ranks, cosines))
            for start in range(0, len(libelles), LOT)
            for lu, ranks, cosines in self._chercher([lire(t) for t in libelles[start : start + LOT]])
        ]

    def _chercher(self, lus: Sequence[Lu]) -> list[tuple[Lu, list[int], list[float]]]:
        if self._espace is None:
            return [(lu, [], []) for lu in lus]
        asked = self._espace.situer([lu.jetons for lu in lus])
        near = (asked @ self._transposee).tocsr()
        out = []
        for row, lu in enumerate(lus):
            span = slice(near.indptr[row], near.indptr[row + 1])
            columns, values = near.indices[span], near.data[span]
            if len(values) > CANDIDATS:
                kept = np.argpartition(values, -CANDIDATS)[-CANDIDATS:]
                columns, values = columns[kept], values[kept]
            # Equal likeness: the order of the catalogue, whatever the order of the sparse product.
            order = np.lexsort((columns, -values))
            out.append((lu, columns[order].tolist(), values[order].tolist()))
        return out

    def _traits(self, lu: Lu, ranks: Sequence[int], cosines: Sequence[float]) -> NDArray[np.float64]:
        from rapidfuzz.fuzz import token_sort_ratio

        text = lu.texte
        rows = []
        for rank, cos in zip(ranks, cosines, strict=True):
            product = self._lu(rank)
            chains = token_sort_ratio(text, product.texte) / 100
            rows.append(traits(lu, product, min(cos, 1.0), chains, self._rares, self._defaut))
        return np.array(rows, dtype=np.float64).reshape(len(rows), len(TRAITS))

    def _convient(self, lu: Lu, rank: int) -> bool:
        product = self._lu(rank)
        return (
            nomme(lu, product, self._rares)
            and not contredit(lu, product)
            and not confondu(lu, product, self._rares, self._defaut)
        )

    def _classer(self, lu: Lu, ranks: list[int], cosines: list[float], best: int) -> list[Proposition]:
        weights, none = poids()
        scores = (self._traits(lu, ranks, cosines) @ np.array(weights)).tolist()
        # A product written in several ways is one product: the way that fits best speaks for it.
        ways: dict[str, tuple[float, int]] = {}
        for score, rank in zip(scores, ranks, strict=True):
            held = ways.setdefault(self.produits[rank].code, (score, rank))
            if (-score, rank) < (-held[0], held[1]):
                ways[self.produits[rank].code] = score, rank
        ranks = [rank for _, rank in ways.values()]
        shares = [
            share if share <= DOUTE or self._convient(lu, rank) else DOUTE
            for share, rank in zip(partager([s for s, _ in ways.values()], none), ranks, strict=True)
        ]
        order = sorted(range(len(ranks)), key=lambda i: (-shares[i], ranks[i]))[:best]
        return [
            Proposition(
                code=self.produits[ranks[i]].code,
                confiance=shares[i],
                rang=rang,
                produit=self.produits[ranks[i]].libelle,
            )
            for rang, i in enumerate(order, start=1)
        ]
