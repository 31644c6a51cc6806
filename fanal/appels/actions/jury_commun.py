"""What the acts of a jury share: the lock of the call, the withdrawal of readings, its new reader."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from fanal.appels.compute.jury_lectures import repartir
from fanal.appels.models import Appel, LectureJury, MembreJury
from fanal.appels.queries.jury import actifs, dossiers_du_jury, situations
from fanal.appels.queries.jury_interets import Retraits, retraits
from fanal.appels.rules.jury import ETAPE_LUE
from fanal.campagnes.models import Dossier
from fanal.comptes.models import Utilisateur
from fanal.journal.actions import inscrire

INTERET, MAIN, DEPART = "interet", "main", "depart"


def verrouiller(appel: Appel) -> Appel:
    """The call, locked: one act at a time changes its jury."""
    return Appel.objects.select_for_update(of=("self",)).select_related("campagne", "region").get(pk=appel.pk)


def rang_libre(prises: Iterable[int]) -> int:
    """The first reading of a dossier that nobody does."""
    occupes = set(prises)
    return next(rang for rang in range(1, len(occupes) + 2) if rang not in occupes)


def confier_a(
    *,
    dossier: Dossier,
    membre: MembreJury,
    rang: int,
    by: Utilisateur | None,
    instant: datetime,
    action: str,
    motif: str = "",
) -> LectureJury:
    """Give a dossier to a reader, and say so in the journal."""
    lecture = LectureJury.objects.create(
        dossier=dossier, membre=membre, rang=rang, confiee_le=instant, motif=motif
    )
    donnees = {"dossier": dossier.pk, "membre": membre.pk, "rang": rang}
    inscrire(action=action, objet=lecture, by=by, instant=instant, motif=motif, donnees=donnees)
    return lecture


def retirer_lectures(
    *, lectures: Sequence[LectureJury], cause: str, motif: str, by: Utilisateur | None, instant: datetime
) -> None:
    """Withdraw readings: what was written stays in the row, and no longer counts."""
    for lecture in lectures:
        lecture.retiree_le = instant
        lecture.motif_retrait = motif
        lecture.save(update_fields=["retiree_le", "motif_retrait"])
        donnees = {
            "dossier": lecture.dossier_id,
            "membre": lecture.membre_id,
            "cause": cause,
            "rendue": lecture.rendue_le is not None,
            "total": lecture.total,
        }
        inscrire(
            action="jury.lecture.retirer",
            objet=lecture,
            by=by,
            instant=instant,
            motif=motif,
            donnees=donnees,
        )


def appliquer_retraits(
    *, appel: Appel, by: Utilisateur | None, instant: datetime, motif: str
) -> list[LectureJury]:
    """Withdraw every reading that an interest touches and give it to somebody else; returns those withdrawn.

    To be called with the call locked: after a declaration, and before acts that rest on the readings.
    """
    dossiers = list(dossiers_du_jury(appel))
    exclus = retraits(appel, dossiers)
    debout = LectureJury.objects.filter(membre__appel=appel, retiree_le=None).select_related("dossier")
    touchees = [lecture for lecture in debout if exclus.concerne(lecture.membre_id, lecture.dossier_id)]
    if not touchees:
        return []
    retirer_lectures(lectures=touchees, cause=INTERET, motif=motif, by=by, instant=instant)
    ouverts = {d.pk for d in dossiers if d.etape == ETAPE_LUE}
    reattribuer(
        appel=appel,
        dossiers=[lecture.dossier_id for lecture in touchees if lecture.dossier_id in ouverts],
        exclus=exclus,
        by=by,
        instant=instant,
    )
    return touchees


def reattribuer(
    *, appel: Appel, dossiers: Sequence[int], exclus: Retraits, by: Utilisateur | None, instant: datetime
) -> None:
    """Find other readers for *dossiers*, the least loaded first; nobody left shows on the conduct page."""
    etats = {e.dossier.pk: e for e in situations(appel, retires=exclus)}
    membres = {m.pk: m for m in actifs(appel) if m.declaration_le is not None}
    deja = {pk: [lecture.membre_id for lecture in e.lectures] for pk, e in etats.items()}
    charges = {m: sum(m in lecteurs for lecteurs in deja.values()) for m in membres}
    voulus = [pk for pk in dict.fromkeys(dossiers) if pk in etats]
    # A member who was withdrawn from a dossier by hand is not given it back by the machine.
    ecartes = {(pk, lecture.membre_id) for pk in voulus for lecture in etats[pk].retirees}
    partage = repartir(
        voulus,
        list(membres),
        lectures=etats[voulus[0]].prevues if voulus else 0,
        exclus={(d, m) for m, d in exclus.paires} | ecartes,
        deja=deja,
        charges=charges,
        graine=appel.campagne.code,
    )
    pris = {pk: [lecture.rang for lecture in etats[pk].lectures] for pk in voulus}
    for pk, membre in partage.nouvelles:
        rang = rang_libre(pris[pk])
        pris[pk].append(rang)
        confier_a(
            dossier=etats[pk].dossier,
            membre=membres[membre],
            rang=rang,
            by=by,
            instant=instant,
            action="jury.lecture.reattribuer",
        )
