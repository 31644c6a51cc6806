"""The table of abbreviations, forms and units, read once."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

CHEMIN = Path(__file__).with_name("abreviations.json")


@dataclass(frozen=True)
class Table:
    """`mots`: abbreviation → whole words; `formes`: word → the group in which forms exclude each other;
    `implique`: form → those that it also is.

    `unites`: unit as written → its base unit and the factor to it. `boites`: words that announce a package.
    """

    mots: Mapping[str, tuple[str, ...]]
    vides: frozenset[str]
    formes: Mapping[str, str]
    implique: Mapping[str, tuple[str, ...]]
    boites: frozenset[str]
    unites: Mapping[str, tuple[str, Decimal]]


@cache
def table() -> Table:
    """The table as it is kept beside this module."""
    lue = json.loads(CHEMIN.read_text(encoding="utf-8"))
    return Table(
        mots={court: tuple(long.split()) for court, long in lue["mots"].items()},
        vides=frozenset(lue["vides"]),
        formes={mot: groupe for groupe, mots in lue["formes"].items() for mot in mots},
        implique={mot: tuple(autres) for mot, autres in lue["implique"].items()},
        boites=frozenset(lue["boites"]),
        unites={ecrit: (base, Decimal(facteur)) for ecrit, (base, facteur) in lue["unites"].items()},
    )
