"""What gains are compared with: yearly purchases (coverage) and objectives (attainment)."""

from dataclasses import dataclass, field

import polars as pl

from fanal.achats.compute.entree import Filtres


@dataclass(frozen=True)
class Base:
    """Yearly purchases in cents (None when unknown), and how many GHT gave theirs or did not."""

    montant_c: int | None = None
    avec: int = 0
    sans: int = 0


INCONNUE = Base()


@dataclass(frozen=True)
class Bases:
    """Yearly purchases by region, GHT and establishment. A base that is not positive is unknown."""

    total: Base
    par_axe: dict[str, dict[str, Base]]
    ghts_connus: list[str]

    @classmethod
    def build(cls, achats: pl.DataFrame, ghts: pl.DataFrame, *, annee: int, filtres: Filtres) -> "Bases":
        """Sum the purchases of the year; on an axis by which they are not known, everything is unknown."""
        lieux = {c: v for c, v in filtres.actifs.items() if c in {"region", "ght", "finess"}}
        achats = achats.filter(pl.col("annee") == annee)
        for colonne, valeur in lieux.items():
            achats = achats.filter(pl.col(colonne) == valeur)
            if colonne in ghts.columns:
                ghts = ghts.filter(pl.col(colonne) == valeur)
        par_finess = _positive(achats.group_by("finess").agg(pl.col("montant_c").sum()))
        connus = _positive(achats.group_by("ght", "region").agg(pl.col("montant_c").sum())).drop_nulls("ght")
        par_ght = {g: Base(m, avec=1) for g, _, m in connus.iter_rows()}
        sans = ghts.filter(~pl.col("ght").is_in(connus["ght"].implode()))
        par_region = _regions(connus, sans)
        total = INCONNUE if filtres.sans_base_achats else _total(connus, len(sans))
        etablissements = {f: Base(m, avec=1) for f, m in par_finess.iter_rows() if f is not None}
        par_axe = {"region": par_region, "ght": par_ght, "finess": etablissements}
        return cls(total, {} if filtres.sans_base_achats else par_axe, list(par_ght))

    def of(self, axe: str, code: str | None) -> Base:
        """The base of one row of a breakdown."""
        if code is None:
            return INCONNUE
        inconnue = Base(sans=1) if axe == "ght" else INCONNUE
        return self.par_axe.get(axe, {}).get(code, inconnue)

    def known_expr(self) -> pl.Expr:
        """True on lines whose GHT gave its yearly purchases: the others may not enter the coverage."""
        return pl.col("ght").is_in(self.ghts_connus).fill_null(False)


def _positive(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.filter(pl.col("montant_c") > 0)


def _total(connus: pl.DataFrame, sans: int) -> Base:
    montant = int(connus["montant_c"].sum())
    return Base(montant if montant > 0 else None, avec=len(connus), sans=sans)


def _regions(connus: pl.DataFrame, sans: pl.DataFrame) -> dict[str, Base]:
    manques = dict(sans.group_by("region").len().iter_rows())
    sommes = connus.group_by("region").agg(pl.col("montant_c").sum(), pl.len())
    regions = {r: Base(m, avec=n, sans=manques.pop(r, 0)) for r, m, n in sommes.iter_rows() if r is not None}
    return regions | {r: Base(sans=n) for r, n in manques.items() if r is not None}


@dataclass(frozen=True)
class Objectifs:
    """Objectives in cents, where one is set."""

    total: int | None = None
    par_axe: dict[str, dict[str, int]] = field(default_factory=dict)

    def of(self, axe: str, code: str | None) -> int | None:
        """The objective of one row of a breakdown, None when none is set."""
        return None if code is None else self.par_axe.get(axe, {}).get(code)


def goals(objectifs: pl.DataFrame, *, annee: int, periode: str, filtres: Filtres) -> Objectifs:
    """Objectives of the year: those of the period, else those set without a period; highest revision wins.

    Without a national objective, the sum of the regions' is used. On an axis that has no objective
    (family, operator, role, establishment), there is none.
    """
    if filtres.sans_objectif:
        return Objectifs()
    retenus = (
        objectifs.filter(
            (pl.col("annee") == annee)
            & pl.col("montant_c").is_not_null()
            & pl.col("periode").fill_null("").is_in([periode, ""])
        )
        .with_columns(
            (pl.col("periode") == periode).fill_null(False).alias("precise"), pl.col("code").fill_null("")
        )
        .sort("precise", "revision", nulls_last=False, maintain_order=True)
        .unique(["niveau", "code"], keep="last")
    )
    niveaux: dict[str, dict[str, int]] = {"national": {}, "region": {}, "ght": {}}
    for niveau, code, montant in retenus.select("niveau", "code", "montant_c").iter_rows():
        niveaux.setdefault(niveau, {})[code] = montant
    regions, ghts, national = niveaux["region"], niveaux["ght"], niveaux["national"]
    if filtres.ght:
        total = ghts.get(filtres.ght)
    elif filtres.region:
        total = regions.get(filtres.region)
    else:
        total = next(iter(national.values()), sum(regions.values()) if regions else None)
    par_region = {} if filtres.ght else regions
    return Objectifs(total, {"region": par_region, "ght": ghts})
