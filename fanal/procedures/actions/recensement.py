"""Surveys of needs: opening, answering, closing into the estimated value."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from fanal.comptes.models import Utilisateur
from fanal.depots.models import Depot
from fanal.procedures.actions.commun import enregistrer, tenir
from fanal.procedures.actions.jalons import realiser
from fanal.procedures.compute.besoins import Estimation, cle_de
from fanal.procedures.models import Besoin, Procedure, Recensement, ReponseRecensement
from fanal.procedures.queries.besoins import attendus, consolidation, interrogeables
from fanal.procedures.rules.recensement import (
    check_besoin,
    check_cles,
    check_fermeture,
    check_ouvert,
    check_ouverture,
)
from fanal.refus import Introuvable, Refus
from fanal.territoires.models import Etablissement


@dataclass(frozen=True)
class BesoinDonne:
    """A need as an establishment gives it: yearly, euros excl. VAT; `None` is unknown, zero is none."""

    designation: str
    code: str = ""
    type_code: str = ""
    unite: str = ""
    quantite_annuelle: Decimal | None = None
    montant_annuel_ht: Decimal | None = None
    lot: int | None = None
    remarque: str = ""


@transaction.atomic
def ouvrir(
    *,
    procedure: Procedure,
    echeance: date,
    etablissements: Collection[Etablissement],
    consigne: str,
    le: date,
    verrou: int | None,
    by: Utilisateur | None,
    instant: datetime,
) -> Recensement:
    """Ask establishments of the GHT for their needs, until *echeance* included. Raises Refus."""
    tenue = tenir(procedure, verrou)
    check_ouverture(
        etat=tenue.etat,
        deja=Recensement.objects.filter(procedure=tenue).exists(),
        echeance=echeance,
        le=le,
        etablissements=len(etablissements),
    )
    connus = {e.pk for e in interrogeables(tenue.ght, le)}
    etrangers = [e.nom for e in etablissements if e.pk not in connus]
    if etrangers:
        raise Refus(f"{etrangers[0]} n'est pas un établissement de ce GHT à cette date.")
    recensement = Recensement.objects.create(
        procedure=tenue, consigne=consigne.strip(), ouvert_le=instant, echeance=echeance
    )
    ReponseRecensement.objects.bulk_create(
        ReponseRecensement(recensement=recensement, etablissement=e) for e in etablissements
    )
    tenue.etat = Procedure.Etat.RECENSEMENT
    realiser(tenue, "recensement", le)
    donnees = {"echeance": echeance, "etablissements": sorted(e.finess for e in etablissements)}
    enregistrer(tenue, action="procedure.recenser", by=by, instant=instant, donnees=donnees)
    return recensement


@transaction.atomic
def repondre(
    *,
    recensement: Recensement,
    etablissement: Etablissement,
    besoins: Sequence[BesoinDonne],
    by: Utilisateur | None,
    instant: datetime,
    depot: Depot | None = None,
) -> ReponseRecensement:
    """Record the whole answer of an establishment: it replaces the one before. An empty one says "no need".

    Raises Refus once closed, for a faulty need or one given twice; Introuvable for an establishment that was
    not asked.
    """
    courant = Recensement.objects.select_for_update().get(pk=recensement.pk)
    check_ouvert(courant.clos_le is not None)
    reponse = courant.reponses.filter(etablissement=etablissement).first()
    if reponse is None:
        raise Introuvable(f"{etablissement.nom} n'est pas interrogé par ce recensement.")
    for b in besoins:
        check_besoin(b.designation, b.quantite_annuelle, b.montant_annuel_ht)
    cles = [_cle(b) for b in besoins]
    check_cles(cles)
    premiere = reponse.repondu_le is None
    reponse.besoins.all().delete()
    Besoin.objects.bulk_create(
        Besoin(reponse=reponse, cle=cle, **_champs(b)) for cle, b in zip(cles, besoins, strict=True)
    )
    reponse.repondu_le, reponse.auteur, reponse.depot = instant, by, depot
    reponse.save(update_fields=["repondu_le", "auteur", "depot"])
    tenue = tenir(courant.procedure)
    connus = [b.montant_annuel_ht for b in besoins if b.montant_annuel_ht is not None]
    donnees = {
        "etablissement": etablissement.finess,
        "besoins": len(besoins),
        "montant_annuel_ht": sum(connus, Decimal(0)) if connus else None,
    }
    action = "procedure.besoins" if premiere else "procedure.besoins_corriges"
    enregistrer(tenue, action=action, by=by, instant=instant, donnees=donnees)
    return reponse


def _cle(b: BesoinDonne) -> str:
    """The same product may be needed for two lots: the lot is part of what makes a need unique."""
    cle = cle_de(b.code, b.designation)
    return cle if b.lot is None else f"{cle[:72]}#{b.lot}"


def _champs(b: BesoinDonne) -> dict[str, Any]:
    return {
        "designation": " ".join(b.designation.split())[:300],
        "code": b.code.strip()[:40],
        "type_code": b.type_code[:8],
        "unite": b.unite.strip()[:40],
        "quantite_annuelle": b.quantite_annuelle,
        "montant_annuel_ht": b.montant_annuel_ht,
        "lot": b.lot,
        "remarque": b.remarque.strip()[:300],
    }


@transaction.atomic
def fermer(
    *,
    recensement: Recensement,
    montant: Decimal | None,
    motif: str,
    le: date,
    by: Utilisateur | None,
    instant: datetime,
) -> Estimation:
    """Close the survey: its estimate becomes the value of the procedure, unless another is given.

    Raises Refus when some have not answered, or when the value differs from the estimate, without a reason.
    """
    courant = Recensement.objects.select_for_update().select_related("procedure__ght").get(pk=recensement.pk)
    manquants = [r.etablissement.nom for r in attendus(courant)]
    check_fermeture(clos=courant.clos_le is not None, attendus=manquants, motif=motif)
    estimation = consolidation(courant, le).estimation
    retenu = estimation.valeur if montant is None else montant
    if montant is not None and montant != estimation.valeur and not motif.strip():
        raise Refus("Cette valeur n'est pas celle des besoins recensés : écrivez pourquoi vous la retenez.")
    courant.clos_le = instant
    courant.save(update_fields=["clos_le"])
    tenue = tenir(courant.procedure)
    if retenu is not None:
        tenue.montant_estime_ht = retenu
    donnees = {
        "estimation": estimation.valeur,
        "retenu": retenu,
        "mois": estimation.mois,
        "sans_montant": estimation.sans_montant,
        "sans_reponse": manquants,
    }
    enregistrer(
        tenue, action="procedure.fermer_recensement", by=by, instant=instant, motif=motif, donnees=donnees
    )
    return estimation


@transaction.atomic
def rouvrir(
    *,
    recensement: Recensement,
    echeance: date,
    le: date,
    motif: str,
    by: Utilisateur | None,
    instant: datetime,
) -> None:
    """Open a closed survey again, before the consultation is launched, with a reason. Raises Refus."""
    courant = Recensement.objects.select_for_update().select_related("procedure").get(pk=recensement.pk)
    tenue = tenir(courant.procedure)
    if courant.clos_le is None:
        raise Refus("Le recensement est encore ouvert.")
    if tenue.etat not in {Procedure.Etat.RECENSEMENT, Procedure.Etat.PLANIFIEE}:
        raise Refus("La rédaction a commencé : le recensement ne se rouvre plus.")
    if not motif.strip():
        raise Refus("Écrivez pourquoi le recensement est rouvert.")
    if echeance < le:
        raise Refus(f"L'échéance du recensement ({echeance:%d/%m/%Y}) est déjà passée.")
    courant.clos_le, courant.echeance = None, echeance
    courant.save(update_fields=["clos_le", "echeance"])
    enregistrer(
        tenue,
        action="procedure.rouvrir_recensement",
        by=by,
        instant=instant,
        motif=motif,
        donnees={"echeance": echeance},
    )
