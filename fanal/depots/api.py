"""API of the file formats: Table Schema documents that any hospital can use with its own tools."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from fanal.depots import formats
from fanal.interface.api import REFUS, Code, Refusee
from fanal.refus import Introuvable

router = Router(tags=["Formats"])


class FormatNomme(Schema):
    nom: str
    titre: str


class Regle(Schema):
    code: str
    gravite: str
    titre: str


def known(nom: str) -> str:
    """The name of a format that exists. Raises `Introuvable`."""
    if nom not in formats.noms():
        raise Introuvable(
            f"Le format « {nom} » n'existe pas. Formats disponibles : {', '.join(formats.noms())}."
        )
    return nom


@router.get("", response={200: list[FormatNomme], REFUS: Refusee}, summary="Les formats de fichiers")
def formats_connus(request: HttpRequest) -> Any:
    """Les formats que Fanal lit, comme `fanal formats --json`."""
    return [{"nom": n, "titre": formats.charger(n).titre} for n in formats.noms()]


@router.get("/{nom}", response={200: dict[str, Any], REFUS: Refusee}, summary="Le schéma d'un format")
def format_decrit(request: HttpRequest, nom: Code) -> Any:
    """Le document Table Schema (Frictionless) : colonnes, types, contraintes, exemples."""
    return formats.charger(known(nom)).document


@router.get("/{nom}/regles", response={200: list[Regle], REFUS: Refusee}, summary="Les règles d'un format")
def regles_du_format(request: HttpRequest, nom: Code) -> Any:
    """Ce qui est vérifié, avec un code stable et sa gravité, comme `fanal formats NOM --regles --json`."""
    return formats.regles(known(nom))
