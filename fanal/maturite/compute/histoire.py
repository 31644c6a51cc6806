"""A GHT against its own past, across versions of the grid: only topics that are the same are compared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from fanal.maturite.compute.notes import SujetNote, ThemePese, bilan


@dataclass(frozen=True)
class Comparaison:
    """The change between two surveys. `communs`: codes of now → before. `sur_communs` is the score of now and
    that of before on these topics alone, with the weights of now; None when a theme has none of them.
    """

    communs: Mapping[str, str]
    nouveaux: tuple[str, ...]
    disparus: tuple[str, ...]
    sur_communs: tuple[Decimal, Decimal] | None
    evolutions: Mapping[str, Decimal]

    @property
    def meme_grille(self) -> bool:
        return not self.nouveaux and not self.disparus


def comparer(
    themes: Sequence[ThemePese],
    sujets: Sequence[SujetNote],
    avant: Sequence[SujetNote],
    reprises: Mapping[str, str],
) -> Comparaison:
    """Compare the notes of now with those of *avant*. `reprises` maps a topic to its earlier code, when the
    grid says so; a topic of the same code is the same.
    """
    anciens = {s.code: s for s in avant}
    communs = {}
    for s in sujets:
        ancien = reprises.get(s.code) or s.code
        if ancien in anciens:
            communs[s.code] = ancien
    cotes = [
        s
        for s in sujets
        if s.code in communs and s.note is not None and anciens[communs[s.code]].note is not None
    ]
    now = bilan(themes, cotes)
    before = bilan(
        themes, [SujetNote(s.code, s.theme, s.poids, anciens[communs[s.code]].note) for s in cotes]
    )
    both = None
    if now.globale is not None and before.globale is not None:
        both = (now.globale, before.globale)
    return Comparaison(
        communs,
        tuple(s.code for s in sujets if s.code not in communs),
        tuple(c for c in anciens if c not in communs.values()),
        both,
        {s.code: _ecart(s, anciens[communs[s.code]]) for s in cotes},
    )


def _ecart(maintenant: SujetNote, avant: SujetNote) -> Decimal:
    return (maintenant.note or Decimal(0)) - (avant.note or Decimal(0))
