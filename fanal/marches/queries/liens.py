"""Contracts and actions of the purchase plan, seen from either side."""

from dataclasses import dataclass

from django.db.models import F

from fanal.achats.models import Action
from fanal.comptes.perimetre import Perimetre
from fanal.marches.models import LienAction, Marche
from fanal.marches.queries.portee import marches_visibles
from fanal.territoires.models import Ght


@dataclass(frozen=True)
class ActionLiee:
    """A link, and the action of the current plan it names (None when the plan no longer has it)."""

    lien: LienAction
    action: Action | None


def _actions(ght: Ght, annee: int, identifiant: str) -> Action | None:
    """The action in the latest current version of that year's plan."""
    found = Action.objects.filter(
        identifiant=identifiant,
        version__dossier__ght=ght,
        version__dossier__campagne__annee=annee,
        version__dossier__version_courante=F("version"),
    )
    return found.order_by("-version").first()


def action_connue(ght: Ght, annee: int, identifiant: str) -> bool:
    """Whether the plan of *ght* for that year has this action."""
    return _actions(ght, annee, identifiant) is not None


def actions_liees(marche: Marche) -> list[ActionLiee]:
    """The actions that the contract serves."""
    links = LienAction.objects.filter(marche=marche).select_related("ght")
    return [ActionLiee(link, _actions(link.ght, link.annee, link.identifiant_action)) for link in links]


def marches_lies(action: Action, perimetre: Perimetre) -> list[Marche]:
    """The contracts of the perimeter that serve an action of the plan."""
    dossier = action.version.dossier
    links = LienAction.objects.filter(
        ght=dossier.ght_id, annee=dossier.campagne.annee, identifiant_action=action.identifiant
    )
    return list(marches_visibles(perimetre).filter(pk__in=links.values("marche")))
