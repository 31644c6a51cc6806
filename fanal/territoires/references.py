"""The reference territory shipped with the platform, and the spellings under which people name it."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from fanal.depots.noms import normaliser

SOURCE = Path(__file__).with_name("references.yaml")


@dataclass(frozen=True)
class RegionReference:
    code_insee: str
    sigle: str
    nom: str
    autres: tuple[str, ...]
    departements: dict[str, str]


@dataclass(frozen=True)
class OperateurReference:
    code: str
    nom: str
    categorie: str
    region: str
    autres: tuple[str, ...]
    a_confirmer: bool


@lru_cache(maxsize=1)
def _document() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))
    return document


@lru_cache(maxsize=1)
def regions() -> tuple[RegionReference, ...]:
    """The 18 régions, with their départements and the spellings in use."""
    return tuple(
        RegionReference(r["code_insee"], r["sigle"], r["nom"], tuple(r["autres"]), r["departements"])
        for r in _document()["regions"]
    )


@lru_cache(maxsize=1)
def operateurs() -> tuple[OperateurReference, ...]:
    """The purchasing operators that the ministry names."""
    return tuple(
        OperateurReference(
            o["code"],
            o["nom"],
            o["categorie"],
            o.get("region", ""),
            tuple(o["autres"]),
            o.get("a_confirmer", False),
        )
        for o in _document()["operateurs"]
    )


@lru_cache(maxsize=1)
def regions_par_nom() -> dict[str, str]:
    """Normalised spelling to sigle. INSEE codes come first: "75" is Nouvelle-Aquitaine, not Paris."""
    names: dict[str, str] = {}
    for r in regions():
        for spelling in (r.sigle, r.nom, r.code_insee, r.code_insee.lstrip("0"), *r.autres):
            names.setdefault(normaliser(spelling), r.sigle)
    return names


@lru_cache(maxsize=1)
def operateurs_par_nom() -> dict[str, str]:
    """Normalised spelling to operator code."""
    return {normaliser(s): o.code for o in operateurs() for s in (o.code, o.nom, *o.autres)}


def repair_words() -> dict[str, str]:
    """Words misspelt in the official list, and how they are spelt."""
    return dict(_document()["reparations"]["mots"])


def repair_prefixes() -> dict[str, str]:
    """Prefixes of GHT codes misspelt in the official list."""
    return dict(_document()["reparations"]["prefixes"])
