"""Orders recorded here: refused past the maximum of the contract or the share of the establishment."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.db import transaction

from fanal.comptes.models import Utilisateur
from fanal.journal.rules import canonical_data
from fanal.marches.actions.commun import ecrire, prendre
from fanal.marches.models import Consommation, LotConsommation, Marche
from fanal.marches.rules import cycle
from fanal.territoires.models import Etablissement
from fanal.territoires.noeuds import Noeud

SAISIR = "consommation.saisir"


@transaction.atomic
def commander(
    *,
    marche: Marche,
    etablissement: Etablissement,
    le: date,
    montant_ht: Decimal,
    quantite: Decimal | None = None,
    libelle: str = "",
    by: Utilisateur | None,
    instant: datetime,
) -> Consommation:
    """Record an order of *etablissement* dated *le*, in euros excl. VAT. Raises Refus, Interdit.

    Two people ordering at once are served one after the other: the second sees what the first took.
    """
    locked, facts = prendre(
        marche, by=by, instant=instant, permission=SAISIR, noeud=Noeud("etablissement", etablissement)
    )
    cycle.check_commande(
        facts,
        etablissement=etablissement.pk,
        nom=etablissement.nom,
        le=le,
        montant=montant_ht,
        unites=quantite,
    )
    return _ecrire(
        locked, etablissement, le, montant_ht, quantite, libelle, by, instant, "marche.commander", ""
    )


@transaction.atomic
def reprendre(
    *,
    marche: Marche,
    etablissement: Etablissement,
    le: date,
    montant_ht: Decimal,
    quantite: Decimal | None = None,
    motif: str,
    by: Utilisateur | None,
    instant: datetime,
) -> Consommation:
    """Take back a positive amount from what *etablissement* ordered: a line below zero, with its reason."""
    locked, facts = prendre(
        marche, by=by, instant=instant, permission=SAISIR, noeud=Noeud("etablissement", etablissement)
    )
    cycle.check_correction(
        facts,
        etablissement=etablissement.pk,
        nom=etablissement.nom,
        montant=montant_ht,
        unites=quantite,
        motif=motif,
    )
    taken = None if quantite is None else -quantite
    return _ecrire(
        locked, etablissement, le, -montant_ht, taken, motif[:300], by, instant, "marche.reprendre", motif
    )


def _ecrire(
    marche: Marche,
    etablissement: Etablissement,
    le: date,
    montant: Decimal,
    quantite: Decimal | None,
    libelle: str,
    by: Utilisateur | None,
    instant: datetime,
    action: str,
    motif: str,
) -> Consommation:
    key = uuid4().hex
    lot = LotConsommation.objects.create(
        ght=marche.ght,
        cle=f"saisie:{key}",
        source="saisie",
        empreinte=key,
        recu_le=instant,
        lues=1,
        acceptees=1,
    )
    fields: dict[str, Any] = {
        "marche": marche,
        "numero_marche": marche.identifiant,
        "etablissement": etablissement,
        "lot": lot,
        "cle": f"saisie:{key}",
        "le": le,
        "montant_ht": montant,
        "quantite": quantite,
        "libelle": libelle,
    }
    line = Consommation.objects.create(**fields)
    data = canonical_data(
        {"etablissement": etablissement.finess, "le": le, "montant_ht": montant, "quantite": quantite}
    )
    ecrire(marche, action=action, by=by, instant=instant, donnees=data, motif=motif)
    return line
