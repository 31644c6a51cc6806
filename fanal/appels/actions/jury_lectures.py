"""Readings: dealt, given by hand, saved as a draft, handed in and frozen. Atomic, journaled."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from fanal.appels.actions.jury_commun import MAIN, confier_a, rang_libre, retirer_lectures, verrouiller
from fanal.appels.compute.jury import total_pondere
from fanal.appels.models import Appel, LectureJury, MembreJury
from fanal.appels.queries.jury import grille_de, situation_de
from fanal.appels.queries.jury_interets import retraits
from fanal.appels.queries.jury_partage import apercu
from fanal.appels.rules.jury import (
    check_declaration,
    check_grille,
    check_lecteur,
    check_lisible,
    check_membre_actif,
    check_modifiable,
    check_motif,
    check_rendue,
    check_revision,
    lire_notes,
)
from fanal.campagnes.models import Dossier
from fanal.comptes.acces import INVISIBLE
from fanal.comptes.models import Utilisateur
from fanal.journal.actions import inscrire
from fanal.refus import Introuvable, Refus


@transaction.atomic
def confier_lot(
    *, appel: Appel, graine: str, empreinte: str, by: Utilisateur | None, instant: datetime
) -> list[LectureJury]:
    """Deal the missing readings as the preview of hash *empreinte* showed them.

    Raises Refus: no grid, nothing to deal, or facts changed since the preview.
    """
    tenu = verrouiller(appel)
    check_grille(grille_de(tenu))
    prevu = apercu(tenu, graine)
    if prevu.empreinte != empreinte:
        raise Refus(
            "Un dossier, un membre ou un intérêt a changé depuis l'aperçu. Relisez la répartition proposée, "
            "puis confirmez-la."
        )
    if not prevu.partage.nouvelles:
        raise Refus("Il n'y a aucune lecture à confier : chaque dossier a déjà ses lecteurs.")
    pris = {pk: [lecture.rang for lecture in e.lectures] for pk, e in prevu.etats.items()}
    faites = []
    for pk, membre in prevu.partage.nouvelles:
        rang = rang_libre(pris[pk])
        pris[pk].append(rang)
        faites.append(
            confier_a(
                dossier=prevu.etats[pk].dossier,
                membre=prevu.membres[membre],
                rang=rang,
                by=by,
                instant=instant,
                action="jury.lecture.confier",
            )
        )
    donnees = {"graine": prevu.graine, "empreinte": empreinte, "lectures": len(faites)}
    inscrire(action="jury.repartir", objet=tenu, by=by, instant=instant, donnees=donnees)
    return faites


@transaction.atomic
def confier(
    *,
    appel: Appel,
    dossier: Dossier,
    membre: MembreJury,
    motif: str,
    by: Utilisateur | None,
    instant: datetime,
) -> LectureJury:
    """Give a reading by hand (one more when readers differ much), with a reason.

    Raises Refus: no reason, the member has left, has not declared, reads it already or has an interest.
    """
    check_motif(motif, "Confier une lecture à la main")
    tenu = verrouiller(appel)
    check_grille(grille_de(tenu))
    check_lisible(dossier.etape)
    lecteur = MembreJury.objects.select_related("utilisateur").get(pk=membre.pk, appel=tenu)
    check_membre_actif(retire=lecteur.retire_le is not None)
    etat = situation_de(tenu, dossier)
    check_lecteur(
        declare=lecteur.declaration_le is not None,
        concerne=retraits(tenu, [dossier], [lecteur]).concerne(lecteur.pk, dossier.pk),
        deja=lecteur.pk in {lecture.membre_id for lecture in etat.lectures},
    )
    return confier_a(
        dossier=dossier,
        membre=lecteur,
        rang=rang_libre(lecture.rang for lecture in etat.lectures),
        by=by,
        instant=instant,
        action="jury.lecture.confier",
        motif=motif.strip(),
    )


@transaction.atomic
def retirer(*, lecture: LectureJury, motif: str, by: Utilisateur | None, instant: datetime) -> LectureJury:
    """The organiser withdraws a reading that is not handed in, with a reason.

    Raises Refus: no reason, handed in (its score stands), or withdrawn already.
    """
    check_motif(motif, "Retirer une lecture")
    verrouiller(lecture.membre.appel)
    tenue = LectureJury.objects.get(pk=lecture.pk)
    if tenue.retiree_le is not None:
        raise Refus("Cette lecture est déjà retirée.")
    if tenue.rendue_le is not None:
        raise Refus("Cette lecture est rendue : sa note compte. Elle se discute en séance.")
    retirer_lectures(lectures=[tenue], cause=MAIN, motif=motif.strip(), by=by, instant=instant)
    return tenue


@transaction.atomic
def enregistrer(
    *,
    lecture: LectureJury,
    notes: Mapping[str, str],
    commentaire: str,
    revision: int | None,
    by: Utilisateur | None,
    instant: datetime,
) -> LectureJury:
    """Save the draft of a reading: whatever is typed so far is kept.

    Raises Introuvable once withdrawn by an interest, Refus once handed in or saved elsewhere, Inutilisable
    for a mark that is not one.
    """
    tenue = _tenir(lecture)
    check_revision(revision, tenue.revision)
    grille = grille_de(tenue.membre.appel)
    tenue.notes = lire_notes(grille.criteres, notes)
    tenue.commentaire = commentaire.strip()
    tenue.total = total_pondere(grille.criteres, tenue.notes)
    tenue.revision += 1
    tenue.version = tenue.dossier.version_courante
    tenue.save(update_fields=["notes", "commentaire", "total", "revision", "version"])
    return tenue


def rendre(
    *,
    lecture: LectureJury,
    notes: Mapping[str, str],
    commentaire: str,
    revision: int | None,
    by: Utilisateur | None,
    instant: datetime,
) -> LectureJury:
    """Save and hand in: frozen from then on, on the version of the dossier that was read.

    What was typed is kept as a draft even when it is not complete. Raises Refus: a criterion without mark, no
    comment; and what `enregistrer` raises.
    """
    enregistrer(
        lecture=lecture, notes=notes, commentaire=commentaire, revision=revision, by=by, instant=instant
    )
    with transaction.atomic():
        tenue = _tenir(lecture)
        grille = grille_de(tenue.membre.appel)
        check_rendue(grille.criteres, tenue.notes, tenue.commentaire)
        tenue.rendue_le = instant
        tenue.total = total_pondere(grille.criteres, tenue.notes)
        tenue.version = tenue.dossier.version_courante
        tenue.save(update_fields=["rendue_le", "total", "version"])
        donnees = {
            "dossier": tenue.dossier_id,
            "membre": tenue.membre_id,
            "version": tenue.version_id,
            "total": tenue.total,
        }
        inscrire(action="jury.lecture.rendre", objet=tenue, by=by, instant=instant, donnees=donnees)
    return tenue


def _tenir(lecture: LectureJury) -> LectureJury:
    """The reading, its call locked, if it may still be written."""
    verrouiller(lecture.membre.appel)
    tenue = LectureJury.objects.select_related(
        "membre__utilisateur", "membre__appel__campagne", "dossier__version_courante"
    ).get(pk=lecture.pk)
    membre = tenue.membre
    check_membre_actif(retire=membre.retire_le is not None)
    check_declaration(faite=membre.declaration_le is not None)
    touche = retraits(membre.appel, [tenue.dossier], [membre]).concerne(membre.pk, tenue.dossier_id)
    if tenue.retiree_le is not None or touche:
        raise Introuvable(INVISIBLE)
    check_modifiable(rendue=tenue.rendue_le is not None, retiree=False)
    check_lisible(tenue.dossier.etape)
    check_grille(grille_de(membre.appel))
    return tenue
