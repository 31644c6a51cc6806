"""Granting money from an envelope: its balance is never passed, however many decide at once.

Every act locks the envelope's row first, then the dossiers, reads the balance under that lock, and writes in
the same transaction. The acts of the file are those of `enveloppe.gerer` on the organiser's node.
"""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from fanal.appels.actions import suivi
from fanal.appels.actions.enveloppes import noter, tenir
from fanal.appels.models import Attribution, Enveloppe, Simulation
from fanal.appels.queries.appels import montants_de
from fanal.appels.queries.enveloppes import ENGAGES, liste_complementaire, solde
from fanal.appels.queries.simulations import Issue, changements, issues
from fanal.appels.rules import enveloppes as rules
from fanal.appels.types_campagne import ETAPES
from fanal.campagnes.actions.commun import lock, lock_all
from fanal.campagnes.actions.dossiers import franchir
from fanal.campagnes.models import Dossier
from fanal.comptes.models import Utilisateur
from fanal.refus import Refus

ZERO = Decimal(0)
Statut = Attribution.Statut
TITRES = {e.code: e.titre for e in ETAPES}
PASSAGES = {
    Statut.PROVISOIRE: ("retenir", "retenu"),
    Statut.COMPLEMENTAIRE: ("lister", "complementaire"),
    Statut.REFUSEE: ("ecarter", "non_retenu"),
}
DECIDABLES = ("recevable", "complementaire", "non_retenu", "retenu")


@transaction.atomic
def retenir(
    *, simulation: Simulation, motif: str, liste: bool = True, by: Utilisateur | None, instant: datetime
) -> list[Attribution]:
    """Make a simulation the decision: provisional amounts, waiting list, refusals, each with its reason.

    All or nothing. *liste*: what the envelope does not serve waits; otherwise it is refused. Raises Refus
    when a dossier, a mark or an amount changed since the simulation, when the balance does not suffice, when
    another simulation is the decision; Interdit.
    """
    enveloppe = tenir(simulation.enveloppe, by=by, instant=instant)
    lue = Simulation.objects.select_for_update().get(pk=simulation.pk)
    lue.enveloppe = enveloppe
    rules.check_motif(motif, "Retenir une simulation")
    rules.check_ferme(enveloppe.ferme)
    autres = enveloppe.simulations.filter(retenue_le__isnull=False, rouverte_le=None).exclude(pk=lue.pk)
    rules.check_retenir(
        retenue=lue.retenue_le is not None, rouverte=lue.rouverte_le is not None, deja=autres.exists()
    )
    lock_all(map(int, lue.contexte["dossiers"]))
    rules.check_inchange(changements(lue))
    prevues = issues(lue, liste=liste)
    rules.check_solde(attribue=sum((i.montant for i in prevues), ZERO), reste=solde(enveloppe).reste)
    decidees = [_appliquer(enveloppe, i, lue, by, instant) for i in prevues]
    lue.retenue_le, lue.retenue_par, lue.motif, lue.rouverte_le = instant, by, motif.strip(), None
    lue.save(update_fields=["retenue_le", "retenue_par", "motif", "rouverte_le"])
    donnees = {
        "simulation": lue.pk,
        "empreinte": lue.empreinte,
        "attributions": [[a.dossier_id, a.statut, f"{a.montant:.2f}"] for a in decidees],
    }
    noter(enveloppe, "enveloppe.retenir", by, instant, motif, donnees)
    return decidees


@transaction.atomic
def attribuer(
    *,
    enveloppe: Enveloppe,
    dossier: Dossier,
    montant: Decimal,
    motif: str,
    by: Utilisateur | None,
    instant: datetime,
) -> Attribution:
    """Grant an amount to one dossier by hand, or change it, with a reason.

    Raises Refus beyond the dossier's maximum, under its minimum, beyond the balance of the envelope, at a
    step where nothing is decided, once the amount is final; Interdit.
    """
    tenue = tenir(enveloppe, by=by, instant=instant)
    rules.check_motif(motif, "Attribuer un montant")
    rules.check_argent(tenue.genre)
    rules.check_ferme(tenue.ferme)
    pris = _dossier(tenue, dossier, "Attribuer un montant")
    assert pris.version_courante is not None  # noqa: S101 - a decided step comes after a deposit
    lus = montants_de(pris.version_courante)
    maximum = lus.maximum if lus.maximum is not None else montant
    rules.check_montant(montant=montant, maximum=maximum, minimum=lus.minimum)
    connue = Attribution.objects.filter(enveloppe=tenue, dossier=pris).first()
    _check_modifiable(connue, "Changer le montant")
    ailleurs = pris.attributions.filter(statut__in=ENGAGES).exclude(enveloppe=tenue)
    deja = sum((a.montant for a in ailleurs), ZERO)
    rules.check_montant(montant=montant + deja, maximum=maximum, minimum=None)
    ancien = connue.montant if connue and connue.statut in ENGAGES else ZERO
    rules.check_solde(attribue=montant, reste=solde(tenue).reste + ancien)
    issue = Issue(pris, Statut.PROVISOIRE, lus.demande or maximum, maximum, montant, _rang(connue), motif)
    return _decider(tenue, issue, "enveloppe.attribuer", by, instant)


@transaction.atomic
def refuser(
    *, enveloppe: Enveloppe, dossier: Dossier, motif: str, by: Utilisateur | None, instant: datetime
) -> Attribution:
    """Refuse a dossier, with the reason its letter will give; what it had goes back to the envelope."""
    return _sans_montant(enveloppe, dossier, Statut.REFUSEE, motif, by, instant)


@transaction.atomic
def mettre_en_liste(
    *, enveloppe: Enveloppe, dossier: Dossier, motif: str, by: Utilisateur | None, instant: datetime
) -> Attribution:
    """Put a dossier on the waiting list, after those who wait already, with a reason."""
    return _sans_montant(enveloppe, dossier, Statut.COMPLEMENTAIRE, motif, by, instant)


@transaction.atomic
def motiver(
    *, attribution: Attribution, motif: str, by: Utilisateur | None, instant: datetime
) -> Attribution:
    """Write the reason that the letter gives, in place of the engine's sentence."""
    enveloppe = tenir(attribution.enveloppe, by=by, instant=instant)
    rules.check_motif(motif, "Motiver une décision")
    tenue = Attribution.objects.select_for_update().get(pk=attribution.pk)
    avant, tenue.motif, tenue.decidee_le, tenue.decidee_par = tenue.motif, motif.strip(), instant, by
    tenue.save(update_fields=["motif", "decidee_le", "decidee_par"])
    donnees = {"dossier": tenue.dossier_id, "avant": avant}
    noter(enveloppe, "enveloppe.motiver", by, instant, motif, donnees)
    return tenue


@transaction.atomic
def finaliser(
    *, attributions: Iterable[Attribution], by: Utilisateur | None, instant: datetime
) -> list[Attribution]:
    """Make provisional amounts final; what follows a kept project is prepared. Raises Refus, Interdit."""
    demandees = list(attributions)
    if not demandees:
        raise Refus("Aucune décision n'est choisie. Cochez celles à rendre définitives.")
    finales = []
    for pk in sorted({a.enveloppe_id for a in demandees}):
        enveloppe = tenir(Enveloppe.objects.get(pk=pk), by=by, instant=instant)
        lues = enveloppe.attributions.select_for_update().filter(pk__in=[a.pk for a in demandees])
        for tenue in lues.order_by("pk"):
            rules.check_statut(
                statut=tenue.statut,
                admis={Statut.PROVISOIRE},
                acte="Rendre le montant définitif",
                titre=tenue.get_statut_display(),
            )
            tenue.statut = Statut.DEFINITIVE
            tenue.save(update_fields=["statut"])
            finales.append(tenue)
            suivi.preparer(attribution=tenue, instant=instant)
        ici = [[a.dossier_id, f"{a.montant:.2f}"] for a in finales if a.enveloppe_id == pk]
        noter(enveloppe, "enveloppe.finaliser", by, instant, donnees={"attributions": ici})
    return finales


@transaction.atomic
def abandonner(
    *, attribution: Attribution, motif: str, by: Utilisateur | None, instant: datetime
) -> Attribution:
    """Note that a granted or waiting project gives up: its money goes back to the envelope.

    Raises Refus without a reason, when there is nothing to give up, once an agreement is signed; Interdit.
    """
    enveloppe = tenir(attribution.enveloppe, by=by, instant=instant)
    rules.check_motif(motif, "Constater un abandon")
    dossier = lock(attribution.dossier)
    tenue = _liberer(attribution, motif, by, instant)
    if dossier.etape in ("retenu", "complementaire"):
        franchir(dossier=dossier, transition="constater_abandon", by=by, instant=instant, motif=motif)
    donnees = {"dossier": dossier.pk, "attribution": tenue.pk}
    noter(enveloppe, "enveloppe.abandonner", by, instant, motif, donnees)
    return tenue


def liberer_dossier(
    *, dossier: Dossier, motif: str, by: Utilisateur | None, instant: datetime
) -> list[Attribution]:
    """Give back what a dossier was granted, when its applicant withdraws it. Inside its transaction.

    Raises Refus once an amount is final: the abandonment is then asked for in the follow-up.
    """
    liberees = []
    for attribution in dossier.attributions.exclude(statut__in=[Statut.REFUSEE, Statut.ABANDONNEE]):
        if attribution.statut == Statut.DEFINITIVE:
            raise Refus(
                "Le montant de ce projet est définitif : demandez son abandon dans son suivi, l'autorité "
                "compétente y répondra."
            )
        enveloppe = Enveloppe.objects.select_for_update().get(pk=attribution.enveloppe_id)
        liberees.append(_liberer(attribution, motif, by, instant))
        donnees = {"dossier": dossier.pk, "attribution": attribution.pk}
        noter(enveloppe, "enveloppe.abandonner", by, instant, motif, donnees)
    return liberees


@transaction.atomic
def promouvoir(
    *,
    enveloppe: Enveloppe,
    motif: str,
    montant: Decimal | None = None,
    by: Utilisateur | None,
    instant: datetime,
) -> Attribution:
    """Serve the next of the waiting list with what was given back: all of its maximum, or *montant*.

    Raises Refus when nobody waits or when the balance does not suffice; Interdit.
    """
    tenue = tenir(enveloppe, by=by, instant=instant)
    suivante = liste_complementaire(tenue).first()
    if suivante is None:
        raise Refus("Personne n'attend sur la liste complémentaire de cette enveloppe.")
    voulu = suivante.maximum if montant is None else montant
    return attribuer(
        enveloppe=tenue, dossier=suivante.dossier, montant=voulu, motif=motif, by=by, instant=instant
    )


@transaction.atomic
def rouvrir(*, simulation: Simulation, motif: str, by: Utilisateur | None, instant: datetime) -> Simulation:
    """Take a decision back as a whole: its dossiers return to examination, its amounts to the envelope.

    Raises Refus once a letter was sent or an amount is final: decisions then change one by one.
    """
    enveloppe = tenir(simulation.enveloppe, by=by, instant=instant)
    rules.check_motif(motif, "Rouvrir une décision")
    lue = Simulation.objects.select_for_update().get(pk=simulation.pk)
    if lue.retenue_le is None or lue.rouverte_le is not None:
        raise Refus("Cette simulation n'est pas la décision : il n'y a rien à rouvrir.")
    prises = list(lue.attributions.select_for_update())
    if any(a.statut == Statut.DEFINITIVE for a in prises):
        raise Refus("Des montants sont définitifs : changez les décisions une à une.")
    if lue.attributions.filter(courriers__envoye_le__isnull=False).exists():
        raise Refus("Des courriers ont été envoyés : changez les décisions une à une, avec leur motif.")
    for dossier in lock_all(a.dossier_id for a in prises):
        if dossier.etape in ("retenu", "complementaire", "non_retenu"):
            franchir(dossier=dossier, transition="rouvrir", by=by, instant=instant, motif=motif)
    donnees = {
        "simulation": lue.pk,
        "attributions": [[a.dossier_id, a.statut, f"{a.montant:.2f}"] for a in prises],
    }
    lue.attributions.exclude(statut=Statut.ABANDONNEE).delete()
    lue.rouverte_le = instant
    lue.save(update_fields=["rouverte_le"])
    noter(enveloppe, "enveloppe.rouvrir", by, instant, motif, donnees)
    return lue


def _sans_montant(
    enveloppe: Enveloppe,
    dossier: Dossier,
    statut: str,
    motif: str,
    by: Utilisateur | None,
    instant: datetime,
) -> Attribution:
    tenue = tenir(enveloppe, by=by, instant=instant)
    acte = "Refuser" if statut == Statut.REFUSEE else "Mettre en liste complémentaire"
    rules.check_motif(motif, acte)
    pris = _dossier(tenue, dossier, acte)
    connue = Attribution.objects.filter(enveloppe=tenue, dossier=pris).first()
    _check_modifiable(connue, acte)
    assert pris.version_courante is not None  # noqa: S101 - a decided step comes after a deposit
    lus = montants_de(pris.version_courante)
    derniere = liste_complementaire(tenue).last()
    rang = _rang(connue)
    if statut == Statut.COMPLEMENTAIRE and rang is None:
        rang = 1 + (derniere.rang or 0) if derniere else 1
    issue = Issue(pris, statut, lus.demande or ZERO, lus.maximum or ZERO, ZERO, rang, motif)
    return _decider(tenue, issue, "enveloppe.decider", by, instant)


def _decider(
    enveloppe: Enveloppe, issue: Issue, action: str, by: Utilisateur | None, instant: datetime
) -> Attribution:
    attribution = _appliquer(enveloppe, issue, None, by, instant)
    donnees = {"dossier": issue.dossier.pk, "statut": issue.statut, "montant": f"{issue.montant:.2f}"}
    noter(enveloppe, action, by, instant, issue.motif, donnees)
    return attribution


def _appliquer(
    enveloppe: Enveloppe,
    issue: Issue,
    simulation: Simulation | None,
    by: Utilisateur | None,
    instant: datetime,
) -> Attribution:
    """Write one decision and take the dossier to its step."""
    valeurs: dict[str, Any] = {
        "version": issue.dossier.version_courante,
        "statut": issue.statut,
        "demande": issue.demande,
        "maximum": issue.maximum,
        "montant": issue.montant,
        "rang": issue.rang,
        "motif": issue.motif.strip(),
        "decidee_le": instant,
        "decidee_par": by,
    }
    if simulation is not None:
        valeurs["simulation"] = simulation
    attribution, _ = Attribution.objects.update_or_create(
        enveloppe=enveloppe, dossier=issue.dossier, defaults=valeurs
    )
    transition, etape = PASSAGES[Statut(issue.statut)]
    if issue.dossier.etape != etape:
        franchir(dossier=issue.dossier, transition=transition, by=by, instant=instant, motif=issue.motif)
    return attribution


def _liberer(attribution: Attribution, motif: str, by: Utilisateur | None, instant: datetime) -> Attribution:
    tenue = Attribution.objects.select_for_update().get(pk=attribution.pk)
    rules.check_statut(
        statut=tenue.statut,
        admis={Statut.PROVISOIRE, Statut.DEFINITIVE, Statut.COMPLEMENTAIRE},
        acte="Constater un abandon",
        titre=tenue.get_statut_display(),
    )
    rules.check_versements(int(hasattr(tenue, "convention")))
    tenue.statut, tenue.montant, tenue.motif = Statut.ABANDONNEE, ZERO, motif.strip()
    tenue.decidee_le, tenue.decidee_par = instant, by
    tenue.save(update_fields=["statut", "montant", "motif", "decidee_le", "decidee_par"])
    return tenue


def _dossier(enveloppe: Enveloppe, dossier: Dossier, acte: str) -> Dossier:
    pris = lock(dossier)
    if pris.campagne_id != enveloppe.appel.campagne_id:
        raise Refus("Ce dossier ne répond pas à l'appel de cette enveloppe.")
    admises = {code: TITRES[code] for code in DECIDABLES}
    rules.check_etape(etape=pris.etape, admises=admises, titre=TITRES[pris.etape], acte=acte)
    return pris


def _check_modifiable(connue: Attribution | None, acte: str) -> None:
    if connue is not None and connue.statut == Statut.DEFINITIVE:
        raise Refus(
            f"{acte} n'est pas possible ici : le montant est définitif. Un changement se demande dans le "
            "suivi du projet, et l'autorité compétente y répond."
        )


def _rang(connue: Attribution | None) -> int | None:
    return connue.rang if connue else None
