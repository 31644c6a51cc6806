"""A file sent through a page: kept at once, then read and deposited in the background."""

import logging
from datetime import datetime
from pathlib import Path

from django.db import transaction

from fanal.campagnes import registre, rules, tasks_envois
from fanal.campagnes.actions.depot import deposer, read
from fanal.campagnes.models import Campagne, Dossier, Envoi
from fanal.campagnes.queries.droits import check_droit
from fanal.campagnes.rules.envois import INTERRUPTION, check_reprise, check_taille
from fanal.comptes.models import Utilisateur
from fanal.depots.actions import file_hash, keep_original
from fanal.depots.lecture import Limites
from fanal.depots.models import Correspondance, Depot, Original
from fanal.depots.originaux import local_copy
from fanal.journal.actions import inscrire
from fanal.refus import Refus
from fanal.territoires.noeuds import Noeud

logger = logging.getLogger(__name__)


def check_recevable(
    *, campagne: Campagne, format: str, noeud: Noeud, by: Utilisateur | None, instant: datetime, motif: str
) -> None:
    """What would refuse the deposit whatever is in the file: said at once, before the file is read."""
    reception = registre.obtenir(campagne.type_campagne).reception(format)
    rules.check_niveau(reception, campagne.titre, noeud.niveau)
    check_droit(by, reception.permission, noeud, instant)
    rules.check_ouverte(campagne.titre, campagne.ouverture, instant)
    dossier = Dossier.objects.filter(campagne=campagne, format=format, **noeud.champs()).first()
    if dossier is not None:
        rules.check_modifiable(reception.etape(dossier.etape))
        if dossier.version_courante_id is not None:
            rules.check_correction(
                correction_jusqu_au=campagne.correction_jusqu_au, instant=instant, motif=motif
            )


def envoyer(
    *,
    chemin: Path,
    nom_fichier: str,
    format: str,
    campagne: Campagne,
    noeud: Noeud,
    by: Utilisateur | None,
    instant: datetime,
    correspondance: Correspondance | None = None,
    motif: str = "",
) -> Envoi:
    """Keep the file and queue its reading. Raises the sentence of whatever can be refused before reading."""
    check_recevable(campagne=campagne, format=format, noeud=noeud, by=by, instant=instant, motif=motif)
    check_taille(chemin.stat().st_size, Limites().taille_max)
    empreinte = file_hash(chemin)
    with transaction.atomic():
        original = keep_original(chemin=chemin, empreinte=empreinte)
        return _queue(original, nom_fichier, format, campagne, noeud, by, instant, correspondance, motif)


@transaction.atomic
def renvoyer(
    *, envoi: Envoi, correspondance: Correspondance | None, by: Utilisateur | None, instant: datetime
) -> Envoi:
    """Send the same file again, read with another mapping; nothing has to be uploaded twice."""
    noeud = Noeud.de(envoi)
    check_recevable(
        campagne=envoi.campagne, format=envoi.format, noeud=noeud, by=by, instant=instant, motif=envoi.motif
    )
    return _queue(
        envoi.original,
        envoi.nom_fichier,
        envoi.format,
        envoi.campagne,
        noeud,
        by,
        instant,
        correspondance,
        envoi.motif,
    )


def _queue(
    original: Original,
    nom_fichier: str,
    format: str,
    campagne: Campagne,
    noeud: Noeud,
    by: Utilisateur | None,
    instant: datetime,
    correspondance: Correspondance | None,
    motif: str,
) -> Envoi:
    envoi = Envoi.objects.create(
        campagne=campagne,
        format=format,
        original=original,
        nom_fichier=nom_fichier[:255],
        correspondance=correspondance,
        motif=motif.strip(),
        auteur=by,
        envoye_le=instant,
        **noeud.champs(),
    )
    donnees = {"format": format, "campagne": campagne.pk, "empreinte": original.empreinte}
    inscrire(action="envoi.recevoir", objet=envoi, by=by, instant=instant, donnees=donnees)
    # In the same transaction: the queue is in the register, so that a kept file is never forgotten.
    tasks_envois.lire.enqueue(envoi.pk)
    return envoi


@transaction.atomic
def reprendre(*, envoi: Envoi, by: Utilisateur | None, instant: datetime) -> Envoi:
    """Queue again a reading that stopped on the way."""
    envoi = Envoi.objects.select_for_update().get(pk=envoi.pk)
    reception = registre.obtenir(envoi.campagne.type_campagne).reception(envoi.format)
    check_droit(by, reception.permission, Noeud.de(envoi), instant)
    check_reprise(envoi.etat, envoi.lecture_le, instant)
    envoi.etat, envoi.phrase = Envoi.Etat.RECU, ""
    envoi.save(update_fields=["etat", "phrase"])
    inscrire(action="envoi.reprendre", objet=envoi, by=by, instant=instant)
    tasks_envois.lire.enqueue(envoi.pk)
    return envoi


def traiter(*, numero: int, instant: datetime) -> Envoi:
    """Read the file and deposit it; called by the background worker, as many times as needed.

    The deposit bears the instant of the sending: waiting for the worker never makes anybody late.
    """
    envoi = Envoi.objects.select_related("campagne", "original", "correspondance", "auteur").get(pk=numero)
    if envoi.etat in (Envoi.Etat.TERMINE, Envoi.Etat.REFUSE):
        return envoi
    _advance(envoi, Envoi.Etat.LECTURE, lecture_le=instant)
    try:
        with local_copy(envoi.original, envoi.nom_fichier) as chemin:
            _deposit(envoi, chemin, instant)
    except Refus as refus:
        _advance(envoi, Envoi.Etat.REFUSE, phrase=refus.phrase, termine_le=instant)
    except Exception:
        # Whatever happened, the person gets a sentence and the file is kept; the log has the rest.
        logger.exception("reading of upload %s stopped", envoi.pk)
        _advance(envoi, Envoi.Etat.INTERROMPU, phrase=INTERRUPTION)
    return envoi


def _deposit(envoi: Envoi, chemin: Path, instant: datetime) -> None:
    lue = read(chemin, envoi.format, envoi.correspondance)
    _advance(envoi, Envoi.Etat.CONTROLE)
    with transaction.atomic():
        resultat = deposer(
            chemin=chemin,
            nom_fichier=envoi.nom_fichier,
            format=envoi.format,
            campagne=envoi.campagne,
            noeud=Noeud.de(envoi),
            by=envoi.auteur,
            instant=envoi.envoye_le,
            canal=Depot.Canal.PAGE,
            correspondance=envoi.correspondance,
            motif=envoi.motif,
            lue=lue,
        )
        _advance(
            envoi,
            Envoi.Etat.TERMINE,
            version=resultat.version,
            deja_depose=resultat.deja_depose,
            termine_le=instant,
        )


def _advance(envoi: Envoi, etat: str, **champs: object) -> None:
    envoi.etat = etat
    for nom, valeur in champs.items():
        setattr(envoi, nom, valeur)
    envoi.save(update_fields=["etat", *champs])
