"""Penalties for lateness: computed by the contract's scale, kept with their reckoning."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum

from fanal.comptes.models import Utilisateur
from fanal.journal.rules import canonical_data
from fanal.marches.actions.commun import ecrire, prendre
from fanal.marches.compute.penalites import Penalite as Resultat
from fanal.marches.compute.penalites import penalite
from fanal.marches.models import Marche, Penalite
from fanal.marches.queries.droit import bareme
from fanal.marches.rules.penalites import check_penalite
from fanal.territoires.models import Etablissement


@transaction.atomic
def calculer(
    *,
    marche: Marche,
    etablissement: Etablissement,
    objet: str,
    du: date,
    au: date,
    base_ht: Decimal,
    montant_commande_ht: Decimal | None,
    appliquee: bool,
    motif: str,
    by: Utilisateur | None,
    instant: datetime,
    verrou: int,
) -> Penalite:
    """Record the penalty for what was due on day *du* and done on day *au*. Raises Refus.

    The cap bears on the order when its amount is given, else on the contract. The exemption of the CCAG
    applies by itself; not applying what remains is a decision, with its reason.
    """
    locked, facts = prendre(marche, by=by, instant=instant, verrou=verrou)
    scale = bareme(locked, locked.date_lancement or locked.date_notification or du)
    amount = montant_commande_ht or facts.effets.montant or facts.effets.maximum_ht
    check_penalite(
        facts,
        du=du,
        au=au,
        base=base_ht,
        montant=amount,
        diviseur=scale.diviseur,
        appliquee=appliquee,
        motif=motif,
    )
    assert amount is not None  # noqa: S101 - checked above
    applied = Penalite.objects.filter(marche=locked, appliquee=True).aggregate(s=Sum("montant_ht"))["s"]
    already = Decimal(0) if montant_commande_ht else Decimal(str(applied or 0))
    found = penalite(valeur=base_ht, jours=(au - du).days, montant=amount, deja=already, bareme=scale)
    kept = Penalite.objects.create(
        marche=locked,
        etablissement=etablissement,
        objet=objet,
        du=du,
        au=au,
        base_ht=base_ht,
        calcul=_calcul(found, amount),
        montant_ht=found.due,
        appliquee=appliquee,
        motif=motif,
        auteur=by,
        created_at=instant,
    )
    ecrire(
        locked,
        action="marche.penalite",
        by=by,
        instant=instant,
        donnees=canonical_data({"montant_ht": found.due, "appliquee": appliquee, "objet": objet}),
        motif=motif,
    )
    return kept


def _calcul(found: Resultat, montant: Decimal) -> dict[str, Any]:
    data: dict[str, Any] = canonical_data(
        {
            "brute": found.brute,
            "ecretee": found.ecretee,
            "exoneree": found.exoneree,
            "due": found.due,
            "montant_du_plafond": montant,
            "phrase": found.calcul,
        }
    )
    return data
