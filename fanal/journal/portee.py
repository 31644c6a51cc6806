"""Which entries an account may read: those about the nodes where it holds `journal.voir`."""

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.db.models import CharField, Model, Q, QuerySet
from django.db.models.functions import Cast

from fanal.comptes.models import Affectation, Utilisateur
from fanal.comptes.perimetre import Perimetre
from fanal.journal.models import Entree
from fanal.territoires.models import Etablissement, Ght, SurNoeud

Selection = Callable[[Perimetre], QuerySet[Any]]
_SELECTIONS: dict[str, Selection] = {}


def enregistrer_portee(objet_type: str, selection: Selection) -> None:
    """Say which objects of a kind lie in a perimeter; needed only when the model does not stand on a node
    itself."""
    _SELECTIONS[objet_type] = selection


def entrees_visibles(perimetre: Perimetre) -> QuerySet[Entree]:
    """The entries that may be read with this perimeter of `journal.voir`, latest first."""
    entrees = Entree.objects.order_by("-numero")
    if perimetre.national:
        return entrees
    visible = Q(pk__in=[])
    for objet_type in set(
        Entree.objects.values_list("objet_type", flat=True).order_by("objet_type").distinct()
    ):
        selection = _SELECTIONS.get(objet_type) or _by_its_node(objet_type)
        if selection is not None:
            keys = selection(perimetre).order_by().values_list(Cast("pk", CharField()), flat=True)
            visible |= Q(objet_type=objet_type, objet_id__in=keys)
    return entrees.filter(visible)


def _by_its_node(objet_type: str) -> Selection | None:
    """The selection of a model that stands on a node, or whose dossier does; None for any other."""
    try:
        model: type[Model] = apps.get_model(objet_type)
    except (LookupError, ValueError):
        return None
    if issubclass(model, SurNoeud):
        return lambda p: model._default_manager.filter(p.dossiers_q())
    related = {f.name: f.related_model for f in model._meta.get_fields() if f.many_to_one}
    dossier = related.get("dossier")
    if isinstance(dossier, type) and issubclass(dossier, SurNoeud):
        return lambda p: model._default_manager.filter(p.dossiers_q("dossier__"))
    return None


def _accounts(perimetre: Perimetre) -> QuerySet[Utilisateur]:
    return Utilisateur.objects.filter(
        pk__in=Affectation.objects.filter(perimetre.dossiers_q()).values("utilisateur")
    )


enregistrer_portee("comptes.utilisateur", _accounts)
enregistrer_portee("territoires.ght", lambda p: Ght.objects.filter(p.ghts_q()))
enregistrer_portee("territoires.etablissement", lambda p: Etablissement.objects.filter(p.etablissements_q()))
