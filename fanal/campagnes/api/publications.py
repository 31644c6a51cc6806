"""Publications: frozen results, their proof, and what changed from one to another."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import Field

from fanal.campagnes.actions import publications as actions
from fanal.campagnes.api.acces import campagne_de
from fanal.campagnes.models import Publication
from fanal.campagnes.queries.publications import comparer, verifier_publication
from fanal.campagnes.queries.publications_visibles import Codes, codes_de, restreindre_lignes
from fanal.comptes.acces import compte, exiger, perimetre_de
from fanal.interface.api import REFUS, Code, Numero, Page, Pagination, Refusee, Texte, paginer
from fanal.refus import Introuvable
from fanal.territoires.noeuds import NATIONAL

router = Router(tags=["Publications"])
VOIR = "publication.voir"


class PublicationDite(Schema):
    """Une publication : `numero` l'identifie, `rang` la situe dans sa campagne."""

    numero: int
    campagne: str
    rang: int
    publiee_le: datetime
    motif: str
    empreinte: str
    journal_numero: int
    journal_empreinte: str


class PublicationEtResultats(PublicationDite):
    intacte: bool
    phrase: str = Field(description="Si elle est toujours telle que publiée.")
    complet: bool = Field(description="Faux quand des lignes d'autres territoires ne vous sont pas montrées.")
    resultats: dict[str, Any]
    dossiers: list[dict[str, Any]]


class DifferenceDite(Schema):
    chemin: str = Field(examples=["par_region[ARA].gains_retenus"])
    avant: Any = None
    apres: Any = None


class Publier(Schema):
    motif: Annotated[Texte, Field(description="Obligatoire pour une nouvelle publication.")] = ""


def _publication(p: Publication) -> dict[str, Any]:
    names = ("publiee_le", "motif", "empreinte", "journal_numero", "journal_empreinte")
    return {n: getattr(p, n) for n in names} | {
        "numero": p.pk,
        "campagne": p.campagne.code,
        "rang": p.numero,
    }


def _find(numero: int) -> Publication:
    found = Publication.objects.select_related("campagne").filter(pk=numero).first()
    if found is None:
        raise Introuvable("Cette publication n'existe pas. La liste des publications donne leurs numéros.")
    return found


def _codes(request: HttpRequest) -> tuple[Codes | None, Codes | None]:
    """Where the account reads published results, and where it reads lines and dossiers."""
    return codes_de(exiger(request, VOIR)), codes_de(perimetre_de(request, "dossier.voir"))


def _seen(numero: int, codes: tuple[Codes | None, Codes | None]) -> Publication:
    """The publication with what the account sees of its snapshot; never saved."""
    found = _find(numero)
    found.instantane = restreindre_lignes(found.instantane, *codes)
    return found


@router.get(
    "/publications", response={200: Page[PublicationDite], REFUS: Refusee}, summary="Les publications"
)
def publications(request: HttpRequest, demande: Query[Pagination], campagne: Code = "") -> Any:
    """Les publications, la plus récente d'abord."""
    exiger(request, VOIR)
    rows = Publication.objects.select_related("campagne").defer("instantane").order_by("-publiee_le", "-pk")
    if campagne:
        rows = rows.filter(campagne__code=campagne)
    return paginer(rows, demande, _publication)


@router.get(
    "/publications/{numero}",
    response={200: PublicationEtResultats, REFUS: Refusee},
    summary="Les résultats d'une publication",
)
def publication(request: HttpRequest, numero: Numero) -> Any:
    """Les résultats figés, nationaux et par région ; par GHT et par ligne là où vous avez accès."""
    codes = _codes(request)
    proof = verifier_publication(_find(numero))
    seen = _seen(numero, codes)
    return _publication(seen) | {
        "intacte": proof.ok,
        "phrase": proof.phrase,
        "complet": codes == (None, None),
        "resultats": seen.instantane.get("resultats", {}),
        "dossiers": seen.instantane.get("dossiers", []),
    }


@router.get(
    "/publications/{numero}/comparaison/{autre}",
    response={200: Page[DifferenceDite], REFUS: Refusee},
    summary="Ce qui a changé d'une publication à une autre",
)
def comparaison(request: HttpRequest, numero: Numero, autre: Numero, demande: Query[Pagination]) -> Any:
    """Chiffre par chiffre, de la publication `numero` à la publication `autre`."""
    codes = _codes(request)
    changes = comparer(_seen(numero, codes), _seen(autre, codes))
    return paginer(changes, demande, lambda d: {"chemin": d.chemin, "avant": d.avant, "apres": d.apres})


@router.post(
    "/campagnes/{code}/publications",
    response={201: PublicationDite, REFUS: Refusee},
    summary="Publier les résultats d'une campagne",
)
def publier(request: HttpRequest, code: Code, demande: Publier) -> Any:
    """Fige les résultats avec leur empreinte, comme `fanal publier`. Toutes les lignes sont décidées."""
    found = campagne_de(request, code)
    exiger(request, "publication.publier", NATIONAL)
    faite = actions.publier(
        campagne=found,
        by=compte(request),
        instant=timezone.now(),
        motif=demande.motif,
    )
    return Status(201, _publication(faite))
