"""Instructing the dossiers of a call: admissible or not, complement, tests settled by hand. All or none."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from fanal.appels import tasks_avis as tasks
from fanal.appels.models import Appel, Constat
from fanal.appels.queries.demandes_avis import check_organisateur
from fanal.appels.queries.instruction import check_geste, examen_de
from fanal.appels.rules import instruction as rules
from fanal.appels.types_campagne import APPEL, FORMAT, INSTRUIRE
from fanal.campagnes.actions import dossiers as moteur
from fanal.campagnes.actions.commun import lock_all, record
from fanal.campagnes.models import Dossier
from fanal.campagnes.queries.droits import check_droit
from fanal.campagnes.rules import check_echeance
from fanal.campagnes.temps import jour_fr, local_day
from fanal.comptes.models import Utilisateur
from fanal.refus import Interdit, Introuvable, Refus
from fanal.territoires.noeuds import Noeud


def declarer_recevable(
    *, dossiers: Sequence[Dossier], by: Utilisateur | None, instant: datetime, motif: str = ""
) -> list[Dossier]:
    """Declare dossiers admissible. Raises Refus when a test waits for a person, or when the decision table
    says no and no reason is given; Interdit unless *by* organises the call.
    """
    return instruire(dossiers=dossiers, geste="declarer_recevable", by=by, instant=instant, motif=motif)


def declarer_irrecevable(
    *, dossiers: Sequence[Dossier], motif: str, by: Utilisateur | None, instant: datetime
) -> list[Dossier]:
    """Declare dossiers not admissible, with the reason that applicants read."""
    return instruire(dossiers=dossiers, geste="declarer_irrecevable", by=by, instant=instant, motif=motif)


def demander_complement(
    *,
    dossiers: Sequence[Dossier],
    motif: str,
    by: Utilisateur | None,
    instant: datetime,
    echeance: date | None = None,
) -> list[Dossier]:
    """Ask applicants for a complement: they take their dossier up again and hand it in anew. *echeance*, the
    last day, is written after the reason. Raises Refus for a day that has passed.
    """
    if echeance is not None:
        check_echeance(echeance, local_day(instant))
        motif = (
            f"{motif.strip()} Réponse attendue au plus tard le {jour_fr(echeance)}." if motif.strip() else ""
        )
    return instruire(dossiers=dossiers, geste="demander_complement", by=by, instant=instant, motif=motif)


@transaction.atomic
def instruire(
    *, dossiers: Sequence[Dossier], geste: str, by: Utilisateur | None, instant: datetime, motif: str = ""
) -> list[Dossier]:
    """Take an act of the desk on dossiers of one call, all or none; their applicants are told by e-mail.

    Raises Interdit unless *by* organises the call, Refus with the first sentence that forbids one of them.
    """
    rules.check_geste(geste)
    tenus, _ = _tenir(dossiers, by, instant)
    transition = APPEL.reception(FORMAT).transition(geste)
    for dossier in tenus:
        try:
            check_geste(dossier, transition, examen_de(dossier), by=by, instant=instant, motif=motif)
        except Interdit:
            raise
        except Refus as refus:
            raise _refus_du_lot(refus, dossier, len(tenus)) from refus
    faits = moteur.franchir_lot(dossiers=tenus, transition=geste, by=by, instant=instant, motif=motif.strip())
    tasks.annoncer_instruction.enqueue([d.pk for d in faits], geste, motif.strip())
    return faits


@transaction.atomic
def trancher(
    *,
    dossiers: Sequence[Dossier],
    code: str,
    verdict: str,
    motif: str,
    by: Utilisateur | None,
    instant: datetime,
) -> list[Constat]:
    """Settle by hand the test *code* on the current version of these dossiers, all or none, with the reason.

    *verdict* is oui or non. It may be settled again until the dossier is decided. Raises Introuvable when a
    dossier has no such test, Refus when the test is computed, Interdit unless *by* organises the call.
    """
    tenus, appel = _tenir(dossiers, by, instant)
    tranches = []
    for dossier in tenus:
        try:
            tranches.append(_trancher(dossier, code, verdict, motif, by=by, instant=instant))
        except Interdit:
            raise
        except Refus as refus:
            raise _refus_du_lot(refus, dossier, len(tenus)) from refus
    record(
        campagne=appel.campagne,
        action="candidature.trancher",
        objet=tenus[0] if len(tenus) == 1 else appel,
        by=by,
        instant=instant,
        motif=motif,
        donnees={"dossiers": [d.pk for d in tenus], "test": code, "verdict": verdict},
    )
    return tranches


def _trancher(
    dossier: Dossier, code: str, verdict: str, motif: str, *, by: Utilisateur | None, instant: datetime
) -> Constat:
    constat = Constat.objects.filter(version=dossier.version_courante_id, code=code).first()
    if constat is None:
        raise Introuvable(f"Le test « {code} » n'est pas dans la table de ce dossier.")
    rules.check_trancher(
        verdict=verdict, motif=motif, calcule=constat.verdict, en_instruction=dossier.etape in rules.OUVERTES
    )
    constat.tranche, constat.motif_tranche = verdict, motif.strip()
    constat.tranche_par, constat.tranche_le = by, instant
    constat.save(update_fields=["tranche", "motif_tranche", "tranche_par", "tranche_le"])
    return constat


def _tenir(
    dossiers: Sequence[Dossier], by: Utilisateur | None, instant: datetime
) -> tuple[list[Dossier], Appel]:
    """The dossiers as they are now, locked, of one call that *by* organises and whose nodes it covers."""
    if not dossiers:
        raise Introuvable("Aucun dossier n'est choisi. Cochez des dossiers, puis recommencez.")
    tenus = lock_all(d.pk for d in dossiers)
    if len({d.campagne_id for d in tenus}) > 1:
        raise Refus("Ces dossiers ne sont pas du même appel. Instruisez-les appel par appel.")
    appel = Appel.objects.select_related("campagne", "region").get(campagne=tenus[0].campagne_id)
    check_organisateur(appel, by, instant)
    for dossier in tenus:
        check_droit(by, INSTRUIRE, Noeud.de(dossier), instant)
    return tenus, appel


def _refus_du_lot(refus: Refus, dossier: Dossier, nombre: int) -> Refus:
    """The refusal of a batch: nothing was done, and which dossier stopped it."""
    if nombre == 1:
        return refus
    return type(refus)(
        f"Rien n'a été fait sur ces {nombre} dossiers. Sur {dossier.nom_noeud} : {refus.phrase}"
    )
