"""Checking and depositing files and rows, by the path of the command line."""

from pathlib import Path
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import File, Form, Router, Schema, Status, UploadedFile
from pydantic import Field

from fanal.campagnes import registre
from fanal.campagnes.actions.depot import deposer_dans_annee, read
from fanal.campagnes.api.fichiers import Lignes, received, written
from fanal.campagnes.queries.lecture import anomalies_of, known_format, report
from fanal.comptes.acces import compte, exiger
from fanal.depots.models import Depot
from fanal.depots.queries import mapping
from fanal.interface.api import REFUS, Annee, Code, Refusee, Texte
from fanal.refus import Inutilisable
from fanal.territoires import queries as territoires
from fanal.territoires.models import Niveau
from fanal.territoires.noeuds import NATIONAL, Noeud

router = Router(tags=["Dépôts"])
Gravite = Literal["refus", "controle", "information"]
FormatVoulu = Annotated[str, Field(max_length=40, pattern=r"^[^\x00]*$", examples=["paat"])]
Periode = Annotated[str, Field(max_length=20, pattern=r"^[^\x00]*$", examples=["fin-annee"])]


class AnomalieDite(Schema):
    """Une remarque : `ligne` est le numéro que vous voyez dans le tableur, `colonne` le nom du champ."""

    feuille: str | None
    ligne: int | None
    colonne: str | None
    valeur: str | None
    regle: str
    gravite: Gravite
    phrase: str


class Rapport(Schema):
    """Ce qui a été lu, comme `fanal verifier --json`."""

    format: str
    lues: int
    acceptees: int
    ecartees: int
    anomalies: list[AnomalieDite]


class RapportDepot(Rapport):
    """Ce qui a été déposé, comme `fanal deposer --json`."""

    dossier: int
    version: int
    deja_depose: bool


class Verification(Schema):
    format: FormatVoulu
    lignes: Lignes


class Destination(Schema):
    """Pour qui et dans quelle campagne : un seul de `ght`, `operateur`, `region`, ou aucun (national)."""

    format: FormatVoulu
    annee: Annee
    periode: Periode = "fin-annee"
    ght: Code | None = Field(None, examples=["BFC-03"])
    operateur: Code | None = Field(None, examples=[None])
    region: Code | None = Field(None, examples=[None])
    correspondance: Code | None = Field(
        None, examples=[None], description="Nom d'une correspondance de colonnes gardée."
    )
    motif: Texte = Field("", description="Motif d'une nouvelle version, exigé après la fin des corrections.")


class DepotDeLignes(Destination):
    lignes: Lignes


@router.post(
    "/verifications",
    response={200: Rapport, REFUS: Refusee},
    summary="Vérifier un fichier sans rien enregistrer",
)
def verifier(request: HttpRequest, format: Form[FormatVoulu], fichier: File[UploadedFile]) -> Any:
    """Classeur XLSX, XLS, ODS ou CSV, comme `fanal verifier FICHIER --format NOM --json`."""
    known_format(format)
    with received(fichier) as (chemin, _):
        return _check(chemin, format)


@router.post(
    "/verifications/lignes",
    response={200: Rapport, REFUS: Refusee},
    summary="Vérifier des lignes sans rien enregistrer",
)
def verifier_lignes(request: HttpRequest, demande: Verification) -> Any:
    """Les mêmes contrôles sur des lignes JSON. La première a le numéro 2, sous celle des titres."""
    known_format(demande.format)
    with written(demande.lignes, demande.format) as (chemin, _):
        return _check(chemin, demande.format)


@router.post(
    "/depots",
    response={200: RapportDepot, 201: RapportDepot, REFUS: Refusee},
    summary="Déposer un fichier",
)
def deposer(request: HttpRequest, destination: Form[Destination], fichier: File[UploadedFile]) -> Any:
    """Dépose le fichier dans la campagne de l'année, comme `fanal deposer`. Les lignes saines comptent, les
    autres sont gardées avec leurs anomalies. 201 : une version est créée ; 200 : ce fichier était déjà la
    version actuelle, rien n'a changé.
    """
    noeud = _node(request, destination)
    with received(fichier) as source:
        return _deposit(request, destination, noeud, source)


@router.post(
    "/depots/lignes",
    response={200: RapportDepot, 201: RapportDepot, REFUS: Refusee},
    summary="Déposer des lignes",
)
def deposer_lignes(request: HttpRequest, demande: DepotDeLignes) -> Any:
    """Les lignes deviennent un fichier CSV, conservé comme original, et suivent le même chemin. La première
    porte le numéro 2. Les achats annuels se déposent à part, sous leur propre format.
    """
    noeud = _node(request, demande)
    with written(demande.lignes, demande.format) as source:
        return _deposit(request, demande, noeud, source)


def _check(chemin: Path, format: str) -> dict[str, Any]:
    lecture = read(chemin, format)
    return report(lecture, anomalies_of(lecture))


def _node(request: HttpRequest, vers: Destination) -> Noeud:
    """The node that deposits, when the account may deposit that format for it; before anything is read."""
    type_campagne = registre.type_du_format(known_format(vers.format))
    if type_campagne is None:
        raise Inutilisable(f"Le format « {vers.format} » ne se dépose pas dans une campagne.")
    if sum(bool(x) for x in (vers.ght, vers.operateur, vers.region)) > 1:
        raise Inutilisable("Indiquez un seul déclarant : ght, operateur ou region.")
    noeud = NATIONAL
    if vers.ght:
        noeud = Noeud(Niveau.GHT, territoires.ght(vers.ght))
    elif vers.operateur:
        noeud = Noeud(Niveau.OPERATEUR, territoires.operateur(vers.operateur))
    elif vers.region:
        noeud = Noeud(Niveau.REGION, territoires.region(vers.region))
    exiger(request, type_campagne.reception(vers.format).permission, noeud)
    return noeud


def _deposit(
    request: HttpRequest, vers: Destination, noeud: Noeud, source: tuple[Path, str]
) -> Status[dict[str, Any]]:
    chemin, nom = source
    type_campagne = registre.type_du_format(vers.format)
    assert type_campagne is not None  # noqa: S101 - checked with the node
    kept = vers.correspondance
    resultat = deposer_dans_annee(
        type_campagne=type_campagne.code,
        annee=vers.annee,
        periode=vers.periode,
        chemin=chemin,
        nom_fichier=nom,
        format=vers.format,
        noeud=noeud,
        by=compte(request),
        instant=timezone.now(),
        canal=Depot.Canal.API,
        correspondance=mapping(nom=kept, format=vers.format, noeud=noeud) if kept else None,
        motif=vers.motif,
    )
    lecture = resultat.lecture
    document = report(lecture, anomalies_of(lecture, noeud=noeud, annee=vers.annee)) | {
        "dossier": resultat.dossier.pk,
        "version": resultat.version.numero,
        "deja_depose": resultat.deja_depose,
    }
    return Status(200 if resultat.deja_depose else 201, document)
