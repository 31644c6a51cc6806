"""Actions of the purchase plan and the procedures that carry them out, both ways."""

from collections.abc import Iterable

from django.db.models import QuerySet

from fanal.achats.models import Action
from fanal.achats.queries.tables import TYPE, current
from fanal.procedures.models import LienActionProcedure, Procedure
from fanal.territoires.models import Ght


def _du_plan(ght: Ght, annee: int) -> QuerySet[Action]:
    return current(
        Action.objects.filter(
            version__dossier__campagne__type_campagne=TYPE,
            version__dossier__campagne__annee=annee,
            version__dossier__ght=ght,
        )
    )


def action_du_plan(ght: Ght, annee: int, identifiant: str) -> Action | None:
    """The action of a GHT's plan with this identifier, of the latest campaign of the year."""
    trouvees = _du_plan(ght, annee).filter(identifiant__iexact=identifiant)
    return trouvees.order_by("-version__dossier__campagne__ouverture", "-pk").first()


def actions_liees(procedure: Procedure) -> list[tuple[LienActionProcedure, Action | None]]:
    """The links of a procedure, each with its action when the plan still has it."""
    liens: Iterable[LienActionProcedure] = procedure.actions.all()
    return [(lien, action_du_plan(procedure.ght, lien.annee, lien.identifiant_action)) for lien in liens]


def procedures_de_l_action(action: Action) -> list[Procedure]:
    """The procedures that carry out an action, whatever the version of the plan it is read in."""
    dossier = action.version.dossier
    if dossier.ght_id is None:
        return []
    liens = LienActionProcedure.objects.filter(
        procedure__ght=dossier.ght_id,
        annee=dossier.campagne.annee,
        identifiant_action=action.identifiant,
    ).select_related("procedure")
    return [lien.procedure for lien in liens]
