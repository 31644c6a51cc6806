"""API of questionnaires: the form of a dossier, its draft, the verdict; the same judgment as the pages."""

import tempfile
from pathlib import Path
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import File, Form, Router, Schema
from ninja.files import UploadedFile
from pydantic import Field

from fanal.comptes.acces import compte
from fanal.interface.api import REFUS, Code, Numero, Refusee
from fanal.moteurs import xlsform
from fanal.moteurs.xlsform.modele import Verdict
from fanal.questionnaires.acces import SAISIR, dossier_de
from fanal.questionnaires.actions import pieces
from fanal.questionnaires.actions.saisie import remplacer
from fanal.questionnaires.models import Brouillon
from fanal.questionnaires.queries.formulaires import formulaire_de
from fanal.questionnaires.queries.verdicts import juger, verdict
from fanal.refus import Introuvable

router = Router(tags=["Questionnaires"])
VOIR = "candidature.voir"
ADRESSE = "/questionnaires/dossiers/{numero}"


class FormulaireLu(Schema):
    """Le formulaire d'un dossier, tel que lu du classeur XLSForm."""

    code: str
    titre: str
    version: int = Field(description="Version de Fanal ; celle du classeur est dans le contenu.")
    empreinte: str
    chemins: list[str] = Field(description="Celles d'un tableau s'écrivent tableau[].question.")
    contenu: dict[str, Any] = Field(description="Sections, questions, conditions, listes de choix.")


class AnomalieLue(Schema):
    """Ce qui ne va pas dans une réponse."""

    chemin: str = Field(examples=["equipements[2].prix"])
    regle: str = Field(examples=["contrainte"])
    phrase: str


class SectionLue(Schema):
    """L'avancement d'une section."""

    section: str
    titre: str
    attendues: int
    repondues: int
    anomalies: int


class VerdictLu(Schema):
    """Le jugement de réponses à cet instant."""

    complet: bool
    visibles: list[str]
    obligatoires: list[str]
    valeurs: dict[str, Any] = Field(description="Réponses visibles, calculs faits.")
    anomalies: list[AnomalieLue]
    sections: list[SectionLue]


class BrouillonLu(Schema):
    """Les réponses d'un dossier en préparation, et leur jugement."""

    revision: int
    reponses: dict[str, Any]
    verdict: VerdictLu


class Remplacement(Schema):
    """Toutes les réponses du dossier. Les pièces jointes restent celles du dossier."""

    reponses: dict[str, Any] = Field(examples=[{"titre": "Projet", "equipements": [{"prix": "1250.50"}]}])
    revision: int | None = Field(
        None, ge=0, description="Révision lue ; refusé si le dossier a changé depuis. Absente : non vérifiée."
    )


class AJuger(Schema):
    """Des réponses à juger sans les enregistrer ; absentes : celles du dossier."""

    reponses: dict[str, Any] | None = None


class PieceLue(Schema):
    """Une pièce jointe, avec l'empreinte de son contenu."""

    chemin: str
    nom: str
    type: str
    taille: int
    empreinte: str


def _brouillon(request: HttpRequest, numero: int, permission: str = VOIR) -> Brouillon:
    dossier = dossier_de(request, numero, permission)
    brouillon = Brouillon.objects.select_related("formulaire__formulaire").filter(dossier=dossier).first()
    if brouillon is None:
        raise Introuvable("Ce dossier n'a pas encore de réponses. Ouvrez-le d'abord sur le site.")
    brouillon.dossier = dossier
    return brouillon


def _verdict(juge: Verdict) -> dict[str, Any]:
    return {
        "complet": juge.complet,
        "visibles": sorted(juge.visibles),
        "obligatoires": sorted(juge.obligatoires),
        "valeurs": juge.valeurs,
        "anomalies": [vars(a) for a in juge.anomalies],
        "sections": [vars(s) for s in juge.sections],
    }


def _lu(brouillon: Brouillon, juge: Verdict) -> dict[str, Any]:
    return {"revision": brouillon.revision, "reponses": brouillon.reponses, "verdict": _verdict(juge)}


@router.get(
    f"{ADRESSE}/formulaire",
    response={200: FormulaireLu, REFUS: Refusee},
    summary="Le formulaire",
)
def formulaire(request: HttpRequest, numero: Numero) -> Any:
    """Ce que le dossier demande, sous la version qu'il suit."""
    version = _brouillon(request, numero).formulaire
    return {
        "code": version.formulaire.code,
        "titre": version.formulaire.titre,
        "version": version.numero,
        "empreinte": version.empreinte,
        "chemins": xlsform.chemins(formulaire_de(version)),
        "contenu": version.contenu,
    }


@router.get(
    f"{ADRESSE}/reponses", response={200: BrouillonLu, REFUS: Refusee}, summary="Les réponses d'un dossier"
)
def reponses(request: HttpRequest, numero: Numero) -> Any:
    """Le brouillon et son jugement."""
    brouillon = _brouillon(request, numero)
    return _lu(brouillon, verdict(brouillon, timezone.now()))


@router.put(
    f"{ADRESSE}/reponses", response={200: BrouillonLu, REFUS: Refusee}, summary="Remplacer les réponses"
)
def ecrire(request: HttpRequest, numero: Numero, demande: Remplacement) -> Any:
    """Toutes les réponses sont remplacées ; une réponse fautive est gardée, et dite dans le jugement."""
    brouillon = _brouillon(request, numero, SAISIR)
    juge = remplacer(
        brouillon=brouillon,
        reponses=demande.reponses,
        revision=demande.revision,
        by=compte(request),
        instant=timezone.now(),
        origine="api",
    )
    brouillon.refresh_from_db(fields=["reponses", "revision"])
    return _lu(brouillon, juge)


@router.post(f"{ADRESSE}/verdict", response={200: VerdictLu, REFUS: Refusee}, summary="Juger des réponses")
def juger_reponses(request: HttpRequest, numero: Numero, demande: AJuger) -> Any:
    """Le même jugement qu'au dépôt ; rien n'est enregistré."""
    brouillon = _brouillon(request, numero)
    donnees = brouillon.reponses if demande.reponses is None else demande.reponses
    return _verdict(juger(brouillon, donnees, timezone.now()))


@router.post(f"{ADRESSE}/pieces", response={200: PieceLue, REFUS: Refusee}, summary="Joindre une pièce")
def joindre(request: HttpRequest, numero: Numero, chemin: Form[Code], fichier: File[UploadedFile]) -> Any:
    """Le type est lu dans le contenu ; la pièce remplace celle qui répondait à la question."""
    brouillon = _brouillon(request, numero, SAISIR)
    with tempfile.TemporaryDirectory(prefix="fanal-questionnaire-") as dossier:
        copie = Path(dossier) / "fichier"
        with copie.open("wb") as sortie:
            for morceau in fichier.chunks():
                sortie.write(morceau)
        piece = pieces.joindre(
            brouillon=brouillon,
            chemin=chemin,
            fichier=copie,
            nom=fichier.name or "",
            by=compte(request),
            instant=timezone.now(),
        )
    return {
        "chemin": chemin,
        "nom": piece.nom,
        "type": piece.genre,
        "taille": piece.original.taille,
        "empreinte": piece.original.empreinte,
    }
