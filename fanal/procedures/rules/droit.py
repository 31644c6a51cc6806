"""What the adviser speaks of: the law at a date, a need, a sentence with its article."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

SANS_PUBLICITE = "Marché passé sans publicité ni mise en concurrence préalable"
ADAPTEE = "Procédure adaptée"
FORMALISEES = ("Appel d'offres ouvert", "Appel d'offres restreint")
# Labels of the DECP schema 2.0.3, the simplest first.
PROCEDURES = (
    SANS_PUBLICITE,
    ADAPTEE,
    *FORMALISEES,
    "Procédure avec négociation",
    "Dialogue compétitif",
)


@dataclass(frozen=True)
class Article:
    """A dated value with where it comes from."""

    valeur: Any
    reference: str
    source: str
    depuis: date
    jusqu_a: date | None = None
    a_confirmer: bool = False


@dataclass(frozen=True)
class Droit:
    """The law at a launch date for one nature: each threshold, time and duty with its source."""

    le: date
    nature: str
    articles: Mapping[str, Article]

    def __getitem__(self, code: str) -> Any:
        return self.articles[code].valeur


@dataclass(frozen=True)
class Demande:
    """A need: its nature, its value over the GHT, when the consultation is launched and how."""

    nature: str
    montant: Decimal
    lancement: date
    electronique: bool = True
    preinformation: bool = False
    urgence: bool = False


@dataclass(frozen=True)
class Ligne:
    """One sentence of the answer, its article and the days between which it holds."""

    phrase: str
    article: str
    depuis: date | None = None
    jusqu_a: date | None = None
    a_confirmer: bool = False


def line(phrase: str, article: Article) -> Ligne:
    """A sentence resting on a dated value."""
    return Ligne(phrase, article.reference, article.depuis, article.jusqu_a, article.a_confirmer)
