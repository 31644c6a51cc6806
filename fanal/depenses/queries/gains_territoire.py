"""The proved actions of a territory as an account may see them, and what their civil year gains."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from fanal.depenses.queries.gains import ActionProuvee, preuve
from fanal.depenses.queries.gains_etat import etat_des_gains
from fanal.depenses.queries.gains_report import AnneeCivile, annee_civile
from fanal.depenses.queries.portee import Portee
from fanal.memoire import Memoire
from fanal.territoires.models import Ght, Niveau
from fanal.territoires.noeuds import Noeud


@dataclass(frozen=True)
class AnneeProuvee:
    """The actions of the year's plan, and the civil year with what the plan before carries over."""

    actions: tuple[ActionProuvee, ...]
    civile: AnneeCivile


_lues: Memoire[AnneeProuvee] = Memoire(50)


def annee_prouvee(annee: int, noeud: Noeud, held: Portee, le: date) -> AnneeProuvee:
    """The proof of a year on a territory, as known on day *le*; kept until what it depends on changes.

    Raises `Inutilisable` when that year has no rules.
    """
    key = (annee, noeud.niveau, 0 if noeud.objet is None else noeud.objet.pk, held, le)

    def read() -> AnneeProuvee:
        actions = _visibles(annee, noeud, held, le)
        return AnneeProuvee(actions, annee_civile(annee, actions, _visibles(annee - 1, noeud, held, le)))

    return _lues.lire(key, etat_des_gains(), read, seul=noeud.objet is None)


def _visibles(annee: int, noeud: Noeud, held: Portee, le: date) -> tuple[ActionProuvee, ...]:
    """The proved actions of a territory whose establishment the account reads the sums of."""
    key = 0 if noeud.objet is None else noeud.objet.pk
    reached = {
        Niveau.REGION: Q(region_id=key),
        Niveau.GHT: Q(pk=key),
        Niveau.ETABLISSEMENT: Q(appartenances__etablissement_id=key),
    }
    if noeud.objet is None:
        found = preuve(annee, None, le)
    else:
        ghts = Ght.objects.filter(reached.get(Niveau(noeud.niveau), Q(pk__in=[]))).distinct().order_by("code")
        found = [action for ght in ghts for action in preuve(annee, ght, le)]
    if noeud.niveau == Niveau.ETABLISSEMENT:
        found = [action for action in found if action.lue.finess == noeud.code]
    return tuple(action for action in found if held.voit(action.lue.finess))
