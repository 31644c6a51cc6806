"""Links between a procedure and what it comes from: actions of the purchase plan, contracts it renews."""

from datetime import datetime

from django.db import transaction

from fanal.comptes.models import Utilisateur
from fanal.marches.models import Marche
from fanal.procedures.actions.commun import enregistrer, tenir
from fanal.procedures.models import LienActionProcedure, Procedure
from fanal.procedures.queries.actions_paat import action_du_plan
from fanal.procedures.rules.etats import FINIES
from fanal.refus import Refus


@transaction.atomic
def lier_action(
    *, procedure: Procedure, annee: int, identifiant: str, by: Utilisateur | None, instant: datetime
) -> LienActionProcedure:
    """Say that the procedure carries out an action of the GHT's plan. Raises Refus when it is not in it."""
    tenue = tenir(procedure)
    propre = identifiant.strip()
    action = action_du_plan(tenue.ght, annee, propre)
    if action is None:
        raise Refus(
            f"Le plan {annee} de {tenue.ght.code} n'a pas d'action « {propre} ». Vérifiez l'année et "
            "l'identifiant."
        )
    lien, nouveau = LienActionProcedure.objects.get_or_create(
        procedure=tenue, annee=annee, identifiant_action=action.identifiant
    )
    if nouveau:
        donnees = {"annee": annee, "action": action.identifiant}
        enregistrer(tenue, action="procedure.lier_action", by=by, instant=instant, donnees=donnees)
    return lien


@transaction.atomic
def delier_action(*, procedure: Procedure, lien: int, by: Utilisateur | None, instant: datetime) -> None:
    """Take a link to an action away."""
    tenue = tenir(procedure)
    trouve = tenue.actions.filter(pk=lien).first()
    if trouve is None:
        raise Refus("Ce lien n'existe plus : rechargez la page.")
    donnees = {"annee": trouve.annee, "action": trouve.identifiant_action}
    trouve.delete()
    enregistrer(tenue, action="procedure.delier_action", by=by, instant=instant, donnees=donnees)


@transaction.atomic
def lier_marche(*, procedure: Procedure, marche: Marche, by: Utilisateur | None, instant: datetime) -> None:
    """Say that the procedure renews a contract. Raises Refus once it is over."""
    tenue = tenir(procedure)
    if tenue.etat in FINIES:
        raise Refus("La procédure est terminée : elle ne renouvelle plus d'autre marché.")
    tenue.remplace.add(marche)
    donnees = {"marche": marche.identifiant}
    enregistrer(tenue, action="procedure.lier_marche", by=by, instant=instant, donnees=donnees)
