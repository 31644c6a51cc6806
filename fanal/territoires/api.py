"""API of the territory: public lists, the same for every account."""

from datetime import date
from typing import Annotated, Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field

from fanal.interface.api import REFUS, Code, Page, Pagination, Refusee, paginer
from fanal.territoires import queries
from fanal.territoires.models import Etablissement, Ght, OperateurAchat, Region

router = Router(tags=["Territoires"])
Jour = Annotated[date | None, Field(description="Jour considéré ; aujourd'hui par défaut.")]


class RegionDite(Schema):
    sigle: str = Field(examples=["BFC"])
    code_insee: str = Field(examples=["27"])
    nom: str = Field(examples=["Bourgogne-Franche-Comté"])


class GhtDit(Schema):
    code: str = Field(examples=["BFC-03"])
    numero: str
    nom: str
    region: str = Field(description="Sigle de la région.")
    classe: int | None
    demonstration: bool


class Membre(Schema):
    finess: str
    nom: str
    role: str
    debut: date | None
    fin: date | None


class GhtEtMembres(GhtDit):
    le: date
    etablissements: list[Membre]


class EtablissementDit(Schema):
    finess: str = Field(examples=["210780581"])
    nom: str
    siren: str
    siret: str
    departement: str | None
    demonstration: bool


class EtablissementEtGht(EtablissementDit):
    le: date
    ght: str | None = Field(description="Code du GHT dont il est support ou partie ce jour-là.")


class OperateurDit(Schema):
    code: str
    nom: str
    categorie: str
    region: str | None


def _ght(g: Ght) -> dict[str, Any]:
    return {
        "code": g.code,
        "numero": g.numero,
        "nom": g.nom,
        "region": g.region.sigle,
        "classe": g.classe,
        "demonstration": g.demonstration,
    }


def _etablissement(e: Etablissement) -> dict[str, Any]:
    return {
        "finess": e.finess,
        "nom": e.nom,
        "siren": e.siren,
        "siret": e.siret,
        "departement": e.departement.code if e.departement else None,
        "demonstration": e.demonstration,
    }


def _operateur(o: OperateurAchat) -> dict[str, Any]:
    region = o.region.sigle if o.region else None
    return {"code": o.code, "nom": o.nom, "categorie": o.categorie, "region": region}


@router.get("/regions", response={200: list[RegionDite], REFUS: Refusee}, summary="Les régions")
def regions(request: HttpRequest) -> Any:
    """Les dix-huit régions, avec le sigle que le ministère imprime et le code INSEE."""
    return list(Region.objects.values("sigle", "code_insee", "nom"))


@router.get("/ght", response={200: Page[GhtDit], REFUS: Refusee}, summary="Les GHT")
def ghts(request: HttpRequest, demande: Query[Pagination], region: Code | None = None) -> Any:
    """Les GHT, d'une région s'il le faut : sigle, code INSEE, nom ou abréviation en usage."""
    rows = Ght.objects.select_related("region").order_by("code")
    if region:
        rows = rows.filter(region=queries.region(region))
    return paginer(rows, demande, _ght)


@router.get("/ght/{code}", response={200: GhtEtMembres, REFUS: Refusee}, summary="Un GHT et ses membres")
def ght(request: HttpRequest, code: Code, le: Jour = None) -> Any:
    """Le GHT et les établissements qui y tiennent un rôle un jour donné."""
    found, day = queries.ght(code), le or timezone.localdate()
    membres = [
        {
            "finess": a.etablissement.finess,
            "nom": a.etablissement.nom,
            "role": a.role,
            "debut": a.debut,
            "fin": a.fin,
        }
        for a in queries.appartenances_du_ght(found, day)
    ]
    return _ght(found) | {"le": day, "etablissements": membres}


@router.get(
    "/etablissements", response={200: Page[EtablissementDit], REFUS: Refusee}, summary="Les établissements"
)
def etablissements(request: HttpRequest, demande: Query[Pagination], q: Code = "", ght: Code = "") -> Any:
    """Les établissements, dont le nom ou le FINESS contient `q`, ou membres d'un GHT aujourd'hui."""
    rows = Etablissement.objects.select_related("departement").order_by("finess")
    if ght:
        rows = rows.filter(
            pk__in=queries.etablissements_du_ght(queries.ght(ght), timezone.localdate()).values("pk")
        )
    if q:
        rows = rows.filter(Q(nom__icontains=q) | Q(finess__icontains=q))
    return paginer(rows, demande, _etablissement)


@router.get(
    "/etablissements/{finess}",
    response={200: EtablissementEtGht, REFUS: Refusee},
    summary="Un établissement et son GHT",
)
def etablissement(request: HttpRequest, finess: Code, le: Jour = None) -> Any:
    """L'établissement (FINESS d'entité juridique) et le GHT auquel il appartient un jour donné."""
    found, day = queries.etablissement(finess), le or timezone.localdate()
    member_of = queries.ght_de(found.finess, day)
    return _etablissement(found) | {"le": day, "ght": member_of.code if member_of else None}


@router.get(
    "/operateurs", response={200: list[OperateurDit], REFUS: Refusee}, summary="Les opérateurs d'achat"
)
def operateurs(request: HttpRequest) -> Any:
    """Les opérateurs connus : nationaux, régionaux, Unicancer."""
    return [_operateur(o) for o in OperateurAchat.objects.select_related("region").order_by("code")]
