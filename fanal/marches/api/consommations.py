"""Consumption from finance systems: idempotent by key, sent by batches that can be taken up again."""

from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import Field

from fanal.campagnes.api.depots import AnomalieDite
from fanal.comptes.acces import compte, exiger, perimetre_de
from fanal.interface.api import REFUS, SANS_NUL, Code, Page, Pagination, Refusee, paginer
from fanal.marches.actions.consommation import TRANSMETTRE, recevoir
from fanal.marches.models import LotConsommation
from fanal.marches.queries.rattachement import etablissements_de
from fanal.marches.rules.reception import COMPTES, LigneRecue
from fanal.territoires import queries as territoires
from fanal.territoires.models import Ght
from fanal.territoires.noeuds import Noeud

router = Router(tags=["Consommations"])
LIGNES_MAX = 5000


def _court(longueur: int) -> Any:
    return Annotated[str, Field(max_length=longueur, pattern=SANS_NUL)]


Cle = Annotated[str, Field(min_length=1, max_length=100, pattern=SANS_NUL, examples=["2026-05/1"])]


class LigneConsommee(Schema):
    """Une ligne de commande, ou un total du mois. Mêmes champs que le format « consommations »."""

    cle: Annotated[str, Field(min_length=1, max_length=120, pattern=SANS_NUL)] = Field(
        examples=["CDE-2026-00412/1"]
    )
    finess: Annotated[str, Field(pattern=r"^[0-9A-Z]{9}$")] = Field(examples=["210780581"])
    date: date
    montant_ht: Annotated[Decimal, Field(max_digits=16, decimal_places=2)] = Field(
        description="Euros HT ; négatif pour un avoir.", examples=["1250.40"]
    )
    numero_marche: _court(80) = ""  # type: ignore[valid-type]  # a type made by a function
    siret_acheteur: _court(20) = ""  # type: ignore[valid-type]  # a type made by a function
    quantite: Annotated[Decimal, Field(max_digits=18, decimal_places=4)] | None = None
    code_produit: _court(40) = ""  # type: ignore[valid-type]  # a type made by a function
    libelle: _court(300) = ""  # type: ignore[valid-type]  # a type made by a function
    siret_fournisseur: _court(20) = ""  # type: ignore[valid-type]  # a type made by a function


class Envoi(Schema):
    """Un lot de lignes sous la clé de l'émetteur."""

    ght: Code = Field(examples=["BFC-03"])
    cle: Cle
    lignes: Annotated[list[LigneConsommee], Field(min_length=1, max_length=LIGNES_MAX)]


class Comptes(Schema):
    """`lues` = `acceptees` + `deja_connues` + `ecartees`."""

    lues: int
    acceptees: int
    deja_connues: int
    ecartees: int
    depassees: int
    hors_marche: int


class RapportConsommation(Comptes):
    cle: str
    deja_recu: bool
    anomalies: list[AnomalieDite]


class LotDit(Comptes):
    cle: str
    source: str
    recu_le: datetime


@router.post(
    "/marches/consommations",
    response={200: RapportConsommation, 201: RapportConsommation, REFUS: Refusee},
    summary="Transmettre des consommations",
)
def transmettre(request: HttpRequest, envoi: Envoi) -> Any:
    """Cinq mille lignes au plus par lot. 201 : le lot est enregistré ; 200 : la même clé et le même contenu
    étaient déjà reçus, rien n'a changé ; 409 : la clé a servi pour un autre contenu. Après une coupure,
    renvoyez les lots : ceux qui étaient arrivés sont reconnus. Une ligne au-delà d'un maximum est enregistrée
    et signalée.
    """
    ght = _ght(request, envoi.ght)
    done = recevoir(
        ght=ght,
        cle=envoi.cle,
        lignes=[_ligne(rang, ligne) for rang, ligne in enumerate(envoi.lignes, start=1)],
        source="api",
        by=compte(request),
        instant=timezone.now(),
    )
    document = {
        **{c: done.bilan[c] for c in COMPTES},
        "cle": envoi.cle,
        "deja_recu": done.deja_recu,
        "anomalies": [asdict(a) for a in done.anomalies],
    }
    return Status(200 if done.deja_recu else 201, document)


@router.get(
    "/marches/consommations",
    response={200: Page[LotDit], REFUS: Refusee},
    summary="Les lots de consommations reçus",
)
def lots(
    request: HttpRequest,
    ght: Code,
    pagination: Query[Pagination],
    prefixe: _court(100) = "",  # type: ignore[valid-type]  # a type made by a function
) -> Any:
    """Pour reprendre un envoi coupé : les clés déjà reçues, les dernières d'abord."""
    found = LotConsommation.objects.filter(ght=_ght(request, ght), cle__startswith=prefixe)
    return paginer(found.order_by("-recu_le", "-pk"), pagination, _lot)


def _ght(request: HttpRequest, code: str) -> Ght:
    """The GHT, when the account sends for it or for one of its establishments."""
    ght = territoires.ght(code)
    held = perimetre_de(request, TRANSMETTRE)
    if not held.etablissements.intersection(etablissements_de(ght).values_list("pk", flat=True)):
        exiger(request, TRANSMETTRE, Noeud("ght", ght))
    return ght


def _ligne(rang: int, ligne: LigneConsommee) -> LigneRecue:
    return LigneRecue(
        rang=rang,
        cle=ligne.cle.strip(),
        finess=ligne.finess,
        le=ligne.date,
        montant_ht=ligne.montant_ht,
        numero_marche=ligne.numero_marche.strip(),
        siret_acheteur=ligne.siret_acheteur.replace(" ", ""),
        quantite=ligne.quantite,
        code_produit=ligne.code_produit.strip(),
        libelle=ligne.libelle.strip(),
        siret_fournisseur=ligne.siret_fournisseur.replace(" ", ""),
    )


def _lot(lot: LotConsommation) -> dict[str, Any]:
    counts = {c: int(lot.bilan.get(c, 0)) for c in COMPTES}
    return {**counts, "cle": lot.cle, "source": lot.source, "recu_le": lot.recu_le}
