"""What a consolidation reads: tables with integer cents, whatever base or file they came from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

TEXTE, CENTIMES = pl.String, pl.Int64

SCHEMA_ACTIONS: dict[str, Any] = {
    "action_id": pl.Int64,
    "campagne_annee": pl.Int32,
    "ght": TEXTE,
    "region": TEXTE,
    "finess": TEXTE,
    "role": TEXTE,
    "famille": TEXTE,
    "operateur": TEXTE,
    "nom_operateur": TEXTE,
    "numero_marche": TEXTE,
    "identifiant": TEXTE,
    "date_premiere_commande": pl.Date,
    "cause_prix": TEXTE,
    "reference_c": CENTIMES,
    "gain_c": CENTIMES,
    "decision": TEXTE,
    "montant_retenu_c": CENTIMES,
}
SCHEMA_OPERATEURS: dict[str, Any] = {
    "ligne_id": pl.Int64,
    "operateur": TEXTE,
    "nom_operateur": TEXTE,
    "numero_marche": TEXTE,
    "finess": TEXTE,
    "annee": pl.Int32,
    "gain_c": CENTIMES,
    "region": TEXTE,
    "ght": TEXTE,
    "famille": TEXTE,
    "role": TEXTE,
    "decision": TEXTE,
    "montant_repris_c": CENTIMES,
}
SCHEMA_OBJECTIFS: dict[str, Any] = {
    "annee": pl.Int32,
    "periode": TEXTE,
    "niveau": TEXTE,
    "code": TEXTE,
    "montant_c": CENTIMES,
    "revision": pl.Int32,
}
SCHEMA_ACHATS: dict[str, Any] = {
    "finess": TEXTE,
    "ght": TEXTE,
    "region": TEXTE,
    "annee": pl.Int32,
    "montant_c": CENTIMES,
}
SCHEMA_GHTS: dict[str, Any] = {"ght": TEXTE, "region": TEXTE, "nom": TEXTE}
SCHEMA_REGIONS: dict[str, Any] = {"sigle": TEXTE, "nom": TEXTE}
SCHEMA_ETABLISSEMENTS: dict[str, Any] = {"finess": TEXTE, "nom": TEXTE}

_SCHEMAS = {
    "actions": SCHEMA_ACTIONS,
    "operateurs": SCHEMA_OPERATEURS,
    "objectifs": SCHEMA_OBJECTIFS,
    "achats_annuels": SCHEMA_ACHATS,
    "ghts": SCHEMA_GHTS,
    "regions": SCHEMA_REGIONS,
    "etablissements": SCHEMA_ETABLISSEMENTS,
}
# Columns whose absence means "unknown for every row", not a mistake of the caller.
_FACULTATIVES = {
    "actions": {"nom_operateur", "cause_prix", "montant_retenu_c"},
    "operateurs": {"nom_operateur", "famille", "role", "decision", "montant_repris_c"},
}


def _vide(nom: str) -> pl.DataFrame:
    return pl.DataFrame(schema=_SCHEMAS[nom])


def _conforme(nom: str, frame: pl.DataFrame) -> pl.DataFrame:
    schema = _SCHEMAS[nom]
    absentes = [c for c in schema if c not in frame.columns]
    manquent = set(absentes) - _FACULTATIVES.get(nom, set())
    if manquent:
        raise ValueError(f"Table « {nom} » : colonnes absentes {sorted(manquent)}.")
    colonnes = [
        pl.lit(None, type_).alias(c) if c in absentes else pl.col(c).cast(type_)
        for c, type_ in schema.items()
    ]
    return frame.select(colonnes)


@dataclass(frozen=True)
class Entree:
    """The tables of a consolidation; columns and types are the SCHEMA_* of this module, amounts in cents.

    actions: one row per action of the campaigns of year A and A-1. `gain_c` is annual, as declared;
    `decision` is 'retenu', 'moindre' (then `montant_retenu_c`, annual), 'retire' or null (undecided).
    operateurs: what operators declare per contract, beneficiary and civil year; `operateur` is its kind
    (NATIONAL, REGIONAL, UNICANCER), `decision` 'repris' (then `montant_repris_c`, else the whole) or null.
    objectifs: highest `revision` wins. achats_annuels: base of coverage. ghts, regions and
    etablissements: names.
    Raises ValueError naming the missing columns.
    """

    actions: pl.DataFrame
    operateurs: pl.DataFrame = field(default_factory=lambda: _vide("operateurs"))
    objectifs: pl.DataFrame = field(default_factory=lambda: _vide("objectifs"))
    achats_annuels: pl.DataFrame = field(default_factory=lambda: _vide("achats_annuels"))
    ghts: pl.DataFrame = field(default_factory=lambda: _vide("ghts"))
    regions: pl.DataFrame = field(default_factory=lambda: _vide("regions"))
    etablissements: pl.DataFrame = field(default_factory=lambda: _vide("etablissements"))

    def __post_init__(self) -> None:
        for nom in _SCHEMAS:
            table = _conforme(nom, getattr(self, nom))
            vides = [c for c in ("famille", "nom_operateur") if c in table.columns]
            # An empty text is a value not given: it must not make a row of its own beside null.
            table = table.with_columns(pl.when(pl.col(c) != "").then(pl.col(c)).alias(c) for c in vides)
            object.__setattr__(self, nom, table)

    @classmethod
    def from_rows(cls, **tables: Iterable[Mapping[str, Any]]) -> "Entree":
        """Build from lists of dicts; a key left out is null. Meant for small inputs and tests."""
        tables.setdefault("actions", [])
        return cls(
            **{
                nom: pl.DataFrame([dict(r) for r in rows], schema=_SCHEMAS[nom])
                for nom, rows in tables.items()
            }
        )


@dataclass(frozen=True)
class Filtres:
    """Restrict a consolidation to one value per axis; None means all."""

    region: str | None = None
    ght: str | None = None
    finess: str | None = None
    famille: str | None = None
    operateur: str | None = None
    nom_operateur: str | None = None
    role: str | None = None

    @property
    def actifs(self) -> dict[str, str]:
        """Column -> value of the axes in use."""
        return {nom: v for nom, v in vars(self).items() if v is not None}

    @property
    def sans_objectif(self) -> bool:
        """True when an axis is used on which no objective is ever set."""
        return any(a not in {"region", "ght"} for a in self.actifs)

    @property
    def sans_base_achats(self) -> bool:
        """True when an axis is used by which yearly purchases are not known."""
        return any(a not in {"region", "ght", "finess"} for a in self.actifs)
