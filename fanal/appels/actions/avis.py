"""Giving the opinions asked: one, or many at once, each with its own words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from fanal.appels.actions.candidatures import reexaminer
from fanal.appels.actions.demandes_avis import inscrire_sur
from fanal.appels.models import DemandeAvis
from fanal.appels.queries.avis import RELIES, a_change, attendu
from fanal.appels.rules import avis as rules
from fanal.campagnes.actions import avis as moteur
from fanal.campagnes.actions.commun import lock
from fanal.campagnes.models import Avis
from fanal.campagnes.queries.droits import check_droit
from fanal.campagnes.rules import check_deposee, pluriel
from fanal.campagnes.temps import local_day
from fanal.comptes.models import Utilisateur
from fanal.refus import Interdit, Introuvable, Refus
from fanal.territoires.noeuds import Noeud


@dataclass(frozen=True)
class AvisVoulu:
    """What somebody wants to answer to a request. `version`: number of the version read, to refuse an opinion
    on a dossier that changed meanwhile; None when it was not told.
    """

    demande: DemandeAvis
    sens: str
    texte: str = ""
    version: int | None = None


def rendre(
    *,
    demande: DemandeAvis,
    sens: str,
    texte: str = "",
    by: Utilisateur | None,
    instant: datetime,
    version: int | None = None,
) -> Avis:
    """Give the opinion that *demande* asks, on the current version; past its last day it is marked late.

    Raises Interdit unless *by* speaks for the body asked (or is the expert named), Refus when the request was
    withdrawn, when the opinion was given and nothing changed since, at a step that takes none, for an answer
    that the rules of the call do not allow, or for a reserved opinion without a reason.
    """
    return rendre_lot(avis=[AvisVoulu(demande, sens, texte, version)], by=by, instant=instant)[0]


@transaction.atomic
def rendre_lot(*, avis: Sequence[AvisVoulu], by: Utilisateur | None, instant: datetime) -> list[Avis]:
    """Give several opinions, all or none. Raises as `rendre`, naming the applicant of the first refusal."""
    if not avis:
        raise Introuvable("Aucun avis n'est choisi. Cochez des dossiers, puis recommencez.")
    rendus = []
    for voulu in sorted(avis, key=lambda a: a.demande.pk):
        try:
            rendus.append(_rendre(voulu, by=by, instant=instant))
        except Interdit:
            raise
        except Refus as refus:
            if len(avis) == 1:
                raise
            nombre = pluriel(len(avis), "avis", "avis")
            raise Refus(
                f"Aucun des {nombre} n'a été rendu. Sur {voulu.demande.dossier.nom_noeud} : {refus.phrase}"
            ) from refus
    return rendus


def _rendre(voulu: AvisVoulu, *, by: Utilisateur | None, instant: datetime) -> Avis:
    demande = _tenir(voulu.demande)
    _check_qui(demande, by, instant)
    dossier = demande.dossier = lock(demande.dossier)
    rules.check_ouverte(demande.retiree_le, demande.motif_retrait)
    rules.check_version_vue(voulu.version, check_deposee(dossier.version_courante).numero)
    ancien = demande.avis
    rules.check_a_rendre(ancien.rendu_le if ancien else None, change=a_change(demande))
    rules.check_sens(voulu.sens, attendu(dossier.campagne.appel, demande.instance).sens, demande.instance)
    rendu = moteur.rendre(
        dossier=dossier,
        sens=voulu.sens,
        texte=voulu.texte,
        niveau=rules.NIVEAUX[demande.instance],
        by=by,
        instant=instant,
        permission=rules.DROITS[demande.instance],
    )
    demande.avis = rendu
    if ancien is None:  # an opinion renewed because the applicant changed its dossier is nobody's lateness
        demande.en_retard = rules.is_late(local_day(instant), demande.echeance)
    demande.save(update_fields=["avis", "en_retard"])
    inscrire_sur(
        demande,
        "avis.rendre",
        by=by,
        instant=instant,
        donnees={
            "avis": rendu.pk,
            "sens": rendu.sens,
            "version": rendu.version.numero,
            "en_retard": demande.en_retard,
            "remplace": ancien.pk if ancien else None,
        },
    )
    reexaminer(dossier=dossier, by=by, instant=instant)  # the table no longer waits for this opinion
    return rendu


def _tenir(demande: DemandeAvis) -> DemandeAvis:
    """The request as it is now, held until the end: two people who answer pass one after the other."""
    DemandeAvis.objects.select_for_update().get(pk=demande.pk)
    return DemandeAvis.objects.select_related(*RELIES).get(pk=demande.pk)


def _check_qui(demande: DemandeAvis, by: Utilisateur | None, instant: datetime) -> None:
    """Whoever answers speaks for the body asked on that node; an expert only for himself."""
    check_droit(by, rules.DROITS[demande.instance], Noeud.de(demande), instant)
    if by is not None and demande.instance == "expert" and demande.expert_id != by.pk:
        raise Interdit("Cet avis est demandé à une autre personne. Seul l'expert nommé peut le rendre.")
