"""The contracts of one kind of need, what overlaps among them, and what it is worth."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from fanal.convergence.compute.chevauchements import Intervalle, Periode, concernes, paires, periodes
from fanal.convergence.rules.fiches import Fiche
from fanal.moteurs.convergence import Regles, Requete

CPV, FAMILLE = "cpv", "famille"
ZERO = Decimal("0.00")


@dataclass(frozen=True)
class EcartProduit:
    """A product that several contracts of the segment buy: price of a piece, excl. VAT, and yearly stake."""

    code: str
    libelle: str
    mini: Decimal
    maxi: Decimal
    enjeu: Decimal | None
    marches: tuple[int, ...]


@dataclass(frozen=True)
class Segment:
    """Contracts of one CPV group or family, seen on day *le*; `ecarts` None where prices may not be shown."""

    genre: str
    code: str
    libelle: str
    le: date
    fiches: tuple[Fiche, ...]
    ecarts: tuple[EcartProduit, ...] | None = None

    @property
    def cle(self) -> str:
        """How the segment is named in an address and in what is kept: `cpv:336`, `famille:Gants`."""
        return f"{self.genre}:{self.code}"

    @property
    def nom(self) -> str:
        """Its code and its label, once each."""
        return self.code if self.libelle in ("", self.code) else f"{self.code} {self.libelle}"

    @cached_property
    def avec_echeance(self) -> tuple[Fiche, ...]:
        return tuple(f for f in self.fiches if f.contrat is not None)

    @cached_property
    def sans_echeance(self) -> tuple[Fiche, ...]:
        return tuple(f for f in self.fiches if f.contrat is None)

    @cached_property
    def intervalles(self) -> tuple[Intervalle, ...]:
        """The contracts from today on, to their total ends."""
        return tuple(
            Intervalle(f.cle, max(self.le, f.contrat.debut or self.le), f.contrat.fin_totale)
            for f in self.avec_echeance
            if f.contrat is not None and max(self.le, f.contrat.debut or self.le) <= f.contrat.fin_totale
        )

    @cached_property
    def chevauchants(self) -> tuple[Fiche, ...]:
        """The contracts that run together with another one from today on."""
        wanted = concernes(self.intervalles)
        return tuple(f for f in self.avec_echeance if f.cle in wanted)

    @property
    def periodes(self) -> list[Periode]:
        return periodes(self.intervalles)

    @property
    def paires(self) -> int:
        return paires(self.intervalles)

    @property
    def etablissements(self) -> list[str]:
        return sorted({e for f in self.chevauchants for e in f.connu.etablissements})

    @cached_property
    def depense_annuelle(self) -> Decimal:
        """Euros a year over the contracts whose monthly spend is known."""
        return _annual(self.fiches)

    @cached_property
    def enjeu(self) -> Decimal:
        """Euros a year spent on contracts that overlap another one: what a common contract would bring in."""
        return _annual(self.chevauchants)

    def requete(self, regles: Regles) -> Requete:
        """The question put to the engine."""
        return Requete(self.le, tuple(f.contrat for f in self.avec_echeance if f.contrat is not None), regles)


def _annual(fiches: Iterable[Fiche]) -> Decimal:
    known = (f.connu.depense.mensuelle for f in fiches)
    return sum((m * 12 for m in known if m is not None), ZERO)


def nature_dominante(natures: Sequence[str]) -> str:
    """The nature of most contracts of a segment: the thresholds of its short contracts follow it."""
    ordre = ("fournitures", "services", "travaux")
    return max(ordre, key=lambda n: (natures.count(n), -ordre.index(n)))


def nommer(genre: str, code: str, libelle: str, fiches: Sequence[Fiche]) -> str:
    """The label of the code, else the family that most of its contracts share."""
    if genre == FAMILLE or libelle:
        return libelle or code
    familles = Counter(f.connu.famille for f in fiches if f.connu.famille)
    return min(familles, key=lambda nom: (-familles[nom], nom), default="")


def ranger(
    fiches: Iterable[Fiche], le: date, *, genre: str, chiffres: int, libelles: Mapping[str, str]
) -> list[Segment]:
    """The segments with at least two contracts, the largest stake first; no code, no segment."""
    groups: dict[str, list[Fiche]] = {}
    for fiche in fiches:
        code = fiche.connu.code_cpv[:chiffres] if genre == CPV else fiche.connu.famille
        if code:
            groups.setdefault(code, []).append(fiche)
    segments = [
        Segment(genre, code, nommer(genre, code, libelles.get(code, ""), group), le, tuple(group))
        for code, group in groups.items()
        if len(group) > 1
    ]
    return sorted(segments, key=lambda s: (-s.enjeu, -len(s.fiches), s.code))
