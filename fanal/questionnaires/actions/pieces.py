"""Attachments of a draft: kept by hash, their kind read from the content."""

from datetime import datetime
from pathlib import Path

from django.db import transaction

from fanal.campagnes.temps import local_day
from fanal.comptes.models import Utilisateur
from fanal.depots.actions import file_hash, keep_original
from fanal.journal.actions import inscrire
from fanal.moteurs.xlsform.modele import Element, Formulaire
from fanal.parametres import valeur
from fanal.questionnaires.actions.commun import garder, marquer, prendre
from fanal.questionnaires.compute.chemins import lire, lire_chemin, poser, question_de, rangees
from fanal.questionnaires.contenus import genre_du_contenu
from fanal.questionnaires.models import Brouillon, PieceJointe
from fanal.questionnaires.rules.pieces import MIMES, check_nombre, check_piece
from fanal.questionnaires.rules.saisie import check_rangee
from fanal.refus import Inutilisable


@transaction.atomic
def joindre(
    *,
    brouillon: Brouillon,
    chemin: str,
    fichier: Path,
    nom: str,
    by: Utilisateur | None,
    instant: datetime,
) -> PieceJointe:
    """Attach the file to the question at *chemin*; it takes the place of the one that was there.

    Raises Refus (kind, size, program, number), Inutilisable (no such question), Interdit.
    """
    pris, formulaire = prendre(brouillon, by=by, instant=instant)
    question = _question(formulaire, chemin)
    place = lire_chemin(chemin)
    if place.repetition:
        check_rangee(place.repetition, place.rang, len(rangees(pris.reponses, place.repetition)))
    jour = local_day(instant)
    nom = " ".join(Path(nom.replace("\\", "/")).name.split())[:255] or "fichier"
    genre = genre_du_contenu(fichier)
    check_piece(
        nom=nom,
        taille=fichier.stat().st_size,
        genre=genre,
        admis=valeur("questionnaires.pieces.types", le=jour),
        taille_max=valeur("questionnaires.pieces.taille_octets", le=jour),
        demandes=types_demandes(question),
    )
    actives = PieceJointe.objects.filter(dossier=pris.dossier, retiree_le__isnull=True)
    check_nombre(actives.count(), valeur("questionnaires.pieces.nombre", le=jour))
    empreinte = file_hash(fichier)
    piece = PieceJointe.objects.create(
        dossier=pris.dossier,
        question=chemin[:200],
        nom=nom,
        genre=MIMES.get(genre, "application/octet-stream"),
        original=keep_original(chemin=fichier, empreinte=empreinte),
        auteur=by,
        jointe_le=instant,
    )
    ancienne = lire(pris.reponses, chemin)
    valeur_jointe = {
        "nom": nom,
        "empreinte": empreinte,
        "taille": piece.original.taille,
        "type": piece.genre,
    }
    _ecrire(pris, chemin, valeur_jointe, by=by, instant=instant)
    _retirer_orphelines(pris, chemin, ancienne, sauf=piece, instant=instant)
    _inscrire(pris, "questionnaire.joindre", chemin, empreinte, by, instant)
    return piece


@transaction.atomic
def retirer_piece(*, brouillon: Brouillon, chemin: str, by: Utilisateur | None, instant: datetime) -> None:
    """Take the attachment of a question away from the draft; a version already deposited keeps it."""
    pris, formulaire = prendre(brouillon, by=by, instant=instant)
    _question(formulaire, chemin)
    ancienne = lire(pris.reponses, chemin)
    if not isinstance(ancienne, dict):
        return
    _ecrire(pris, chemin, "", by=by, instant=instant)
    _retirer_orphelines(pris, chemin, ancienne, sauf=None, instant=instant)
    _inscrire(pris, "questionnaire.retirer_piece", chemin, str(ancienne.get("empreinte", "")), by, instant)


def types_demandes(question: Element) -> list[str]:
    """The extensions that a question asks for (its column `body::accept`: ".pdf,.docx", "image/*",
    "application/pdf"); all when it says none.
    """
    trouvees: list[str] = []
    for mot in question.parametres.get("accept", "").lower().replace(",", " ").split():
        if mot.startswith("."):
            trouvees.append(mot[1:].replace("jpeg", "jpg"))
        elif mot == "image/*":
            trouvees += ["jpg", "png"]
        else:
            trouvees += [genre for genre, mime in MIMES.items() if mime == mot]
    return trouvees


def _question(formulaire: Formulaire, chemin: str) -> Element:
    question = question_de(formulaire, chemin)
    if question is None or question.genre != "fichier":
        raise Inutilisable(f"Le formulaire n'attend pas de pièce en « {chemin} ». Rechargez la page.")
    return question


def _ecrire(
    brouillon: Brouillon, chemin: str, valeur_jointe: object, *, by: Utilisateur | None, instant: datetime
) -> None:
    brouillon.revision += 1
    marquer(brouillon, [chemin], by=by, instant=instant)
    garder(brouillon, poser(brouillon.reponses, chemin, valeur_jointe), instant=instant)


def _retirer_orphelines(
    brouillon: Brouillon, chemin: str, ancienne: object, *, sauf: PieceJointe | None, instant: datetime
) -> None:
    """Mark the file that the answer named before as taken away, unless the same is still named elsewhere."""
    if not isinstance(ancienne, dict):
        return
    encore = str(brouillon.reponses).count(str(ancienne.get("empreinte")))
    pieces = PieceJointe.objects.filter(
        dossier=brouillon.dossier,
        original__empreinte=ancienne.get("empreinte"),
        retiree_le__isnull=True,
    )
    if sauf is not None:
        pieces = pieces.exclude(pk=sauf.pk)
    if not encore or (sauf is not None and sauf.original.empreinte == ancienne.get("empreinte")):
        pieces.filter(question=chemin).update(retiree_le=instant)
    if not encore:
        pieces.update(retiree_le=instant)


def _inscrire(
    brouillon: Brouillon,
    action: str,
    chemin: str,
    empreinte: str,
    by: Utilisateur | None,
    instant: datetime,
) -> None:
    inscrire(
        action=action,
        objet=brouillon.dossier,
        by=by,
        instant=instant,
        donnees={"question": chemin, "empreinte": empreinte},
    )
