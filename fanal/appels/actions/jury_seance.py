"""A sitting: opened, its members present, its deliberations, its closing with the minutes. Journaled."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from fanal.appels.actions.jury_commun import appliquer_retraits, verrouiller
from fanal.appels.actions.jury_proces_verbal import etablir
from fanal.appels.models import Appel, Deliberation, MembreJury, Seance
from fanal.appels.queries.jury import actifs, grille_de, seance_ouverte
from fanal.appels.queries.jury_seance import Point, point_de, points, rangs_de
from fanal.appels.rules.jury import (
    check_cloture,
    check_discussion,
    check_grille,
    check_lectures,
    check_lisible,
    check_motif,
    check_note,
    check_proposition,
    check_quorum,
    check_seance_ouverte,
    check_seance_ouvrable,
)
from fanal.campagnes.models import Dossier
from fanal.comptes.models import Utilisateur
from fanal.journal.actions import inscrire
from fanal.parametres import valeur
from fanal.refus import Introuvable, Inutilisable, Refus

PART_QUORUM = "appels.jury.part_quorum"
HORS_JOUR = "Ce dossier n'est pas à l'ordre du jour de cette séance."


@transaction.atomic
def ouvrir(
    *,
    appel: Appel,
    jour: date,
    lieu: str,
    presents: Sequence[MembreJury],
    motif_sans_quorum: str = "",
    by: Utilisateur | None,
    instant: datetime,
) -> Seance:
    """Open a sitting with those present. *motif_sans_quorum*: why no quorum is asked (second summons).

    Raises Refus: no grid, another sitting open, nobody who declared interests; see `noter_presences`.
    """
    tenu = verrouiller(appel)
    check_grille(grille_de(tenu))
    declares = [m for m in actifs(tenu) if m.declaration_le is not None]
    check_seance_ouvrable(ouverte=seance_ouverte(tenu) is not None, membres=len(declares))
    if motif_sans_quorum.strip():
        check_motif(motif_sans_quorum, "Siéger sans quorum")
    seance = Seance.objects.create(
        appel=tenu,
        jour=jour,
        lieu=lieu.strip(),
        ouverte_le=instant,
        part_quorum=Decimal(valeur(PART_QUORUM, le=jour)),
        motif_sans_quorum=motif_sans_quorum.strip(),
    )
    inscrire(
        action="jury.seance.ouvrir",
        objet=seance,
        by=by,
        instant=instant,
        motif=motif_sans_quorum,
        donnees={"appel": tenu.pk, "jour": jour},
    )
    noter_presences(seance=seance, presents=presents, by=by, instant=instant)
    motif = f"Intérêt constaté à l'ouverture de la séance du {jour:%d/%m/%Y}."
    appliquer_retraits(appel=tenu, by=by, instant=instant, motif=motif)
    return seance


@transaction.atomic
def noter_presences(
    *, seance: Seance, presents: Sequence[MembreJury], by: Utilisateur | None, instant: datetime
) -> Seance:
    """Who is in the room. Raises Refus: sitting closed, a member who has left or has not declared."""
    tenue = _tenir(seance)
    permis = {m.pk: m for m in actifs(tenue.appel) if m.declaration_le is not None}
    for membre in presents:
        if membre.pk not in permis:
            raise Refus(
                f"{membre.utilisateur} ne peut pas siéger : ce membre n'a pas déclaré ses intérêts, ou a "
                "quitté le jury."
            )
    tenue.presents.set(presents)
    donnees = {"presents": sorted(m.pk for m in presents)}
    inscrire(action="jury.seance.presences", objet=tenue, by=by, instant=instant, donnees=donnees)
    return tenue


@transaction.atomic
def deliberer(
    *,
    seance: Seance,
    dossier: Dossier,
    proposition: str,
    note: Decimal | None = None,
    motif: str = "",
    discussion: str = "",
    desaccord: str = "",
    vue: str | None = None,
    by: Utilisateur | None,
    instant: datetime,
) -> Deliberation:
    """Record what the sitting decides on a dossier; again, while it is open, to correct it.

    *note*: the score kept, the mean of the readings by default. *vue*: `vue_de` what the page showed.
    Raises Refus: closed sitting, no quorum, readings awaited, another score or too few readings without a
    reason, spread without a discussion, recorded by somebody else meanwhile; Inutilisable for a wrong value;
    Introuvable off the agenda.
    """
    tenue = _tenir(seance)
    point = point_de(tenue, dossier.pk)
    if point is None:
        raise Introuvable(HORS_JOUR)
    _check_vue(vue, point.deliberation)
    retenue = _check(tenue, point, proposition, note, motif, discussion)
    etat = point.etat
    ligne = point.deliberation or Deliberation(seance=tenue, dossier=etat.dossier)
    ligne.note, ligne.moyenne, ligne.ecart = retenue, etat.moyenne, etat.ecart
    ligne.proposition, ligne.motif = proposition, motif.strip()
    ligne.discussion, ligne.desaccord = discussion.strip(), desaccord.strip()
    ligne.votants, ligne.quorum = len(point.salle.votants), point.salle.quorum
    ligne.enregistree_le = instant
    ligne.save()
    ligne.deportes.set(point.salle.deportes)
    donnees = {
        "dossier": dossier.pk,
        "note": ligne.note,
        "moyenne": ligne.moyenne,
        "ecart": ligne.ecart,
        "proposition": proposition,
        "votants": ligne.votants,
        "deportes": sorted(m.pk for m in point.salle.deportes),
    }
    inscrire(action="jury.deliberer", objet=ligne, by=by, instant=instant, motif=motif, donnees=donnees)
    return ligne


def _check(
    seance: Seance, point: Point, proposition: str, note: Decimal | None, motif: str, discussion: str
) -> Decimal:
    """The score kept, once everything allows it."""
    etat = point.etat
    check_lisible(etat.dossier.etape)
    check_quorum(
        votants=len(point.salle.votants),
        quorum=point.salle.quorum,
        dispense=bool(seance.motif_sans_quorum),
    )
    check_lectures(rendues=len(etat.rendues), en_attente=etat.en_attente, prevues=etat.prevues, motif=motif)
    check_proposition(proposition)
    moyenne = etat.moyenne
    if moyenne is None:
        raise Refus("Personne n'a noté ce dossier : confiez-le à un lecteur.")
    retenue = moyenne if note is None else note
    if not retenue.is_finite() or retenue != round(retenue, 3):
        raise Inutilisable("La note retenue a trois décimales au plus.")
    check_note(note=retenue, moyenne=moyenne, motif=motif)
    check_discussion(requise=etat.alerte, discussion=discussion)
    return retenue


def vue_de(deliberation: Deliberation | None) -> str:
    """What a page shows of a deliberation, to compare when it comes back."""
    return "" if deliberation is None else deliberation.enregistree_le.isoformat()


def _check_vue(vue: str | None, deliberation: Deliberation | None) -> None:
    if vue is not None and vue != vue_de(deliberation):
        raise Refus(
            "Cette délibération a été enregistrée entre-temps par une autre personne. Rechargez la page "
            "avant de la reprendre."
        )


@transaction.atomic
def reprendre(*, deliberation: Deliberation, by: Utilisateur | None, instant: datetime) -> None:
    """Take a deliberation back while the sitting is open. Raises Refus once closed."""
    tenue = _tenir(deliberation.seance)
    donnees = {"dossier": deliberation.dossier_id, "note": deliberation.note}
    inscrire(action="jury.deliberation.reprendre", objet=tenue, by=by, instant=instant, donnees=donnees)
    deliberation.delete()


@transaction.atomic
def clore(*, seance: Seance, observations: str = "", by: Utilisateur | None, instant: datetime) -> Seance:
    """Close a sitting: ranks, minutes (PDF) kept by hash. Nothing changes in it afterwards.

    Raises Refus: closed already, nothing deliberated, or a fact changed since a deliberation.
    """
    tenue = _tenir(seance)
    tous = points(tenue)
    perimes = [p.etat.dossier.nom_noeud for p in tous if p.perime]
    deliberes = list(
        tenue.deliberations.select_related("dossier__version_courante").prefetch_related("deportes")
    )
    check_cloture(deliberes=len(deliberes), perimes=perimes)
    for ligne, rang in ((d, rangs_de(deliberes)[d.dossier_id]) for d in deliberes):
        ligne.rang = rang
        ligne.save(update_fields=["rang"])
    tenue.close_le, tenue.observations = instant, observations.strip()
    tenue.save(update_fields=["close_le", "observations"])
    tenue.proces_verbal = etablir(tenue, instant=timezone.localtime(instant))
    tenue.save(update_fields=["proces_verbal"])
    donnees = {
        "deliberes": len(deliberes),
        "proces_verbal": tenue.proces_verbal.empreinte,
        "rangs": {str(d.dossier_id): d.rang for d in deliberes},
    }
    inscrire(action="jury.seance.clore", objet=tenue, by=by, instant=instant, donnees=donnees)
    return tenue


@transaction.atomic
def abandonner(*, seance: Seance, motif: str, by: Utilisateur | None, instant: datetime) -> None:
    """Undo an opening by mistake: only a sitting that deliberated nothing. Raises Refus otherwise."""
    check_motif(motif, "Abandonner une séance")
    tenue = _tenir(seance)
    if tenue.deliberations.exists():
        raise Refus("Cette séance a délibéré : fermez-la par son procès-verbal.")
    donnees = {"jour": tenue.jour}
    inscrire(
        action="jury.seance.abandonner",
        objet=tenue,
        by=by,
        instant=instant,
        motif=motif,
        donnees=donnees,
    )
    tenue.delete()


def _tenir(seance: Seance) -> Seance:
    """The sitting, its call locked, while it is open."""
    verrouiller(seance.appel)
    tenue = Seance.objects.select_related("appel__campagne", "appel__region").get(pk=seance.pk)
    check_seance_ouverte(close=tenue.close_le is not None)
    return tenue
