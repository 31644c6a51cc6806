"""A file of contracts sent through a page: kept, read in the background, recorded once somebody agrees."""

import logging
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from django.db import transaction

from fanal.campagnes.queries.droits import check_droit
from fanal.comptes.models import Utilisateur
from fanal.depots.actions import file_hash, keep_original
from fanal.depots.models import Correspondance, Depot, Original
from fanal.depots.originaux import local_copy
from fanal.journal.actions import inscrire
from fanal.marches import tasks_importation as tasks
from fanal.marches.actions.bilan import Bilan
from fanal.marches.actions.importation import importer, simuler
from fanal.marches.lecture.lecteurs import FORMATS, TABLEAUX
from fanal.marches.lecture.limites import BORNES, check_fichier
from fanal.marches.models import Importation
from fanal.marches.rules import importation as regles
from fanal.refus import Inutilisable, Refus
from fanal.territoires.noeuds import Noeud

GERER = "marche.gerer"
ECARTEES_MAX = 500
Etat = Importation.Etat
logger = logging.getLogger(__name__)


def recevoir(
    *,
    chemin: Path,
    nom_fichier: str,
    format: str,
    noeud: Noeud,
    by: Utilisateur | None,
    instant: datetime,
    correspondance: Correspondance | None = None,
) -> Importation:
    """Keep the file and queue its reading. Raises `Interdit`, `Inutilisable`."""
    check_droit(by, GERER, noeud, instant)
    if format not in FORMATS:
        raise Inutilisable("Ce format n'est pas connu. Choisissez-le dans la liste.")
    check_fichier(chemin, BORNES.tableau_taille_max if format in TABLEAUX else BORNES.taille_max)
    empreinte = file_hash(chemin)
    with transaction.atomic():
        original = keep_original(chemin=chemin, empreinte=empreinte)
        return _ouvrir(original, nom_fichier, format, noeud, by, instant, correspondance)


@transaction.atomic
def relire(
    *,
    importation: Importation,
    correspondance: Correspondance | None,
    by: Utilisateur | None,
    instant: datetime,
) -> Importation:
    """The same file read with another mapping: nothing has to be uploaded twice."""
    noeud = Noeud.de(importation)
    check_droit(by, GERER, noeud, instant)
    return _ouvrir(
        importation.original, importation.nom_fichier, importation.format, noeud, by, instant, correspondance
    )


def _ouvrir(
    original: Original,
    nom_fichier: str,
    format: str,
    noeud: Noeud,
    by: Utilisateur | None,
    instant: datetime,
    correspondance: Correspondance | None,
) -> Importation:
    importation = Importation.objects.create(
        **noeud.champs(),
        format=format,
        original=original,
        nom_fichier=nom_fichier[:255],
        correspondance=correspondance,
        auteur=by,
        envoyee_le=instant,
    )
    donnees = {"format": format, "empreinte": original.empreinte}
    inscrire(action="importation.recevoir", objet=importation, by=by, instant=instant, donnees=donnees)
    # In the same transaction: the queue is in the register, so that a kept file is never forgotten.
    tasks.lire.enqueue(importation.pk)
    return importation


def preparer(*, numero: int, instant: datetime) -> Importation:
    """Read the file and keep what recording it would do; called by the background worker."""
    importation = _lire(numero)
    if importation.etat not in (Etat.RECUE, Etat.LECTURE):
        return importation
    _passer(importation, Etat.LECTURE, demarree_le=instant, avancement=0)

    def travail(chemin: Path) -> None:
        bilan = simuler(
            chemin=chemin,
            format=importation.format,
            noeud=_noeud(importation),
            instant=importation.envoyee_le,
            correspondance=importation.correspondance,
            progresser=lambda lues: _avancer(importation, lues),
        )
        _passer(importation, Etat.A_CONFIRMER, **_compte(bilan))

    return _travailler(importation, travail, instant)


@transaction.atomic
def enregistrer(*, importation: Importation, by: Utilisateur | None, instant: datetime) -> Importation:
    """Agree to what was read: the recording is queued. Raises `Refus`."""
    importation = Importation.objects.select_for_update(of=("self",)).get(pk=importation.pk)
    check_droit(by, GERER, Noeud.de(importation), instant)
    regles.check_confirmation(importation.etat)
    _passer(importation, Etat.ENREGISTREMENT, demarree_le=instant, avancement=0)
    inscrire(action="importation.confirmer", objet=importation, by=by, instant=instant)
    tasks.enregistrer.enqueue(importation.pk)
    return importation


def executer(*, numero: int, instant: datetime) -> Importation:
    """Record the contracts, all or nothing; called by the background worker."""
    importation = _lire(numero)
    if importation.etat != Etat.ENREGISTREMENT:
        return importation

    def travail(chemin: Path) -> None:
        with transaction.atomic():
            bilan = importer(
                chemin=chemin,
                format=importation.format,
                noeud=_noeud(importation),
                by=importation.auteur,
                instant=instant,
                nom_fichier=importation.nom_fichier,
                canal=Depot.Canal.PAGE,
                correspondance=importation.correspondance,
            )
            _passer(importation, Etat.FAITE, depot_id=bilan.depot, terminee_le=instant, **_compte(bilan))

    return _travailler(importation, travail, instant)


@transaction.atomic
def abandonner(*, importation: Importation, by: Utilisateur | None, instant: datetime) -> Importation:
    """Leave a file that was read; nothing was recorded. Raises `Refus`."""
    importation = Importation.objects.select_for_update(of=("self",)).get(pk=importation.pk)
    check_droit(by, GERER, Noeud.de(importation), instant)
    regles.check_abandon(importation.etat)
    _passer(importation, Etat.ABANDONNEE, terminee_le=instant)
    inscrire(action="importation.abandonner", objet=importation, by=by, instant=instant)
    return importation


@transaction.atomic
def relancer(*, importation: Importation, by: Utilisateur | None, instant: datetime) -> Importation:
    """Read again a file whose work stopped on the way. Raises `Refus`."""
    importation = Importation.objects.select_for_update(of=("self",)).get(pk=importation.pk)
    check_droit(by, GERER, Noeud.de(importation), instant)
    regles.check_relance(importation.etat, importation.demarree_le, instant)
    _passer(importation, Etat.RECUE, phrase="", avancement=0)
    inscrire(action="importation.relancer", objet=importation, by=by, instant=instant)
    tasks.lire.enqueue(importation.pk)
    return importation


def _lire(numero: int) -> Importation:
    relies = ("original", "correspondance", "auteur", "ght", "etablissement", "region", "operateur")
    return Importation.objects.select_related(*relies).get(pk=numero)


def _travailler(importation: Importation, travail: Callable[[Path], None], instant: datetime) -> Importation:
    try:
        with local_copy(importation.original, importation.nom_fichier) as chemin:
            travail(chemin)
    except Refus as refus:
        _passer(importation, Etat.REFUSEE, phrase=refus.phrase, terminee_le=instant)
    except Exception:
        # Whatever happened, the person gets a sentence and the file is kept; the log has the rest.
        logger.exception("import %s stopped", importation.pk)
        _passer(importation, Etat.INTERROMPUE, phrase=regles.INTERRUPTION)
    return importation


def _noeud(importation: Importation) -> Noeud | None:
    """Who will manage the contracts; at the national level each buyer decides."""
    return None if importation.niveau == "national" else Noeud.de(importation)


def _compte(bilan: Bilan) -> dict[str, object]:
    return {
        "avancement": bilan.lues,
        "bilan": bilan.comptes() | {"par_regle": dict(bilan.par_regle)},
        "ecartees": [asdict(a) for a in bilan.refus[:ECARTEES_MAX]],
    }


def _avancer(importation: Importation, lues: int) -> None:
    Importation.objects.filter(pk=importation.pk).update(avancement=lues)


def _passer(importation: Importation, etat: str, **champs: object) -> None:
    importation.etat = etat
    for nom, valeur in champs.items():
        setattr(importation, nom, valeur)
    importation.save(update_fields=["etat", *champs])
