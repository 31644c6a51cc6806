"""What the register knows that order lines do not say, as plain values that questions take."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


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
    `operateur` is asked with an empty FINESS.

    `produits`: for each GHT, the product code that a key of labels was decided to be; `cle(libelle)` gives
    the key. `etat` changes whenever any of it does.
    """

    appartenances: tuple[Appartenance, ...] = ()
    operateur: Callable[[str, str], str | None] = operateur_inconnu
    partage: Callable[[str], bool] = jamais_partage
    produits: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    cle: Callable[[str], str] = libelle_tel_quel
    etat: object = None


AUCUN = Faits()
