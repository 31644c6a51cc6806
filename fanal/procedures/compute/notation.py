"""Marks and ranking of the offers of a lot.

The mark of price comes from a stated formula among the regular offers; the others are given by people. The
total is out of 100: each mark over its maximum, times the weight of the criterion.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

CENTIEME = Decimal("0.01")
FORMULES = {
    "proportionnelle": "note = maximum × (montant le plus bas ÷ montant de l'offre)",
    "lineaire": "note = maximum × (1 − (montant de l'offre − montant le plus bas) ÷ montant le plus bas), "
    "sans descendre sous zéro",
}


@dataclass(frozen=True)
class Critere:
    """A criterion: its code, title, kind and weight out of 100."""

    code: str
    titre: str
    nature: str
    poids: Decimal

    @property
    def automatique(self) -> bool:
        """Whether its mark is computed from the amounts."""
        return self.nature == "prix"


@dataclass(frozen=True)
class OffreLue:
    """An offer as the calculation reads it; amount excl. VAT, `None` unknown. `reguliere`: it is ranked."""

    cle: int
    nom: str
    montant: Decimal | None
    notes: Mapping[str, Decimal]
    reguliere: bool = True


@dataclass(frozen=True)
class OffreNotee:
    """Its marks (price included when computable), its total out of 100 and rank; `None` while incomplete."""

    offre: OffreLue
    notes: dict[str, Decimal | None]
    total: Decimal | None
    rang: int | None


@dataclass(frozen=True)
class Analyse:
    """The offers side by side. `ecarts`: highest less lowest mark of each criterion over regular offers."""

    criteres: tuple[Critere, ...]
    offres: tuple[OffreNotee, ...]
    ecarts: dict[str, Decimal | None]
    maximum: Decimal

    @property
    def complete(self) -> bool:
        """Whether every regular offer has its total."""
        regulieres = [o for o in self.offres if o.offre.reguliere]
        return bool(regulieres) and all(o.total is not None for o in regulieres)


def note_de_prix(montant: Decimal, plus_bas: Decimal, maximum: Decimal, formule: str) -> Decimal:
    """The mark of an amount against the lowest one, to the hundredth. Raises KeyError for another formula.

    A lowest amount of zero or less has no proportion: an offer equal to it gets the maximum, others zero.
    """
    if formule not in FORMULES:
        raise KeyError(formule)
    if plus_bas <= 0:
        return maximum if montant <= plus_bas else Decimal("0.00")
    if formule == "proportionnelle":
        note = maximum * plus_bas / montant
    else:
        note = max(Decimal(0), maximum * (1 - (montant - plus_bas) / plus_bas))
    return note.quantize(CENTIEME, rounding=ROUND_HALF_UP)


def analyser(
    criteres: Sequence[Critere], offres: Sequence[OffreLue], *, maximum: Decimal, formule: str
) -> Analyse:
    """Mark and rank the offers of a lot; equal totals share a rank, and the next rank is skipped."""
    connus = [o.montant for o in offres if o.reguliere and o.montant is not None]
    plus_bas = min(connus, default=None)
    notees = []
    for offre in offres:
        notes = {c.code: _note(c, offre, plus_bas, maximum, formule) for c in criteres}
        notees.append((offre, notes, _total(criteres, notes, maximum) if offre.reguliere else None))
    totaux = [t for _, _, t in notees if t is not None]
    regulieres = sum(1 for o in offres if o.reguliere)
    classees = len(totaux) == regulieres
    lues = tuple(
        OffreNotee(o, n, t, 1 + sum(x > t for x in totaux) if classees and t is not None else None)
        for o, n, t in notees
    )
    return Analyse(tuple(criteres), lues, _ecarts(criteres, lues), maximum)


def _note(
    critere: Critere, offre: OffreLue, plus_bas: Decimal | None, maximum: Decimal, formule: str
) -> Decimal | None:
    if not critere.automatique:
        return offre.notes.get(critere.code)
    if not offre.reguliere or offre.montant is None or plus_bas is None:
        return None
    return note_de_prix(offre.montant, plus_bas, maximum, formule)


def _total(
    criteres: Sequence[Critere], notes: Mapping[str, Decimal | None], maximum: Decimal
) -> Decimal | None:
    if not criteres:
        return None
    somme = Decimal(0)
    for critere in criteres:
        note = notes[critere.code]
        if note is None:
            return None
        somme += note * critere.poids
    return (somme / maximum).quantize(CENTIEME, rounding=ROUND_HALF_UP)


def _ecarts(criteres: Sequence[Critere], offres: Sequence[OffreNotee]) -> dict[str, Decimal | None]:
    ecarts: dict[str, Decimal | None] = {}
    for critere in criteres:
        notes = [n for o in offres if o.offre.reguliere and (n := o.notes[critere.code]) is not None]
        ecarts[critere.code] = max(notes) - min(notes) if notes else None
    return ecarts
