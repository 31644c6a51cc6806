"""API of the journal, within the territory where the account may read it."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from fanal.comptes.acces import exiger
from fanal.interface.api import REFUS, Page, Pagination, Refusee, paginer
from fanal.journal.libelles import action_title
from fanal.journal.models import Entree
from fanal.journal.portee import entrees_visibles

router = Router(tags=["Journal"])
Genre = Annotated[str, Field(pattern=r"^[a-z_]*\.?[a-z_]*$", max_length=40, examples=["campagnes.dossier"])]
Cle = Annotated[str, Field(max_length=64, pattern=r"^[^\x00]*$")]


class EntreeDite(Schema):
    """Une entrée, avec son empreinte et celle de la précédente : la chaîne se vérifie hors de Fanal."""

    numero: int
    instant: datetime
    acteur: int | None = Field(description="Numéro du compte ; vide pour une tâche du système.")
    action: str
    titre: str
    objet_type: str
    objet_id: str
    motif: str
    donnees: dict[str, Any]
    precedente: str
    empreinte: str


def entree(e: Entree) -> dict[str, Any]:
    """An entry as the API gives it."""
    names = (
        "numero",
        "instant",
        "acteur",
        "action",
        "objet_type",
        "objet_id",
        "motif",
        "donnees",
        "precedente",
        "empreinte",
    )
    return {n: getattr(e, n) for n in names} | {"titre": action_title(e.action)}


@router.get(
    "", response={200: Page[EntreeDite], REFUS: Refusee}, summary="Le journal, d'un objet s'il le faut"
)
def journal(
    request: HttpRequest, demande: Query[Pagination], objet_type: Genre = "", objet_id: Cle = ""
) -> Any:
    """Qui a fait quoi, quand et pourquoi, le plus récent d'abord, là où votre compte lit le journal."""
    rows = entrees_visibles(exiger(request, "journal.voir"))
    if objet_type:
        rows = rows.filter(objet_type=objet_type)
    if objet_id:
        rows = rows.filter(objet_id=objet_id)
    return paginer(rows, demande, entree)
