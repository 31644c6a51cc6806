"""The score out of 20: topics weigh within their theme, themes weigh out of 100.

A topic without a level is not zero: it is left out of its theme's mean and counted. A theme without any level
has no score, and then the whole has none either: a mean of what remains would flatter.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

CENT = Decimal("0.01")


@dataclass(frozen=True)
class ThemePese:
    """A theme and its weight out of 100."""

    code: str
    titre: str
    poids: Decimal


@dataclass(frozen=True)
class SujetNote:
    """A topic, its weight within its theme, and its note out of 20 (None: no level kept)."""

    code: str
    theme: str
    poids: Decimal
    note: Decimal | None


@dataclass(frozen=True)
class NoteTheme:
    """The score of a theme out of 20, exact; `notes` topics of `sujets` have a level."""

    theme: ThemePese
    exacte: Fraction | None
    notes: int
    sujets: int

    @property
    def note(self) -> Decimal | None:
        return None if self.exacte is None else arrondir(self.exacte)


@dataclass(frozen=True)
class Bilan:
    """The scores of a self-assessment. `globale` and the scores of themes are out of 20, to the hundredth."""

    themes: tuple[NoteTheme, ...]
    exacte: Fraction | None

    @property
    def globale(self) -> Decimal | None:
        return None if self.exacte is None else arrondir(self.exacte)

    @property
    def cotes(self) -> int:
        return sum(t.notes for t in self.themes)

    @property
    def sujets(self) -> int:
        return sum(t.sujets for t in self.themes)


def arrondir(valeur: Fraction, pas: Decimal = CENT) -> Decimal:
    """*valeur* rounded half up to a multiple of *pas*."""
    exacte = Decimal(valeur.numerator) / Decimal(valeur.denominator)
    return exacte.quantize(pas, ROUND_HALF_UP)


def bilan(themes: Sequence[ThemePese], sujets: Sequence[SujetNote]) -> Bilan:
    """The score of each theme and the whole: Σ weight × score ÷ Σ weights (100 in a sound grid)."""
    notes = tuple(_theme(theme, [s for s in sujets if s.theme == theme.code]) for theme in themes)
    if not notes or any(n.exacte is None for n in notes):
        return Bilan(notes, None)
    total = sum((Fraction(t.poids) for t in themes), Fraction(0))
    pesees = (Fraction(n.theme.poids) * n.exacte for n in notes if n.exacte is not None)
    return Bilan(notes, sum(pesees, Fraction(0)) / total)


def _theme(theme: ThemePese, sujets: Sequence[SujetNote]) -> NoteTheme:
    cotes = [s for s in sujets if s.note is not None]
    if not cotes:
        return NoteTheme(theme, None, 0, len(sujets))
    poids = sum((Fraction(s.poids) for s in cotes), Fraction(0))
    somme = sum((Fraction(s.poids) * Fraction(s.note) for s in cotes if s.note is not None), Fraction(0))
    return NoteTheme(theme, somme / poids, len(cotes), len(sujets))


def est_faible(note: Decimal | None, seuil: Decimal) -> bool:
    """Whether a topic is weak: rated, below *seuil* out of 20. One without level is unknown, not weak."""
    return note is not None and note < seuil


def desaccord(rangs: Sequence[int]) -> int | None:
    """How many levels lie between the answers of several people: highest less lowest. None below two."""
    return max(rangs) - min(rangs) if len(rangs) > 1 else None


def mediane_basse(rangs: Sequence[int]) -> int | None:
    """The level proposed from several answers: the lower median, so that a tie is never flattering."""
    return sorted(rangs)[(len(rangs) - 1) // 2] if rangs else None


def niveau_prouve(retenu: int, demandees: Mapping[int, bool], donnees: Sequence[int]) -> int:
    """The highest level up to *retenu* that is proved, as those below it are; 0 when not even the first.

    `demandees[rang]`: whether the grid asks a proof at that level; `donnees`: the levels with a proof.
    A proof given for a higher level does not stand for those below: one does not choose one's best paper.
    """
    prouve = 0
    for rang in range(1, retenu + 1):
        if demandees.get(rang, False) and rang not in donnees:
            break
        prouve = rang
    return prouve
