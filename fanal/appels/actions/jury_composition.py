"""Who sits in the jury of a call: named, made president, gone. Atomic, journaled."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from fanal.appels.actions.jury_commun import DEPART, reattribuer, retirer_lectures, verrouiller
from fanal.appels.models import Appel, LectureJury, MembreJury
from fanal.appels.queries.jury import dossiers_du_jury, seance_ouverte
from fanal.appels.queries.jury_interets import retraits
from fanal.appels.rules.jury import ETAPE_LUE, check_membre_actif, check_motif, check_nommable
from fanal.comptes.models import Utilisateur
from fanal.comptes.queries import perimetre
from fanal.journal.actions import inscrire
from fanal.refus import Refus
from fanal.territoires.noeuds import Noeud

NOTER, GERER, INSTRUIRE = "jury.noter", "jury.gerer", "instruction.voir"
PRESIDENT, MEMBRE = MembreJury.Qualite.PRESIDENT, MembreJury.Qualite.MEMBRE


@transaction.atomic
def nommer(
    *,
    appel: Appel,
    utilisateur: Utilisateur,
    president: bool = False,
    by: Utilisateur | None,
    instant: datetime,
) -> MembreJury:
    """Name a member; one who had left comes back and declares interests again.

    Raises Refus: see `rules.jury.check_nommable`.
    """
    tenu, noeud, le = verrouiller(appel), Noeud.de(appel), timezone.localdate(instant)
    ancien = MembreJury.objects.filter(appel=tenu, utilisateur=utilisateur).first()
    instruit = any(perimetre(utilisateur, p, le).contient(noeud) for p in (GERER, INSTRUIRE))
    check_nommable(
        jure=perimetre(utilisateur, NOTER, le).contient(noeud) and utilisateur.is_active,
        instruit=instruit,
        deja=ancien is not None and ancien.retire_le is None,
        nom=str(utilisateur),
    )
    membre = ancien or MembreJury(appel=tenu, utilisateur=utilisateur)
    membre.qualite, membre.nomme_le = MEMBRE, instant
    membre.declaration_le = membre.retire_le = None
    membre.motif_retrait = ""
    membre.save()
    donnees = {"appel": tenu.pk, "membre": membre.pk}
    inscrire(action="jury.nommer", objet=membre, by=by, instant=instant, donnees=donnees)
    return presider(membre=membre, by=by, instant=instant) if president else membre


@transaction.atomic
def presider(*, membre: MembreJury, by: Utilisateur | None, instant: datetime) -> MembreJury:
    """Make a member the president; the former one stays a member. Raises Refus for one who has left."""
    appel = verrouiller(membre.appel)
    tenu = MembreJury.objects.get(pk=membre.pk)
    check_membre_actif(retire=tenu.retire_le is not None)
    MembreJury.objects.filter(appel=appel, qualite=PRESIDENT).exclude(pk=tenu.pk).update(qualite=MEMBRE)
    tenu.qualite = PRESIDENT
    tenu.save(update_fields=["qualite"])
    inscrire(action="jury.presider", objet=tenu, by=by, instant=instant, donnees={"appel": appel.pk})
    return tenu


@transaction.atomic
def retirer(*, membre: MembreJury, motif: str, by: Utilisateur | None, instant: datetime) -> MembreJury:
    """A member leaves: readings not handed in go to others, those handed in stand.

    Raises Refus: no reason, gone already, or present at a sitting under way.
    """
    check_motif(motif, "Retirer un membre du jury")
    appel = verrouiller(membre.appel)
    tenu = MembreJury.objects.get(pk=membre.pk)
    check_membre_actif(retire=tenu.retire_le is not None)
    seance = seance_ouverte(appel)
    if seance is not None and seance.presents.filter(pk=tenu.pk).exists():
        raise Refus("Ce membre est présent à la séance en cours : corrigez d'abord les présences.")
    tenu.retire_le, tenu.motif_retrait, tenu.qualite = instant, motif.strip(), MEMBRE
    tenu.save(update_fields=["retire_le", "motif_retrait", "qualite"])
    inscrire(action="jury.quitter", objet=tenu, by=by, instant=instant, motif=motif)
    dues = LectureJury.objects.filter(membre=tenu, rendue_le=None, retiree_le=None).select_related("dossier")
    lectures = list(dues)
    retirer_lectures(
        lectures=lectures, cause=DEPART, motif="Le lecteur a quitté le jury.", by=by, instant=instant
    )
    dossiers = list(dossiers_du_jury(appel))
    ouverts = [lecture.dossier_id for lecture in lectures if lecture.dossier.etape == ETAPE_LUE]
    if ouverts:
        exclus = retraits(appel, dossiers)
        reattribuer(appel=appel, dossiers=ouverts, exclus=exclus, by=by, instant=instant)
    return tenu
