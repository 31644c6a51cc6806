"""API of spend: a file of order lines handed in, and what became of it, by the path of the pages."""

import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import File, Form, Query, Router, Schema, Status, UploadedFile
from pydantic import Field

from fanal.comptes.acces import compte, exiger
from fanal.depenses import api_chiffres
from fanal.depenses.actions import depots as actions
from fanal.depenses.models import DepotLignes
from fanal.depenses.queries import depots as queries
from fanal.depenses.queries.ecartees import Ecartees, LigneEcartee
from fanal.depots.queries import mapping
from fanal.interface.api import REFUS, Code, Numero, Page, Pagination, Refusee
from fanal.refus import Inutilisable
from fanal.territoires import queries as territoires
from fanal.territoires.models import Niveau
from fanal.territoires.noeuds import NATIONAL, Noeud

router = Router(tags=["Dépenses"])
router.add_router("", api_chiffres.router)
MOIS_TEXTE = r"^[0-9,; -]*$"
MoisRemplaces = Annotated[str, Field(max_length=4000, pattern=MOIS_TEXTE, examples=["2021-03,2021-04"])]


class DepotDeCommandes(Schema):
    """Pour qui, et comment : un seul de `ght` et `finess`, ou aucun (national)."""

    ght: Code | None = Field(None, examples=["BFC-03"])
    finess: Code | None = Field(None, examples=[None], description="Établissement qui dépose pour lui seul.")
    mois: MoisRemplaces = Field("", description="Mois que le fichier remplace ; vide : il s'ajoute.")
    correspondance: Code | None = Field(
        None, examples=[None], description="Nom d'une correspondance de colonnes gardée."
    )


class RegleDite(Schema):
    """Ce qu'une règle a trouvé. `exemples` : vide pour qui ne lit que les sommes."""

    regle: str
    gravite: str
    phrase: str
    nombre: int
    montant: str
    exemples: list[dict[str, Any]]


class RapportLignes(Schema):
    """Ce qu'un dépôt a apporté, comme `fanal depenses importer --json`. lues = acceptees + ecartees."""

    depot: int
    version: int | None = Field(description="Numéro du dépôt dans le lac, nul tant qu'il n'est pas terminé.")
    etat: str = Field(examples=["termine"], description="attente, en_cours, termine ou refuse.")
    phrase: str
    fichier: str
    mois: list[str]
    lues: int
    acceptees: int
    ecartees: int
    deja_connues: int
    corrigees: int
    remplacees: int
    montant_accepte: str
    montant_ecarte: str
    remises: str
    anomalies: list[RegleDite]


class EcarteeDite(Schema):
    """Une ligne écartée, comme le fichier la portait, et pourquoi."""

    ligne: int
    montant: str
    cellules: dict[str, str]
    motifs: list[str]


@router.post(
    "/depenses/depots",
    response={201: RapportLignes, REFUS: Refusee},
    summary="Déposer des lignes de commande",
)
def deposer(request: HttpRequest, destination: Form[DepotDeCommandes], fichier: File[UploadedFile]) -> Any:
    """CSV, Parquet ou classeur au format « lignes_commande », ou lu par une correspondance gardée. Le fichier
    est conservé et son import demandé ; suivez-le par son numéro. Déposer deux fois les mêmes lignes ne
    change rien.
    """
    noeud = _noeud(request, destination)
    kept = destination.correspondance
    known = mapping(nom=kept, format=queries.FORMAT, noeud=noeud) if kept else None
    months = sorted({m for m in destination.mois.replace(";", ",").replace(" ", ",").split(",") if m})
    now, by = timezone.now(), compte(request)
    with tempfile.TemporaryDirectory(prefix="fanal-api-") as folder:
        chemin = Path(folder) / "fichier"
        with chemin.open("wb") as copy:
            for chunk in fichier.chunks():
                copy.write(chunk)
        received = actions.recevoir(
            chemin=chemin,
            nom_fichier=(fichier.name or "fichier").replace("\x00", ""),
            noeud=noeud,
            canal="api",
            by=by,
            instant=now,
            mois=months,
            correspondance=known,
        )
    queued = actions.lancer(depot=received, mois=months, correspondance=known, by=by, instant=now)
    queued.refresh_from_db()
    return Status(201, _rapport(queued, lignes=True))


@router.get(
    "/depenses/depots/{numero}",
    response={200: RapportLignes, REFUS: Refusee},
    summary="Le rapport d'un dépôt de lignes",
)
def rapport(request: HttpRequest, numero: Numero) -> Any:
    """Où en est l'import, puis le compte de ses lignes et ses remarques par règle."""
    deposit = queries.un_depot(request, numero)
    return _rapport(deposit, queries.acces(request, deposit).lignes)


@router.get(
    "/depenses/depots/{numero}/ecartees",
    response={200: Page[EcarteeDite], REFUS: Refusee},
    summary="Les lignes écartées d'un dépôt",
)
def ecartees(request: HttpRequest, numero: Numero, demande: Query[Pagination]) -> Any:
    """Les lignes que le dépôt n'a pas prises en compte, dans l'ordre du fichier."""
    aside = Ecartees(queries.depot_aux_lignes(request, numero))
    return {
        "total": aside.nombre,
        "page": demande.page,
        "pages": max(1, -(-aside.nombre // demande.taille)),
        "elements": [_ecartee(line) for line in aside.page(demande.page, taille=demande.taille)],
    }


def _noeud(request: HttpRequest, vers: DepotDeCommandes) -> Noeud:
    """The node that deposits, when the account may deposit for it; before anything is read."""
    if vers.ght and vers.finess:
        raise Inutilisable("Indiquez un seul déclarant : ght ou finess.")
    noeud = NATIONAL
    if vers.ght:
        noeud = Noeud(Niveau.GHT, territoires.ght(vers.ght))
    elif vers.finess:
        noeud = Noeud(Niveau.ETABLISSEMENT, territoires.etablissement(vers.finess))
    exiger(request, queries.IMPORTER, noeud)
    return noeud


def _rapport(deposit: DepotLignes, lignes: bool) -> dict[str, Any]:
    counts = ("lues", "acceptees", "ecartees", "deja_connues", "corrigees", "remplacees")
    return {
        "depot": deposit.pk,
        "version": deposit.numero,
        "etat": deposit.etat,
        "phrase": deposit.phrase,
        "fichier": deposit.depot.nom_fichier,
        "mois": deposit.mois_remplaces,
        **{name: getattr(deposit, name) for name in counts},
        "montant_accepte": str(deposit.montant_accepte_ht),
        "montant_ecarte": str(deposit.montant_ecarte_ht),
        "remises": str(deposit.remises_ht),
        "anomalies": [
            {
                "regle": a.regle,
                "gravite": a.gravite,
                "phrase": a.phrase,
                "nombre": a.nombre,
                "montant": str(a.montant_ht),
                "exemples": a.exemples if lignes else [],
            }
            for a in deposit.anomalies.all()
        ],
    }


def _ecartee(line: LigneEcartee) -> dict[str, Any]:
    return {
        "ligne": line.ligne,
        "montant": str((Decimal(line.montant) / 100).quantize(Decimal("0.01"))),
        "cellules": line.cellules,
        "motifs": [m.phrase for m in line.motifs],
    }
