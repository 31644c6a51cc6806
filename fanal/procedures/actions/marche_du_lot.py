"""The contract that comes of an awarded lot."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from fanal.comptes.models import Utilisateur
from fanal.journal.actions import inscrire
from fanal.marches.compute.dates import fin_apres
from fanal.marches.models import Beneficiaire, LienAction, Marche, Titulaire
from fanal.moteurs.partage import repartir
from fanal.parametres import valeur
from fanal.procedures.models import Lot, Offre, Procedure
from fanal.procedures.queries.besoins import exprimes, support
from fanal.procedures.rules.attribution import check_attribution, partager
from fanal.refus import Refus

if TYPE_CHECKING:
    from fanal.procedures.actions.attribution import Contrat


def creer_marche(
    procedure: Procedure, lot: Lot, contrat: Contrat, *, by: Utilisateur | None, instant: datetime
) -> Marche:
    """Create the contract of a lot inside the caller's transaction. Raises Refus.

    The buyer is the support establishment (R6132-16 CSP: it awards for the GHT). Offers received count the
    irregular ones (DECP schema 2.0.3, `offresRecues`).
    """
    retenues = list(lot.offres.filter(sort=Offre.Sort.RETENUE).select_related("fournisseur").order_by("rang"))
    _check(contrat, titulaires=len(retenues))
    acheteur = support(procedure.ght, contrat.date_signature)
    siret = (acheteur.siret or acheteur.siren) if acheteur else ""
    identifiant = contrat.identifiant.strip()
    if Marche.objects.filter(acheteur_siret=siret, identifiant=identifiant).exists():
        raise Refus(
            f"Un marché porte déjà le numéro « {identifiant} » chez cet acheteur : donnez-en un autre."
        )
    natures = {c["nature"] for c in lot.criteres}
    accord = contrat.accord_cadre
    debut = contrat.date_debut
    montants: dict[str, Any] = {
        "montant": contrat.montant,
        "maximum_ht": contrat.maximum_ht if accord else None,
    }
    marche = Marche.objects.create(
        niveau="ght",
        ght=procedure.ght,
        acheteur=acheteur,
        acheteur_siret=siret,
        acheteur_nom=acheteur.nom if acheteur else "",
        acheteur_fonction=procedure.acheteur_fonction,
        identifiant=identifiant,
        objet=_objet(procedure, lot),
        nature="Marché",
        nature_achat=procedure.nature_achat,
        code_cpv=lot.code_cpv or procedure.code_cpv,
        famille=procedure.famille,
        procedure=procedure.procedure,
        techniques=["Accord-cadre"] if accord else ["Sans objet"],
        modalites_execution=list(contrat.modalites) if accord else ["Sans objet"],
        successeur_de=contrat.successeur_de,
        offres_recues=lot.offres.count() or None,
        considerations_environnementales=["Critère environnemental"] if "environnement" in natures else None,
        considerations_sociales=["Critère social"] if "social" in natures else None,
        date_lancement=procedure.date_lancement,
        date_notification=contrat.date_notification,
        date_debut=debut,
        date_fin=_fin_initiale(debut, contrat),
        date_fin_totale=fin_apres(debut, contrat.duree_mois),
        duree_mois=contrat.duree_mois,
        motif_duree=contrat.motif_duree.strip(),
        reconductions_prevues=contrat.reconductions,
        reconduction_mois=contrat.reconduction_mois if contrat.reconductions else None,
        ccag=contrat.ccag,
        ccag_version="2021" if contrat.ccag else "",
        etat=Marche.Etat.NOTIFIE if contrat.date_notification else Marche.Etat.ATTRIBUE,
        source="procedure",
        demonstration=procedure.demonstration,
        created_at=instant,
        updated_at=instant,
        **montants,
    )
    Titulaire.objects.bulk_create(
        Titulaire(marche=marche, fournisseur=o.fournisseur, rang=rang) for rang, o in enumerate(retenues, 1)
    )
    _beneficiaires(marche, procedure, lot, contrat)
    LienAction.objects.bulk_create(
        LienAction(
            marche=marche,
            ght=procedure.ght,
            annee=lien.annee,
            identifiant_action=lien.identifiant_action,
            auteur=by,
            created_at=instant,
        )
        for lien in procedure.actions.all()
    )
    donnees = {"procedure": procedure.numero, "lot": lot.numero, "montant": contrat.montant}
    inscrire(action="marche.attribuer", objet=marche, by=by, instant=instant, donnees=donnees)
    return marche


def _check(contrat: Contrat, *, titulaires: int) -> None:
    le = contrat.date_signature
    check_attribution(
        identifiant=contrat.identifiant,
        accord_cadre=contrat.accord_cadre,
        modalites=contrat.modalites,
        maximum=contrat.maximum_ht,
        maximum_obligatoire=bool(valeur("marches.accord_cadre.maximum_obligatoire", le=le)),
        duree_mois=contrat.duree_mois,
        duree_maximale=int(valeur("marches.accord_cadre.duree_maximale_mois", le=le)),
        motif_duree=contrat.motif_duree,
        reconductions=contrat.reconductions,
        reconduction_mois=contrat.reconduction_mois,
        titulaires=titulaires,
        beneficiaires=len(contrat.beneficiaires),
    )


def _objet(procedure: Procedure, lot: Lot) -> str:
    seul = procedure.lots.count() == 1
    return procedure.intitule if seul else f"{procedure.intitule}, lot {lot.numero} : {lot.intitule}"


def _fin_initiale(debut: date, contrat: Contrat) -> date:
    reconduits = contrat.reconductions * (contrat.reconduction_mois or 0)
    return fin_apres(debut, contrat.duree_mois - reconduits)


def _beneficiaires(marche: Marche, procedure: Procedure, lot: Lot, contrat: Contrat) -> None:
    """Those who may order; the shares of the maximum add up to it to the cent, or are left unknown."""
    besoins = exprimes(procedure, lot.numero)
    poids = None
    if contrat.partager:
        poids = partager(contrat.maximum_ht, {e.pk: besoins.get(e.pk) for e in contrat.beneficiaires})
        if poids is None:
            raise Refus("Le maximum ne peut pas être réparti : les besoins en euros ne sont pas tous connus.")
    parts: dict[int, Decimal] = {}
    if poids is not None and contrat.maximum_ht is not None:
        centimes = repartir(int(contrat.maximum_ht * 100), list(poids.values()))
        parts = {cle: Decimal(c) / 100 for cle, c in zip(poids, centimes, strict=True)}
    lignes: list[dict[str, Any]] = [
        {"etablissement": e, "part_maximum_ht": parts.get(e.pk)} for e in contrat.beneficiaires
    ]
    Beneficiaire.objects.bulk_create(
        Beneficiaire(marche=marche, entree=contrat.date_debut, **ligne) for ligne in lignes
    )
