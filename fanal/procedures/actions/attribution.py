"""From ranked offers to the contract: choosing, rejecting, waiting, signing."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from fanal.comptes.models import Utilisateur
from fanal.marches.models import Marche
from fanal.procedures.actions.commun import enregistrer, lot_de, tenir
from fanal.procedures.actions.etats import conclure_si_decidee
from fanal.procedures.actions.jalons import realiser
from fanal.procedures.actions.marche_du_lot import creer_marche
from fanal.procedures.models import Lot, Offre, Procedure
from fanal.procedures.queries.situation import situation_offre, suspension_jours
from fanal.procedures.rules.attribution import check_notification
from fanal.procedures.rules.offres import (
    check_choix,
    check_classable,
    check_motifs_rejet,
    check_signature,
    signature_possible_le,
)
from fanal.refus import Refus
from fanal.territoires.models import Etablissement


@dataclass(frozen=True)
class Contrat:
    """What is decided at the signature. Amounts excl. VAT; `montant` is the maximum estimated value (DECP).

    `duree_mois` includes renewals; `partager`: share the maximum pro rata to the needs.
    """

    identifiant: str
    date_signature: date
    date_debut: date
    duree_mois: int
    montant: Decimal | None
    maximum_ht: Decimal | None
    accord_cadre: bool
    modalites: tuple[str, ...]
    beneficiaires: Sequence[Etablissement]
    date_notification: date | None = None
    reconductions: int = 0
    reconduction_mois: int | None = None
    motif_duree: str = ""
    ccag: str = ""
    successeur_de: Marche | None = None
    partager: bool = False


@transaction.atomic
def choisir(
    *,
    procedure: Procedure,
    lot: int,
    retenues: Collection[int],
    motif: str,
    motifs_rejet: Mapping[int, str],
    rejets_envoyes_le: date | None,
    le: date,
    by: Utilisateur | None,
    instant: datetime,
) -> Lot:
    """Retain offers of a lot, reject the others with their reasons. The contract is signed later.

    Raises Refus when the marks are incomplete, the best offer is passed over without reason, a rejection has
    no reason, or the letters would have been sent tomorrow.
    """
    tenue = tenir(procedure)
    cible = lot_de(tenue, lot)
    if tenue.etat != Procedure.Etat.ANALYSE:
        raise Refus("L'attribution se décide pendant l'analyse des offres.")
    if cible.issue:
        raise Refus(f"Ce lot est déjà décidé : {cible.get_issue_display().lower()}.")
    offres = list(cible.offres.select_related("fournisseur"))
    vues = [situation_offre(o) for o in offres]
    autres = [c for c in cible.criteres if c["nature"] != "prix"]
    check_classable(vues, autres)
    check_choix([v for v in vues if v.pk in retenues], vues, motif)
    rejetees = [o for o in offres if o.pk not in retenues]
    regulieres = [o for o in rejetees if o.sort != Offre.Sort.IRREGULIERE]
    check_motifs_rejet(motifs_rejet, [situation_offre(o) for o in regulieres])
    if rejets_envoyes_le is not None and rejets_envoyes_le > le:
        raise Refus("Les lettres de rejet ne peuvent pas être parties demain : donnez le jour réel d'envoi.")
    for offre in offres:
        if offre.pk in retenues:
            offre.sort, offre.motif = Offre.Sort.RETENUE, ""
        elif offre.sort != Offre.Sort.IRREGULIERE:
            offre.sort, offre.motif = Offre.Sort.REJETEE, motifs_rejet[offre.pk].strip()
        offre.save(update_fields=["sort", "motif"])
    cible.issue, cible.motif, cible.rejets_envoyes_le = Lot.Issue.CHOISI, motif.strip(), rejets_envoyes_le
    cible.save(update_fields=["issue", "motif", "rejets_envoyes_le"])
    realiser(tenue, "attribution", le)
    if rejets_envoyes_le is not None:
        realiser(tenue, "suspension", rejets_envoyes_le)
    donnees = {
        "lot": lot,
        "retenues": [o.fournisseur.nom for o in offres if o.pk in retenues],
        "rejetees": {o.fournisseur.nom: o.motif for o in rejetees},
        "rejets_envoyes_le": rejets_envoyes_le,
    }
    enregistrer(tenue, action="procedure.choisir", by=by, instant=instant, motif=motif, donnees=donnees)
    return cible


@transaction.atomic
def noter_rejets(
    *, procedure: Procedure, lot: int, envoyes_le: date, le: date, by: Utilisateur | None, instant: datetime
) -> None:
    """Record the day on which the rejections left: the standstill period starts (R2182-1 CCP)."""
    tenue = tenir(procedure)
    cible = lot_de(tenue, lot)
    if cible.issue != Lot.Issue.CHOISI:
        raise Refus("Choisissez d'abord l'offre retenue.")
    if envoyes_le > le:
        raise Refus("Les lettres de rejet ne peuvent pas être parties demain : donnez le jour réel d'envoi.")
    cible.rejets_envoyes_le = envoyes_le
    cible.save(update_fields=["rejets_envoyes_le"])
    realiser(tenue, "suspension", envoyes_le)
    donnees = {"lot": lot, "envoyes_le": envoyes_le}
    enregistrer(tenue, action="procedure.rejets", by=by, instant=instant, donnees=donnees)


@transaction.atomic
def revenir(*, procedure: Procedure, lot: int, motif: str, by: Utilisateur | None, instant: datetime) -> None:
    """Go back on a choice that is not signed, or on a lot declared without outcome, with a reason."""
    tenue = tenir(procedure)
    cible = lot_de(tenue, lot)
    if tenue.etat != Procedure.Etat.ANALYSE or cible.issue not in {
        Lot.Issue.CHOISI,
        Lot.Issue.INFRUCTUEUX,
        Lot.Issue.SANS_SUITE,
    }:
        raise Refus("Il n'y a pas de choix à reprendre sur ce lot, ou le marché est déjà signé.")
    if not motif.strip():
        raise Refus(
            "Écrivez pourquoi vous revenez sur ce choix ; les candidats déjà informés devront l'être."
        )
    avant, cible.issue, cible.rejets_envoyes_le = cible.issue, Lot.Issue.A_DECIDER, None
    cible.motif = ""
    cible.save(update_fields=["issue", "rejets_envoyes_le", "motif"])
    decides = [Offre.Sort.RETENUE, Offre.Sort.REJETEE]
    cible.offres.filter(sort__in=decides).update(sort=Offre.Sort.CLASSEE, motif="")
    donnees = {"lot": lot, "avant": avant}
    enregistrer(tenue, action="procedure.revenir", by=by, instant=instant, motif=motif, donnees=donnees)


@transaction.atomic
def clore_lot(
    *, procedure: Procedure, lot: int, issue: str, motif: str, by: Utilisateur | None, instant: datetime
) -> str | None:
    """Declare a lot unsuccessful or without outcome, with a reason. Returns the procedure's new state, if
    all its lots are now decided.
    """
    tenue = tenir(procedure)
    cible = lot_de(tenue, lot)
    if tenue.etat != Procedure.Etat.ANALYSE:
        raise Refus("Un lot se déclare infructueux ou sans suite pendant l'analyse des offres.")
    if cible.issue:
        raise Refus(f"Ce lot est déjà décidé : {cible.get_issue_display().lower()}.")
    if issue not in {Lot.Issue.INFRUCTUEUX, Lot.Issue.SANS_SUITE}:
        raise Refus("Choisissez « infructueux » ou « sans suite ».")
    if not motif.strip():
        raise Refus("Écrivez le motif : les candidats en sont informés.")
    cible.issue, cible.motif = issue, motif.strip()
    cible.save(update_fields=["issue", "motif"])
    etat = conclure_si_decidee(tenue)
    donnees = {"lot": lot, "issue": issue, "etat": etat}
    enregistrer(tenue, action="procedure.clore_lot", by=by, instant=instant, motif=motif, donnees=donnees)
    return etat


def premiere_signature(lot: Lot, le: date) -> date | None:
    """The first day on which the lot may be signed; None: at once. Raises Refus when letters are due."""
    evinces = lot.offres.exclude(sort=Offre.Sort.RETENUE).count()
    return signature_possible_le(
        procedure=lot.procedure.procedure,
        rejets_envoyes_le=lot.rejets_envoyes_le,
        evinces=evinces,
        delai=suspension_jours(lot.procedure, lot.rejets_envoyes_le or le),
    )


@transaction.atomic
def signer(
    *, procedure: Procedure, lot: int, contrat: Contrat, by: Utilisateur | None, instant: datetime
) -> Marche:
    """Sign: the contract is created with its holders and beneficiaries and linked to the lot.

    Raises Refus before the end of the standstill period, or when the contract would be unlawful.
    """
    tenue = tenir(procedure)
    cible = lot_de(tenue, lot)
    if cible.issue != Lot.Issue.CHOISI:
        raise Refus("Choisissez d'abord l'offre retenue pour ce lot.")
    cible.procedure = tenue
    possible = premiere_signature(cible, contrat.date_signature)
    delai = suspension_jours(tenue, cible.rejets_envoyes_le or contrat.date_signature)
    check_signature(contrat.date_signature, possible, cible.rejets_envoyes_le, delai)
    check_notification(contrat.date_signature, contrat.date_notification)
    marche = creer_marche(tenue, cible, contrat, by=by, instant=instant)
    cible.issue = Lot.Issue.ATTRIBUE
    cible.save(update_fields=["issue"])
    cible.marches.add(marche)
    realiser(tenue, "mise_en_oeuvre", contrat.date_signature)
    etat = conclure_si_decidee(tenue)
    donnees = {
        "lot": lot,
        "marche": marche.identifiant,
        "signature": contrat.date_signature,
        "montant": contrat.montant,
        "etat": etat,
    }
    enregistrer(tenue, action="procedure.signer", by=by, instant=instant, donnees=donnees)
    return marche
