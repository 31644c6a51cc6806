"""What every part of the API shares: refusals, pages, bounded parameters."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, TypeVar

from django.db.models import QuerySet
from ninja import Schema
from pydantic import Field

T = TypeVar("T")
# The largest number that a primary key takes on every base.
ENTIER_MAX = 2**31 - 1
TAILLE_MAX = 500
# No NUL: PostgreSQL cannot hold it in a text.
SANS_NUL = r"^[^\x00]*$"

Numero = Annotated[int, Field(ge=1, le=ENTIER_MAX)]
Annee = Annotated[int, Field(ge=2000, le=2100, examples=[2021])]
Code = Annotated[str, Field(max_length=160, pattern=SANS_NUL)]
Texte = Annotated[str, Field(max_length=5000, pattern=SANS_NUL)]

# Statuses that any operation may answer with a sentence.
REFUS = frozenset({400, 401, 403, 404, 409, 413, 422})


class Detail(Schema):
    """Un paramètre ou un champ qui n'est pas utilisable."""

    champ: str
    phrase: str


class Refusee(Schema):
    """Pourquoi la demande est refusée, et que faire : la même phrase que sur les pages."""

    phrase: str = Field(examples=["Cette trame est publiée : elle ne se modifie plus."])
    details: list[Detail] = []


class Page(Schema, Generic[T]):
    """Une page d'une liste. `total` compte tous les éléments."""

    total: int
    page: int
    pages: int
    elements: list[T]


class Pagination(Schema):
    """Quelle page, et de quelle taille."""

    page: int = Field(1, ge=1, le=1_000_000, description="Numéro de la page, à partir de 1.")
    taille: int = Field(50, ge=1, le=TAILLE_MAX, description=f"Éléments par page, {TAILLE_MAX} au plus.")


def paginer(
    lignes: QuerySet[Any] | Sequence[Any], demande: Pagination, dire: Callable[[Any], Any] = lambda x: x
) -> dict[str, Any]:
    """One page of *lignes*, each told by *dire*; a page past the last one is empty."""
    total = lignes.count() if isinstance(lignes, QuerySet) else len(lignes)
    debut = (demande.page - 1) * demande.taille
    return {
        "total": total,
        "page": demande.page,
        "pages": max(1, -(-total // demande.taille)),
        "elements": [dire(ligne) for ligne in lignes[debut : debut + demande.taille]],
    }
