"""The results as the ministry printed them, to be shown beside what is computed. Pure: reads one file of the
package.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

FICHIER = Path(__file__).parent / "donnees" / "resultats_publies.yaml"


@dataclass(frozen=True)
class TablePubliee:
    """A printed table.

    `lignes` maps the first column (a région's abbreviation, a year, a rank…) to the other columns; values are
    Decimals as printed, in the unit that ends the column's name (meur, mdeur, eur, pct), None when not
    printed.
    `note` tells what cannot be found again from the printed figures, or what is an inference.
    """

    code: str
    titre: str
    source: str
    colonnes: tuple[str, ...]
    lignes: Mapping[str, Mapping[str, Decimal | None]]
    total: Mapping[str, Decimal | None] | None
    note: str

    def valeur(self, ligne: str, colonne: str) -> Decimal | None:
        """The printed value, None when the table does not give it."""
        return self.lignes.get(ligne, {}).get(colonne)

    def arrondi(self, colonne: str) -> Decimal:
        """Half of the last printed digit of a column: what rounding may hide."""
        exposants = [
            v.as_tuple().exponent for ligne in self.lignes.values() if (v := ligne[colonne]) is not None
        ]
        return Decimal(5).scaleb(min(int(e) for e in exposants) - 1)


@lru_cache(maxsize=1)
def tables() -> Mapping[str, TablePubliee]:
    """Every printed table, by code."""
    document: dict[str, dict[str, Any]] = yaml.safe_load(FICHIER.read_text(encoding="utf-8"))
    return {code: _table(code, corps) for code, corps in document.items()}


def table(code: str) -> TablePubliee:
    """The printed table *code*. Raises KeyError: the codes are those of the file."""
    return tables()[code]


def _table(code: str, corps: Mapping[str, Any]) -> TablePubliee:
    premiere, *autres = corps["colonnes"]
    total = corps.get("total")
    return TablePubliee(
        code=code,
        titre=corps["titre"],
        source=corps["source"],
        colonnes=(premiere, *autres),
        lignes={ligne[0]: _valeurs(autres, ligne[1:]) for ligne in corps["lignes"]},
        total=None if total is None else _valeurs(autres, total[1:]),
        note=" ".join(corps.get("note", "").split()),
    )


def _valeurs(colonnes: list[str], valeurs: list[Any]) -> dict[str, Decimal | None]:
    lues = [None if v is None else Decimal(str(v)) for v in valeurs]
    return dict(zip(colonnes, lues, strict=True))
