"""Proofs put beside a level: a paper kept by its hash, or the sentence that says where it is kept."""

from datetime import datetime
from pathlib import Path

from django.db import transaction

from fanal.campagnes.actions.commun import record
from fanal.campagnes.models import Dossier
from fanal.campagnes.rules import check_motif
from fanal.comptes.models import Utilisateur
from fanal.depots.actions import file_hash, keep_original
from fanal.maturite.actions.evaluations import tenir
from fanal.maturite.models import NiveauSujet, Preuve, Profil
from fanal.refus import Refus


@transaction.atomic
def ajouter(
    *,
    dossier: Dossier,
    niveau: NiveauSujet,
    libelle: str,
    by: Utilisateur | None,
    instant: datetime,
    chemin: Path | None = None,
    nom: str = "",
) -> Preuve:
    """Put a proof beside a level. Raises Refus without a label, or for a level of another grid."""
    dossier = tenir(dossier, by, instant)
    if not libelle.strip():
        raise Refus("Dites ce qu'est cette preuve, par exemple « Compte rendu du comité du 12/03/2025 ».")
    if niveau.sujet.theme.grille_id != Profil.objects.get(dossier=dossier).grille_id:
        raise Refus("Ce niveau n'est pas de la grille de cette enquête.")
    preuve = Preuve.objects.create(
        dossier=dossier,
        niveau=niveau,
        libelle=libelle.strip()[:240],
        nom=nom[:255],
        original=keep_original(chemin=chemin, empreinte=file_hash(chemin)) if chemin else None,
        auteur=by,
        ajoutee_le=instant,
    )
    _record(preuve, "maturite.preuve", by, instant)
    return preuve


@transaction.atomic
def retirer(*, preuve: Preuve, motif: str, by: Utilisateur | None, instant: datetime) -> Preuve:
    """Withdraw a proof, with a reason; it stays readable in the journal."""
    tenir(preuve.dossier, by, instant)
    check_motif(motif)
    preuve = Preuve.objects.select_related("dossier__campagne", "niveau").get(pk=preuve.pk)
    if preuve.retiree_le is None:
        preuve.retiree_le = instant
        preuve.save(update_fields=["retiree_le"])
        _record(preuve, "maturite.preuve_retiree", by, instant, motif)
    return preuve


def _record(preuve: Preuve, action: str, by: Utilisateur | None, instant: datetime, motif: str = "") -> None:
    record(
        campagne=preuve.dossier.campagne,
        action=action,
        objet=preuve.dossier,
        by=by,
        instant=instant,
        motif=motif,
        donnees={
            "preuve": preuve.pk,
            "libelle": preuve.libelle,
            "sujet": preuve.niveau.sujet_id,
            "niveau": preuve.niveau.rang,
            "empreinte": preuve.original.empreinte if preuve.original else "",
        },
    )
