"""What the register knows that order lines do not say, as plain values that questions take."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Appartenance:
    """An establishment in a GHT from month *du* to month *au* included (`schema.mois_code`), None: no bound.

    Without a GHT it says the région only. The first that holds for a month is the answer.
    """

    finess: str
    ght: str | None
    region: str | None
    du: int | None = None
    au: int | None = None


@dataclass(frozen=True)
class Contrat:
    """A contract as one establishment may order on it, from *du* to *au* included; None: no known bound.

    `couvre`: whether the establishment is one of those that may order on it.
    """

    pk: int
    du: date | None = None
    au: date | None = None
    couvre: bool = True

    def court(self, le: date) -> bool:
        """Whether it may be ordered on that day."""
        return (self.du is None or self.du <= le) and (self.au is None or le <= self.au)


def aucun_contrat(numero: str, finess: str) -> Sequence[Contrat]:
    """No contract bears any number."""
    return ()


def operateur_inconnu(numero: str, finess: str) -> str | None:
    """No contract is known."""
    return None


def jamais_partage(numero: str) -> bool:
    """No number is borne by several contracts."""
    return False


def libelle_tel_quel(libelle: str) -> str:
    """A label is its own key."""
    return libelle


@dataclass(frozen=True)
class Faits:
    """`operateur(numero, finess)`: the operator of a contract as an establishment names it, None: unknown.
    `partage(numero)`: whether several contracts bear this number, so that the establishment decides; if not,
    `operateur` is asked with an empty FINESS. `contrats(numero, finess)`: those that bear the number.

    `rattaches`: the groups of purchases that a decision attached to a contract, as (FINESS, year, SIRET of
    the supplier, family, number received), empty texts for what lines do not say.

    `produits`: for each GHT, the product code that a key of labels was decided to be; `cle(libelle)` gives
    the key. `etat` changes whenever any of it does.
    """

    appartenances: tuple[Appartenance, ...] = ()
    operateur: Callable[[str, str], str | None] = operateur_inconnu
    partage: Callable[[str], bool] = jamais_partage
    contrats: Callable[[str, str], Sequence[Contrat]] = aucun_contrat
    rattaches: frozenset[tuple[str, int, str, str, str]] = frozenset()
    produits: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    cle: Callable[[str], str] = libelle_tel_quel
    etat: object = None


AUCUN = Faits()
