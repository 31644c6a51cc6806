"""A file of order lines sent through a page or the API: kept, laid out, then read in the background."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from django.db import transaction

from fanal.campagnes.queries.droits import check_droit
from fanal.comptes.models import Utilisateur
from fanal.depenses import tasks
from fanal.depenses.actions.correction import noter_reprises
from fanal.depenses.models import DepotLignes
from fanal.depenses.queries.depots import FORMAT
from fanal.depenses.queries.travail import au_travail
from fanal.depenses.rules import depots as rules
from fanal.depenses.rules.lignes import lire_mois
from fanal.depots.actions import conventions_of, file_hash, keep_original
from fanal.depots.models import Correspondance, Depot
from fanal.depots.originaux import local_copy
from fanal.journal.actions import inscrire
from fanal.refus import Refus
from fanal.territoires.noeuds import Noeud

IMPORTER = "depense.importer"
Etat = DepotLignes.Etat


def recevoir(
    *,
    chemin: Path,
    nom_fichier: str,
    noeud: Noeud,
    canal: str,
    by: Utilisateur | None,
    instant: datetime,
    mois: Sequence[str] = (),
    correspondance: Correspondance | None = None,
    corrige: DepotLignes | None = None,
) -> DepotLignes:
    """Keep a file for a node; nothing is read before `lancer`. Raises `Interdit`, `Inutilisable`."""
    check_droit(by, IMPORTER, noeud, instant)
    rules.check_fichier(chemin.stat().st_size)
    lire_mois(mois)
    empreinte = file_hash(chemin)
    with transaction.atomic():
        received = Depot.objects.create(
            format=FORMAT,
            original=keep_original(chemin=chemin, empreinte=empreinte),
            nom_fichier=nom_fichier[:255],
            canal=canal,
            auteur=by,
            correspondance=correspondance,
            conventions=conventions_of(correspondance),
            recu_le=instant,
        )
        deposit = DepotLignes.objects.create(
            depot=received,
            etat=Etat.ATTENTE,
            etape=rules.A_CONFIRMER,
            mois_remplaces=list(mois),
            corrige=corrige,
            **noeud.champs(),
        )
        donnees = {"fichier": received.nom_fichier, "empreinte": empreinte}
        inscrire(action="depenses.recevoir", objet=deposit, by=by, instant=instant, donnees=donnees)
    return deposit


@transaction.atomic
def lancer(
    *,
    depot: DepotLignes,
    mois: Sequence[str],
    correspondance: Correspondance | None,
    by: Utilisateur | None,
    instant: datetime,
) -> DepotLignes:
    """Agree to the layout and the months: the reading is queued. Raises `Refus`, `Inutilisable`."""
    deposit = _mine(depot, by, instant)
    rules.check_a_confirmer(deposit.etat, deposit.etape)
    lire_mois(mois)
    Depot.objects.filter(pk=deposit.depot_id).update(
        correspondance=correspondance, conventions=conventions_of(correspondance)
    )
    deposit.mois_remplaces, deposit.etape = list(mois), rules.EN_FILE
    deposit.save(update_fields=["mois_remplaces", "etape"])
    inscrire(
        action="depenses.lancer",
        objet=deposit,
        by=by,
        instant=instant,
        donnees={"mois": list(mois), "correspondance": correspondance.nom if correspondance else ""},
    )
    # In the same transaction: the queue is in the register, so that a file agreed to is never forgotten.
    tasks.importer.enqueue(deposit.pk)
    return deposit


@transaction.atomic
def abandonner(*, depot: DepotLignes, by: Utilisateur | None, instant: datetime) -> DepotLignes:
    """Leave a file before its import; it stays kept. Raises `Refus`."""
    deposit = _mine(depot, by, instant)
    rules.check_a_confirmer(deposit.etat, deposit.etape)
    deposit.etat, deposit.etape, deposit.phrase = Etat.REFUSE, "", rules.ABANDON
    deposit.termine_le = instant
    deposit.save(update_fields=["etat", "etape", "phrase", "termine_le"])
    inscrire(action="depenses.abandonner", objet=deposit, by=by, instant=instant)
    return deposit


@transaction.atomic
def relancer(*, depot: DepotLignes, by: Utilisateur | None, instant: datetime) -> DepotLignes:
    """Go on with a reading that stopped. Raises `Refus`."""
    deposit = _mine(depot, by, instant)
    rules.check_relance(deposit.etat, deposit.etape, au_travail(deposit.pk))
    deposit.etat, deposit.etape = Etat.ATTENTE, rules.EN_FILE
    deposit.save(update_fields=["etat", "etape"])
    inscrire(action="depenses.relancer", objet=deposit, by=by, instant=instant)
    tasks.importer.enqueue(deposit.pk)
    return deposit


def executer(*, numero: int, instant: datetime) -> DepotLignes:
    """Read a waiting file into the lake; called by the background worker, which may call it again."""
    relies = ("depot__original", "depot__correspondance", "depot__auteur", "corrige")
    deposit = DepotLignes.objects.select_related(*relies).get(pk=numero)
    if deposit.etat == Etat.REFUSE:
        return deposit
    received = deposit.depot
    with local_copy(received.original, received.nom_fichier) as chemin:
        if deposit.etat != Etat.TERMINE:
            deposit = _importer(deposit, chemin, instant)
        if deposit.etat == Etat.TERMINE and deposit.corrige_id:
            noter_reprises(depot=deposit, chemin=chemin)
    return deposit


def _importer(deposit: DepotLignes, chemin: Path, instant: datetime) -> DepotLignes:
    # The compiled engine is loaded by the worker that reads, not with the site.
    from fanal.depenses.actions.importation import importer
    from fanal.depenses.queries.entree import finess_de

    received, noeud = deposit.depot, Noeud.de(deposit)
    try:
        return importer(
            chemin=chemin,
            nom_fichier=received.nom_fichier,
            noeud=noeud,
            canal=received.canal,
            by=received.auteur,
            instant=instant,
            mois=deposit.mois_remplaces,
            correspondance=received.correspondance,
            depot=deposit,
            finess_permis=finess_de(noeud),
        )
    except Refus as refus:
        # A refused deposit says so itself; whatever else stopped is told on the page, and can go on.
        DepotLignes.objects.filter(pk=deposit.pk, etat=Etat.ATTENTE).update(phrase=refus.phrase)
        deposit.refresh_from_db()
        return deposit


def _mine(depot: DepotLignes, by: Utilisateur | None, instant: datetime) -> DepotLignes:
    deposit = DepotLignes.objects.select_for_update(of=("self",)).get(pk=depot.pk)
    check_droit(by, IMPORTER, Noeud.de(deposit), instant)
    return deposit
