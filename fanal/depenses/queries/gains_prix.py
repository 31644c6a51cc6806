"""The prices of contracts as the proof takes them: incl. VAT, for one piece, with what their index says."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.db.models import Max

from fanal.depenses.compute.gains_indices import coefficients
from fanal.depenses.compute.gains_reference import PRIX_REFERENCE
from fanal.depots.noms import normaliser
from fanal.marches.models import Marche
from fanal.prix.compute.clause import Clause
from fanal.prix.compute.historique import PROMOTION, PrixDate, contractuel
from fanal.prix.compute.series import Serie
from fanal.prix.models import ClauseRevision, LigneBpu, PrixLigne, VersionBpu
from fanal.prix.queries.indices import series_pour
from fanal.prix.queries.prix import definition

PAQUET = 2000


@dataclass(frozen=True)
class LignePrix:
    """A line of a contract's list and its price over time."""

    ligne: LigneBpu
    histoire: tuple[PrixDate, ...]

    def ttc(self, le: date) -> Decimal | None:
        """The contract's price on a day, incl. VAT, for one piece; the first known one before it."""
        held = contractuel(self.histoire, le)
        if held is None and self.histoire:
            held = min(self.histoire, key=lambda p: p.depuis)
        price = self.ligne.prix_unitaire_ht if held is None else held.prix
        piece = Fraction(price) * (100 + Fraction(self.ligne.taux_tva)) / 100
        piece /= Fraction(self.ligne.conditionnement)
        return (Decimal(piece.numerator) / Decimal(piece.denominator)).quantize(PRIX_REFERENCE)


@dataclass
class Tarifs:
    """The lists of some contracts, by product code, by internal code and by label; their clauses."""

    par_code: dict[tuple[int, str], LignePrix] = field(default_factory=dict)
    par_libelle: dict[tuple[int, str], LignePrix] = field(default_factory=dict)
    par_marche: dict[int, list[LignePrix]] = field(default_factory=dict)
    clauses: dict[int, list[Clause]] = field(default_factory=dict)
    series: dict[str, Serie] = field(default_factory=dict)

    def trouver(self, marches: Sequence[Marche], codes: Iterable[str], libelle: str) -> LignePrix | None:
        """The line of a product on the first of these contracts that has it: by code, else by label."""
        wanted = [code for code in codes if code]
        for contract in marches:
            for code in wanted:
                if found := self.par_code.get((contract.pk, code)):
                    return found
        for contract in marches:
            if found := self.par_libelle.get((contract.pk, normaliser(libelle))):
                return found
        return None

    def lignes(self, marches: Sequence[Marche]) -> list[LignePrix]:
        """Every line of these contracts that has a code."""
        return [line for key in sorted({m.pk for m in marches}) for line in self.par_marche.get(key, ())]

    def indexer(
        self, ligne: LignePrix | None, *, du: date | None, au: date | None, mois: Iterable[date]
    ) -> dict[date, Fraction] | None:
        """What the index alone makes of a price of [du, au]; `None` without a clause or without dates."""
        if ligne is None or du is None or au is None:
            return None
        known = self.clauses.get(ligne.ligne.version.marche_id, [])
        clause = next((c for c in known if c.vise(ligne.ligne.cle)), None)
        if clause is None:
            return None
        return coefficients(clause, self.series, du=du, au=au, mois=mois)


def tarifs(marches: Iterable[Marche]) -> Tarifs:
    """The current lists, prices and clauses of contracts; a fixed number of queries per 2,000 contracts."""
    keys = sorted({m.pk for m in marches})
    found = Tarifs()
    for lot in (keys[i : i + PAQUET] for i in range(0, len(keys), PAQUET)):
        _lire_listes(found, lot)
        for clause in ClauseRevision.objects.filter(marche__in=lot).order_by("id"):
            found.clauses.setdefault(clause.marche_id, []).append(definition(clause))
    indices = {term.indice for held in found.clauses.values() for c in held for term in c.termes}
    found.series = series_pour(indices) if indices else {}
    return found


def _lire_listes(found: Tarifs, lot: list[int]) -> None:
    versions = (
        VersionBpu.objects.filter(marche__in=lot)
        .exclude(origine=PROMOTION)
        .order_by()
        .values("marche")
        .annotate(derniere=Max("pk"))
        .values("derniere")
    )
    history: dict[tuple[int, str], list[PrixDate]] = defaultdict(list)
    for row in PrixLigne.objects.filter(marche__in=lot).order_by("depuis", "id"):
        history[row.marche_id, row.cle].append(
            PrixDate(row.prix_unitaire_ht, row.depuis, row.origine, row.au)
        )
    for line in LigneBpu.objects.filter(version__in=versions).select_related("version").order_by("cle"):
        owner = line.version.marche_id
        priced = LignePrix(line, tuple(history.get((owner, line.cle), ())))
        if line.code and (owner, line.code) not in found.par_code:
            found.par_code[owner, line.code] = priced
            found.par_marche.setdefault(owner, []).append(priced)
        found.par_libelle.setdefault((owner, normaliser(line.libelle)), priced)
