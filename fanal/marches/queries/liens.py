"""Contracts and actions of the purchase plan, seen from either side."""

from dataclasses import dataclass

from django.db.models import F, Q

from fanal.achats.models import Action
from fanal.comptes.perimetre import Perimetre
from fanal.marches.models import LienAction, Marche
from fanal.marches.queries.portee import marches_visibles
from fanal.territoires.models import Ght
from fanal.territoires.noeuds import Noeud


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
    # Most actions have no contract: what the account sees is only asked of those linked.
    linked = list(links.values_list("marche", flat=True))
    return list(marches_visibles(perimetre).filter(pk__in=linked)) if linked else []


def precedents_possibles(marche: Marche, limite: int = 200) -> list[Marche]:
    """The contracts of its node that *marche* may follow, those of its family or CPV group if any."""
    same = Marche.objects.filter(**Noeud.de(marche).champs()).exclude(pk=marche.pk)
    alike = Q(pk=marche.successeur_de_id)
    if marche.famille:
        alike |= Q(famille=marche.famille)
    if marche.code_cpv:
        alike |= Q(code_cpv__startswith=marche.code_cpv[:4])
    near = list(same.filter(alike).order_by("-date_fin_totale", "pk")[:limite])
    return near or list(same.order_by("-date_fin_totale", "pk")[:limite])
