"""Asking for opinions in batches, putting off, withdrawing, asking anew. Each act is all or none."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from fanal.appels import tasks_avis as tasks
from fanal.appels.actions.candidatures import reexaminer
from fanal.appels.models import Appel, DemandeAvis
from fanal.appels.queries.avis import RELIES, echeance_par_defaut
from fanal.appels.queries.demandes_avis import (
    DemandePrevue,
    check_organisateur,
    previsualiser_demandes,
)
from fanal.appels.queries.textes_avis import remplir
from fanal.appels.rules import avis as rules
from fanal.campagnes.actions.commun import lock_all, record
from fanal.campagnes.models import Dossier
from fanal.campagnes.rules import check_echeance, pluriel
from fanal.campagnes.temps import jour_fr, local_day
from fanal.comptes.models import Utilisateur
from fanal.refus import Introuvable, Refus


@transaction.atomic
def demander_lot(
    *,
    dossiers: Sequence[Dossier],
    instance: str,
    by: Utilisateur | None,
    instant: datetime,
    echeance: date | None = None,
    texte: str = "",
    fondement: str = "",
    experts: Sequence[Utilisateur] = (),
) -> list[DemandeAvis]:
    """Ask the opinion of *instance* (ars, omedit, expert: each of *experts*) on these dossiers, all or none.

    *echeance* is the last day, included; without it, that of the rules of the call, else the usual delay. The
    words in braces of *texte* are replaced for each dossier; *fondement* is the legal text with its date.
    Those asked get one e-mail. Raises Interdit unless *by* organises the call, Refus with the first sentence
    that forbids one of the requests.
    """
    if not dossiers:
        raise Introuvable("Aucun dossier n'est choisi. Cochez des dossiers, puis recommencez.")
    tenus = lock_all(d.pk for d in dossiers)
    appel = Appel.objects.select_related("campagne", "region").get(campagne=tenus[0].campagne_id)
    echeance = echeance or echeance_par_defaut(appel, instance, local_day(instant))
    check_echeance(echeance, local_day(instant))
    apercu = previsualiser_demandes(
        appel=appel, dossiers=tenus, instance=instance, experts=experts, by=by, instant=instant
    )
    _check_toutes(apercu.refus, len(apercu.prevues))
    demandes = [
        _creer(prevue, echeance, texte, fondement, by=by, instant=instant) for prevue in apercu.prevues
    ]
    record(
        campagne=appel.campagne,
        action="avis.demander",
        objet=appel,
        by=by,
        instant=instant,
        donnees={
            "instance": instance,
            "dossiers": [d.dossier_id for d in demandes],
            "demandes": [d.pk for d in demandes],
            "echeance": echeance.isoformat(),
            "fondement": fondement,
        },
    )
    tasks.annoncer_demandes.enqueue([d.pk for d in demandes])
    return demandes


def _check_toutes(refus: Sequence[tuple[Dossier, str]], possibles: int) -> None:
    if not refus:
        return
    dossier, phrase = refus[0]
    if possibles + len(refus) == 1:
        raise Refus(phrase)
    raise Refus(
        f"{pluriel(len(refus), 'demande ne peut', 'demandes ne peuvent')} pas être faites, et aucune ne l'a "
        f"été. La première, sur {dossier.nom_noeud} : {phrase}"
    )


def _creer(
    prevue: DemandePrevue,
    echeance: date,
    texte: str,
    fondement: str,
    *,
    by: Utilisateur | None,
    instant: datetime,
) -> DemandeAvis:
    return DemandeAvis.objects.create(
        dossier=prevue.dossier,
        instance=prevue.instance,
        expert=prevue.expert,
        texte=remplir(texte, prevue.dossier, echeance=echeance, fondement=fondement).strip(),
        fondement=fondement,
        demandee_le=instant,
        demandee_par=by,
        echeance=echeance,
        **prevue.noeud.champs(),
    )


@transaction.atomic
def reporter(
    *,
    demandes: Sequence[DemandeAvis],
    echeance: date,
    motif: str,
    by: Utilisateur | None,
    instant: datetime,
) -> list[DemandeAvis]:
    """Put off the last day of requests that wait, all or none. Raises Refus for a day that has passed, an
    opinion already given, or without a reason.
    """
    rules.check_motif(motif, "changer une échéance")
    check_echeance(echeance, local_day(instant))
    tenues = tenir(demandes, by, instant)
    for demande in tenues:
        rules.check_ouverte(demande.retiree_le, demande.motif_retrait)
        rules.check_retirable(demande.avis_id is not None)
        avant, demande.echeance = demande.echeance, echeance
        demande.save(update_fields=["echeance"])
        inscrire_sur(
            demande,
            "avis.reporter",
            by=by,
            instant=instant,
            motif=motif,
            donnees={"de": avant.isoformat(), "vers": echeance.isoformat()},
        )
    return tenues


@transaction.atomic
def retirer(
    *, demandes: Sequence[DemandeAvis], motif: str, by: Utilisateur | None, instant: datetime
) -> list[DemandeAvis]:
    """Withdraw requests that got no opinion yet, all or none, with a reason. Those asked see it withdrawn."""
    rules.check_motif(motif, "retirer une demande d'avis")
    tenues = tenir(demandes, by, instant)
    for demande in tenues:
        rules.check_ouverte(demande.retiree_le, demande.motif_retrait)
        rules.check_retirable(demande.avis_id is not None)
        _retirer(demande, motif, by=by, instant=instant)
    return tenues


def _retirer(demande: DemandeAvis, motif: str, *, by: Utilisateur | None, instant: datetime) -> None:
    demande.retiree_le, demande.motif_retrait = instant, motif.strip()
    demande.save(update_fields=["retiree_le", "motif_retrait"])
    inscrire_sur(demande, "avis.retirer_demande", by=by, instant=instant, motif=motif)


@transaction.atomic
def redemander(
    *,
    demandes: Sequence[DemandeAvis],
    motif: str,
    by: Utilisateur | None,
    instant: datetime,
    echeance: date | None = None,
) -> list[DemandeAvis]:
    """Ask anew for opinions already given, for instance after a complement: the old ones stay to be read, a
    new request with a new last day takes their place. All or none, with a reason.
    """
    rules.check_motif(motif, "refaire une demande d'avis")
    nouvelles: list[DemandeAvis] = []
    for demande in tenir(demandes, by, instant):
        rules.check_ouverte(demande.retiree_le, demande.motif_retrait)
        rules.check_rendu(demande.avis_id is not None)
        raison = f"Demande refaite le {jour_fr(local_day(instant))} : {motif}"
        _retirer(demande, raison, by=by, instant=instant)
        reexaminer(dossier=demande.dossier, by=by, instant=instant)  # the table waits for it again
        nouvelles += demander_lot(
            dossiers=[demande.dossier],
            instance=demande.instance,
            by=by,
            instant=instant,
            echeance=echeance,
            texte=motif,
            fondement=demande.fondement,
            experts=[demande.expert] if demande.expert else [],
        )
    return nouvelles


def tenir(demandes: Sequence[DemandeAvis], by: Utilisateur | None, instant: datetime) -> list[DemandeAvis]:
    """The requests as they are now, locked in the order of their numbers. Raises Introuvable when none is
    chosen, Interdit unless *by* organises their calls.
    """
    numeros = sorted({d.pk for d in demandes})
    if not numeros:
        raise Introuvable("Aucune demande n'est choisie. Cochez des demandes, puis recommencez.")
    verrouillees = [
        d.pk for d in DemandeAvis.objects.select_for_update().filter(pk__in=numeros).order_by("pk")
    ]
    lues = DemandeAvis.objects.select_related(*RELIES, "dossier__campagne__appel__region").order_by()
    trouvees = lues.in_bulk(verrouillees)
    for appel in {d.dossier.campagne.appel for d in trouvees.values()}:
        check_organisateur(appel, by, instant)
    return [trouvees[pk] for pk in verrouillees]


def inscrire_sur(
    demande: DemandeAvis,
    action: str,
    *,
    by: Utilisateur | None,
    instant: datetime,
    motif: str = "",
    donnees: dict[str, object] | None = None,
) -> None:
    """One entry of the journal on a request: the dossier is in its data, never the name of an expert."""
    record(
        campagne=demande.dossier.campagne,
        action=action,
        objet=demande,
        by=by,
        instant=instant,
        motif=motif,
        donnees={"dossier": demande.dossier_id, "instance": demande.instance, **(donnees or {})},
    )
