"""A dated value of the law, of a method or of a choice: what it is worth, since when, and who says so."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

TYPES = ("decimal", "entier", "texte", "booleen", "date", "liste", "table")


class ParametreInconnu(KeyError):
    """No parameter has this code."""

    def __str__(self) -> str:
        return str(self.args[0])


class SansValeur(LookupError):
    """The parameter exists, but nothing is in force at that date."""


class ParametreInvalide(ValueError):
    """A file of values breaks the rules of this package."""


@dataclass(frozen=True)
class Valeur:
    """One value in force from `depuis` to `jusqu_a` (both included; None: until the next one).

    `valeur` is None when the source is silent (then `a_confirmer` is true). `axes` narrows it, such as
    {"famille": "MEDICAMENTS"}; without axes it holds for all. `source` says where it comes from, `reference`
    which part of it, `lien` where to read it.
    """

    depuis: date
    valeur: Any
    source: str
    jusqu_a: date | None = None
    reference: str = ""
    lien: str = ""
    note: str = ""
    a_confirmer: bool = False
    axes: dict[str, str] = field(default_factory=dict)

    def holds(self, le: date) -> bool:
        """Whether the value is in force at a date."""
        return self.depuis <= le and (self.jusqu_a is None or le <= self.jusqu_a)


@dataclass(frozen=True)
class Parametre:
    """A named parameter and its successive values, oldest first."""

    code: str
    libelle: str
    type: str
    unite: str = ""
    description: str = ""
    axes: tuple[str, ...] = ()
    valeurs: tuple[Valeur, ...] = ()

    @property
    def a_confirmer(self) -> bool:
        """Whether one of its values still waits for its source."""
        return any(v.a_confirmer for v in self.valeurs)

    def at(self, le: date, **axes: str) -> Valeur:
        """The value in force at `le`: among those whose axes all match, the most specific, then the latest.

        Raises SansValeur, and ValueError for an axis that the parameter does not have.
        """
        etrangers = set(axes) - set(self.axes)
        if etrangers:
            axe = ", ".join(sorted(etrangers))
            raise ValueError(f"Le paramètre « {self.code} » ne se décline pas par {axe}.")
        en_vigueur = [v for v in self.valeurs if v.holds(le)]
        possibles = [v for v in en_vigueur if all(axes.get(a) == x for a, x in v.axes.items())]
        if not possibles:
            debut = min(v.depuis for v in self.valeurs)
            raise SansValeur(
                f"Le paramètre « {self.code} » n'a pas de valeur au {le:%d/%m/%Y}. "
                f"Sa première valeur date du {debut:%d/%m/%Y}."
            )
        return max(possibles, key=lambda v: (len(v.axes), v.depuis))
