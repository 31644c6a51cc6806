"""Indicators of a register of contracts, by count and by amount. Pure: the day and the law are arguments.

Each indicator counts, among its population, the contracts that can answer, those that answer yes, and those
that cannot answer: the three are always given together. An amount is the published one (excl. VAT, maximum
estimated, DECP schema 2.0.3); a contract without amount counts by number and is left out of amounts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

import polars as pl

from fanal.marches.compute.definitions import CHAMPS, INDICATEURS
from fanal.marches.compute.portefeuille import EN_COURS, INCONNUE, fin_proche

Reponse = Literal["oui", "base", "muets"]


@dataclass(frozen=True)
class Droit:
    """What the indicators take from the dated parameters.

    `publication_mois`: delay of R2196-1 CCP, known for contracts notified from `publication_depuis`;
    `seuils`: (since, amount in cents) from which publication is due, oldest first.
    """

    le: date
    horizon: date
    publication_mois: int
    publication_depuis: date
    seuils: tuple[tuple[date, int], ...]


@dataclass(frozen=True)
class Mesure:
    """One indicator measured. Amounts are cents; rates are fractions, None when nothing can answer.

    `sans_montant`: contracts of the base whose amount is unknown, left out of the amounts.
    """

    population: int
    base: int
    oui: int
    base_c: int
    oui_c: int
    sans_montant: int
    moyenne: Decimal | None = None
    moyenne_ponderee: Decimal | None = None

    @property
    def muets(self) -> int:
        return self.population - self.base

    @property
    def part_nombre(self) -> Decimal | None:
        return Decimal(self.oui) / self.base if self.base else None

    @property
    def part_montant(self) -> Decimal | None:
        return Decimal(self.oui_c) / self.base_c if self.base_c else None


def condition(code: str, reponse: Reponse, droit: Droit, annee: int | None) -> pl.Expr:
    """The rows of an indicator: those that answer yes, those that can answer, those that cannot."""
    population, able, yes = _expressions(code, droit)
    if INDICATEURS[code].portee == "flux":
        population = population & _notifie(annee)
    able = able.fill_null(value=False)
    match reponse:
        case "oui":
            return population & able & yes.fill_null(value=False)
        case "base":
            return population & able
        case _:
            return population & ~able


def mesurer(frame: pl.DataFrame, droit: Droit, annee: int | None) -> dict[str, Mesure]:
    """Every indicator of *frame*; *annee* None: contracts notified in any year."""
    expressions = [e for code in INDICATEURS for e in _agregats(code, droit, annee)]
    return _lire(frame.select(expressions).row(0, named=True))


def ventiler(
    frame: pl.DataFrame, axe: str, droit: Droit, annee: int | None
) -> list[tuple[str | int | None, int, int, dict[str, Mesure]]]:
    """The same by value of the column *axe* (a list column counts a contract under each of its values).

    Each row: the value (None: unknown), how many contracts, their amount in cents, the indicators.
    """
    if isinstance(frame.schema[axe], pl.List):
        frame = frame.explode(axe)
    expressions = [e for code in INDICATEURS for e in _agregats(code, droit, annee)]
    count, amount = pl.len().alias("_nombre"), pl.col("montant_c").sum().alias("_montant")
    rows = frame.group_by(axe).agg(count, amount, *expressions).sort("_nombre", axe, descending=[True, False])
    return [
        (row[axe] or None, row["_nombre"], row["_montant"], _lire(row)) for row in rows.iter_rows(named=True)
    ]


@dataclass(frozen=True)
class Concentration:
    """How much the first suppliers weigh. Shares are fractions; `ihh` goes from 0 to 10,000."""

    fournisseurs: int
    premiers: tuple[tuple[int, str, int, int], ...]  # supplier, name, contracts, cents
    part_premiers: Decimal | None
    ihh: Decimal | None
    total: int
    total_c: int
    muets: int


def concentrer(frame: pl.DataFrame, annee: int | None, premiers: int, par: str = "montant") -> Concentration:
    """The concentration of the contracts notified in the year, by "montant" or by "nombre".

    Without a year, of every contract, its notification known or not: who holds them does not depend on it.

    A group of suppliers counts once, under its agent. The index is the sum of the squares of the shares in
    percent (Herfindahl-Hirschman; Commission guidelines 2004/C 31/03, point 16).
    """
    chosen = frame if annee is None else frame.filter(_notifie(annee))
    known = chosen.filter(pl.col("fournisseur_id").is_not_null())
    if par == "montant":
        known = known.filter(pl.col("montant_c").is_not_null())
    weight = "montant_c" if par == "montant" else "nombre"
    groups = (
        known.group_by("fournisseur_id")
        .agg(nom=pl.col("fournisseur").first(), nombre=pl.len(), montant_c=pl.col("montant_c").sum())
        .sort(weight, "nom", descending=[True, False])
    )
    total = int(groups[weight].sum())
    first = int(groups[weight].head(premiers).sum())
    squares = sum((Decimal(100 * int(w)) / total) ** 2 for w in groups[weight]) if total else None
    return Concentration(
        fournisseurs=groups.height,
        premiers=tuple(groups.head(premiers).iter_rows()),
        part_premiers=Decimal(first) / total if total else None,
        ihh=None if squares is None else Decimal(squares),
        total=known.height,
        total_c=int(known["montant_c"].sum()),
        muets=chosen.height - known.height,
    )


@dataclass(frozen=True)
class Champ:
    """A datum of a contract: how many know it."""

    colonne: str
    titre: str
    connus: int
    inconnus: int


def inconnu(colonne: str) -> pl.Expr:
    """Whether a contract does not know this datum; a wrong identifier of a holder counts as unknown."""
    value = pl.col(colonne)
    if colonne == "titulaires_valides":
        return ~value.fill_null(value=False)
    return value.is_null() | (value == "") if colonne in {"cpv", "procedure"} else value.is_null()


def qualite(frame: pl.DataFrame) -> list[Champ]:
    """How many contracts know each datum of `CHAMPS`."""
    row = frame.select(inconnu(c).sum().alias(c) for c in CHAMPS).row(0, named=True)
    return [Champ(c, t, frame.height - int(row[c]), int(row[c])) for c, t in CHAMPS.items()]


def _notifie(annee: int | None) -> pl.Expr:
    if annee is None:
        return pl.col("notification").is_not_null()
    return (pl.col("notification").dt.year() == annee).fill_null(value=False)


def _expressions(code: str, droit: Droit) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    """Population, able to answer, yes."""
    # A bare literal would count one row: every row, said by a column that is never null.
    state, everyone = pl.col("etat_temps"), pl.col("marche_id").is_not_null()
    used, cap, end = pl.col("consomme_c"), pl.col("maximum_c"), pl.col("fin")
    both = used.is_not_null() & cap.is_not_null()
    match code:
        case "fin_proche":
            active = state.is_in([EN_COURS, INCONNUE])
            return active, state == EN_COURS, fin_proche(droit.le, droit.horizon)
        case "expire_utilise":
            return state.is_in(["expire", "expire_utilise"]), used.is_not_null(), state == "expire_utilise"
        case "maximum_depasse":
            return everyone, both | pl.col("depasse"), pl.col("depasse")
        case "maximum_risque":
            active = state.is_in([EN_COURS, INCONNUE])
            return active, both & end.is_not_null(), pl.col("epuisement") < end
        case "echeance_inconnue":
            return everyone, everyone, state == INCONNUE
        case "anomalies":
            return everyone, everyone, pl.col("anomalies") > 0
        case "offres" | "offre_unique":
            return everyone, pl.col("offres") > 0, pl.col("offres") == 1
        case "innovation":
            return everyone, pl.col("innovant").is_not_null(), pl.col("innovant")
        case "environnement" | "social":
            return everyone, pl.col(code).is_not_null(), pl.col(code)
    return _publication(droit)


def _publication(droit: Droit) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    notified, published = pl.col("notification"), pl.col("publication")
    limit = notified.dt.offset_by(f"{droit.publication_mois}mo")
    threshold = pl.lit(0)
    for since, cents in droit.seuils:
        threshold = pl.when(notified >= since).then(pl.lit(cents)).otherwise(threshold)
    # Below the threshold nothing is due; while the delay runs nobody is late.
    due = (pl.col("montant_c").is_null() | (pl.col("montant_c") >= threshold)) & (
        published.is_not_null() | (limit < droit.le)
    )
    able = (notified >= droit.publication_depuis) & ((threshold == 0) | pl.col("montant_c").is_not_null())
    late = (published > limit) | (published.is_null() & (limit < droit.le))
    return due.fill_null(value=False), able, late


def _agregats(code: str, droit: Droit, annee: int | None) -> Sequence[pl.Expr]:
    amount = pl.col("montant_c")
    base, yes = condition(code, "base", droit, annee), condition(code, "oui", droit, annee)
    silent = condition(code, "muets", droit, annee)
    found = [
        base.sum().alias(f"{code}.base"),
        yes.sum().alias(f"{code}.oui"),
        silent.sum().alias(f"{code}.muets"),
        amount.filter(base).sum().alias(f"{code}.base_c"),
        amount.filter(yes).sum().alias(f"{code}.oui_c"),
        (base & amount.is_null()).sum().alias(f"{code}.sans_montant"),
    ]
    if INDICATEURS[code].mesure == "moyenne":
        value = pl.col("offres")
        found += [
            value.filter(base).sum().alias(f"{code}.somme"),
            (value * amount).filter(base).sum().alias(f"{code}.ponderee"),
        ]
    return found


def _lire(row: Mapping[str, int]) -> dict[str, Mesure]:
    found = {}
    for code, indicator in INDICATEURS.items():
        base, base_c = int(row[f"{code}.base"]), int(row[f"{code}.base_c"])
        mean = weighted = None
        if indicator.mesure == "moyenne":
            mean = Decimal(int(row[f"{code}.somme"])) / base if base else None
            weighted = Decimal(int(row[f"{code}.ponderee"])) / base_c if base_c else None
        found[code] = Mesure(
            population=base + int(row[f"{code}.muets"]),
            base=base,
            oui=int(row[f"{code}.oui"]),
            base_c=base_c,
            oui_c=int(row[f"{code}.oui_c"]),
            sans_montant=int(row[f"{code}.sans_montant"]),
            moyenne=mean,
            moyenne_ponderee=weighted,
        )
    return found
