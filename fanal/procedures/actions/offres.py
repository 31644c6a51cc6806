"""Offers of a lot: received, marked, set aside as irregular; ranks follow each write."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from fanal.comptes.models import Utilisateur
from fanal.fournisseurs.models import Fournisseur
from fanal.procedures.actions.commun import enregistrer, lot_de, tenir
from fanal.procedures.models import Lot, Offre, Procedure
from fanal.procedures.queries.offres import analyse_de, note_maximale
from fanal.procedures.rules.lots import check_maximum
from fanal.procedures.rules.offres import check_offre_ouverte, check_reception, lire_note
from fanal.refus import Introuvable, Refus

TARDIVE = "Reçue le {le:%d/%m/%Y}, après la date limite du {limite:%d/%m/%Y} (R2151-5)."


def offre_de(lot: Lot, pk: int) -> Offre:
    """An offer of the lot. Raises Introuvable."""
    offre = lot.offres.select_related("fournisseur").filter(pk=pk).first()
    if offre is None:
        raise Introuvable("Cette offre n'est pas dans ce lot. Revenez à l'analyse.")
    return offre


@transaction.atomic
def recevoir(
    *,
    procedure: Procedure,
    lot: int,
    fournisseur: Fournisseur,
    recue_le: datetime,
    montant_ht: Decimal | None,
    by: Utilisateur | None,
    instant: datetime,
) -> Offre:
    """Record an offer, euros excl. VAT. One received after the deadline is kept as irregular (R2151-5 CCP).

    Raises Refus when the consultation is not running, or when this supplier already has an offer for the lot.
    """
    tenue = tenir(procedure)
    cible = lot_de(tenue, lot)
    jour = recue_le.date()
    tardive = check_reception(
        etat=tenue.etat, le=jour, lancement=tenue.date_lancement, limite=tenue.date_limite_offres
    )
    check_offre_ouverte(tenue.etat, cible.issue)
    check_maximum(montant_ht, None)
    if cible.offres.filter(fournisseur=fournisseur).exists():
        raise Refus(f"{fournisseur.nom} a déjà une offre pour ce lot : corrigez-la plutôt.")
    offre = Offre.objects.create(lot=cible, fournisseur=fournisseur, recue_le=recue_le, montant_ht=montant_ht)
    if tardive and tenue.date_limite_offres is not None:
        offre.sort = Offre.Sort.IRREGULIERE
        offre.motif = TARDIVE.format(le=jour, limite=tenue.date_limite_offres)
        offre.save(update_fields=["sort", "motif"])
    reclasser(tenue, cible, instant)
    donnees = {"lot": lot, "fournisseur": fournisseur.nom, "montant_ht": montant_ht, "tardive": tardive}
    enregistrer(tenue, action="procedure.offre", by=by, instant=instant, donnees=donnees)
    return offre


@transaction.atomic
def noter(
    *,
    procedure: Procedure,
    lot: int,
    offre: int,
    notes: Mapping[str, str],
    commentaires: Mapping[str, str],
    montant_ht: Decimal | None,
    by: Utilisateur | None,
    instant: datetime,
    verrou: int | None = None,
) -> Offre:
    """Write the marks (as typed, by criterion code) and comments of an offer, and its amount.

    The mark of price is computed, never typed. Raises Refus for a mark outside the scale.
    """
    tenue = tenir(procedure, verrou)
    cible = lot_de(tenue, lot)
    check_offre_ouverte(tenue.etat, cible.issue)
    check_maximum(montant_ht, None)
    ligne = offre_de(cible, offre)
    maximum = note_maximale(_regle(tenue, instant))
    gardees, dites = {}, {}
    for critere in cible.criteres:
        code = critere["code"]
        if critere["nature"] != "prix" and (note := lire_note(notes.get(code, ""), maximum)) is not None:
            gardees[code] = str(note)
        if texte := commentaires.get(code, "").strip():
            dites[code] = texte[:2000]
    avant = {"notes": ligne.notes, "montant_ht": ligne.montant_ht}
    ligne.notes, ligne.commentaires, ligne.montant_ht = gardees, dites, montant_ht
    ligne.save(update_fields=["notes", "commentaires", "montant_ht"])
    reclasser(tenue, cible, instant)
    donnees = {"lot": lot, "fournisseur": ligne.fournisseur.nom, "avant": avant, "notes": gardees}
    enregistrer(tenue, action="procedure.noter", by=by, instant=instant, donnees=donnees)
    return ligne


@transaction.atomic
def ecarter(
    *, procedure: Procedure, lot: int, offre: int, motif: str, by: Utilisateur | None, instant: datetime
) -> Offre:
    """Set an offer aside as irregular, inappropriate or unacceptable, with its reason (L2152-1 CCP)."""
    return _changer(procedure, lot, offre, Offre.Sort.IRREGULIERE, motif, by, instant)


@transaction.atomic
def reintegrer(
    *, procedure: Procedure, lot: int, offre: int, motif: str, by: Utilisateur | None, instant: datetime
) -> Offre:
    """Take an offer set aside back into the ranking, with a reason (regularised, R2152-2 CCP)."""
    return _changer(procedure, lot, offre, Offre.Sort.RECUE, motif, by, instant)


def _changer(
    procedure: Procedure,
    lot: int,
    offre: int,
    sort: str,
    motif: str,
    by: Utilisateur | None,
    instant: datetime,
) -> Offre:
    tenue = tenir(procedure)
    cible = lot_de(tenue, lot)
    check_offre_ouverte(tenue.etat, cible.issue)
    if not motif.strip():
        raise Refus("Écrivez le motif : il sera repris dans le rapport et notifié à l'entreprise.")
    ligne = offre_de(cible, offre)
    ligne.sort = sort
    ligne.motif = motif.strip() if sort == Offre.Sort.IRREGULIERE else ""
    ligne.save(update_fields=["sort", "motif"])
    reclasser(tenue, cible, instant)
    donnees = {"lot": lot, "fournisseur": ligne.fournisseur.nom}
    code = "ecarter" if sort == Offre.Sort.IRREGULIERE else "reintegrer"
    enregistrer(tenue, action=f"procedure.{code}", by=by, instant=instant, motif=motif, donnees=donnees)
    ligne.refresh_from_db()
    return ligne


def reclasser(procedure: Procedure, lot: Lot, instant: datetime) -> None:
    """Give the offers of a lot their ranks, or none while the analysis is not complete."""
    offres = list(lot.offres.select_related("fournisseur").order_by("pk"))
    rangs = {o.offre.cle: o.rang for o in analyse_de(lot, _regle(procedure, instant), offres).offres}
    for offre in offres:
        rang = rangs[offre.pk]
        sort = offre.sort
        if sort != Offre.Sort.IRREGULIERE:
            sort = Offre.Sort.RECUE if rang is None else Offre.Sort.CLASSEE
        if (rang, sort) != (offre.rang, offre.sort):
            Offre.objects.filter(pk=offre.pk).update(rang=rang, sort=sort)


def _regle(procedure: Procedure, instant: datetime) -> date:
    """The day whose parameters hold: the launch."""
    return procedure.date_lancement or instant.date()
