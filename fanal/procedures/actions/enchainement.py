"""Many procedures at once, from a preview."""

from datetime import datetime

from django.db import transaction

from fanal.comptes.models import Utilisateur
from fanal.marches.models import LienAction
from fanal.procedures.actions.procedures import creer
from fanal.procedures.models import Procedure
from fanal.procedures.queries.apercu import ApercuCreation


@transaction.atomic
def creer_en_nombre(*, apercu: ApercuCreation, by: Utilisateur | None, instant: datetime) -> list[Procedure]:
    """Create what the preview shows, all or nothing; the actions of the contracts follow them."""
    creees = []
    for p in apercu.prevues:
        liens = LienAction.objects.filter(marche__in=p.marches, ght=p.ght)
        creees.append(
            creer(
                ght=p.ght,
                intitule=p.intitule,
                nature_achat=p.nature_achat,
                code_cpv=p.code_cpv,
                famille=p.famille,
                montant_estime_ht=p.montant_estime_ht,
                date_besoin=p.date_besoin,
                duree_mois=p.duree_mois,
                procedure=p.procedure,
                acheteur_fonction=p.acheteur_fonction,
                remplace=p.marches,
                actions=liens.values_list("annee", "identifiant_action"),
                by=by,
                instant=instant,
            )
        )
    return creees
