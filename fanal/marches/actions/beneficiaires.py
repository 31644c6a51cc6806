"""The ledger of beneficiaries and the memberships of operators' contracts."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from fanal.campagnes.queries.droits import check_droit
from fanal.comptes.models import Utilisateur
from fanal.journal.rules import canonical_data
from fanal.marches.actions.commun import GERER, ecrire, prendre
from fanal.marches.models import Adhesion, Beneficiaire, Marche
from fanal.marches.rules.parts import Entree, check_adhesion, check_beneficiaire
from fanal.refus import Introuvable
from fanal.territoires.models import Etablissement, Ght
from fanal.territoires.noeuds import Noeud


@transaction.atomic
def tenir(
    *,
    marche: Marche,
    etablissement: Etablissement,
    entree: date | None,
    sortie: date | None,
    part_ht: Decimal | None,
    part_quantite: Decimal | None,
    cle: int | None = None,
    by: Utilisateur | None,
    instant: datetime,
    verrou: int,
) -> Beneficiaire:
    """Add an entry of the ledger, or correct the one of key *cle*. Raises Refus, Introuvable."""
    locked, facts = prendre(marche, by=by, instant=instant, verrou=verrou)
    wanted = Entree(etablissement.pk, etablissement.nom, entree, sortie, part_ht, part_quantite)
    check_beneficiaire(facts, wanted, cle)
    kept = Beneficiaire(marche=locked)
    if cle is not None:
        found = Beneficiaire.objects.filter(marche=locked, pk=cle).first()
        if found is None:
            raise Introuvable("Ce bénéficiaire n'est plus dans ce marché. Rechargez la page.")
        kept = found
    fields = {
        "etablissement": etablissement,
        "entree": entree,
        "sortie": sortie,
        "part_maximum_ht": part_ht,
        "part_maximum_quantite": part_quantite,
    }
    for name, value in fields.items():
        setattr(kept, name, value)
    kept.save()
    data = {
        "etablissement": etablissement.finess,
        "entree": entree,
        "sortie": sortie,
        "part_ht": part_ht,
        "part_quantite": part_quantite,
    }
    action = "marche.ajouter_beneficiaire" if cle is None else "marche.corriger_beneficiaire"
    ecrire(locked, action=action, by=by, instant=instant, donnees=canonical_data(data))
    return kept


@transaction.atomic
def adherer(
    *,
    marche: Marche,
    ght: Ght,
    debut: date,
    fin: date | None,
    engagement_ttc: Decimal | None,
    by: Utilisateur | None,
    instant: datetime,
    verrou: int,
) -> Adhesion:
    """Record that *ght* may order on an operator's contract between two days. Raises Refus.

    The right is that of the GHT that joins: the operator's contract itself is not its own.
    """
    check_droit(by, GERER, Noeud("ght", ght), instant)
    locked, facts = prendre(marche, by=None, instant=instant, verrou=verrou)
    known = Adhesion.objects.filter(marche=locked, ght=ght).values_list("debut", "fin")
    check_adhesion(
        facts,
        operateur=locked.operateur_acheteur_id is not None or locked.operateur_id is not None,
        ght=ght.code,
        debut=debut,
        fin=fin,
        engagement_ttc=engagement_ttc,
        existantes=list(known),
    )
    terms: dict[str, Any] = {"debut": debut, "fin": fin, "engagement_ttc": engagement_ttc}
    joined = Adhesion.objects.create(marche=locked, ght=ght, **terms)
    data = canonical_data({"ght": ght.code, **terms})
    ecrire(locked, action="marche.adherer", by=by, instant=instant, donnees=data)
    return joined
