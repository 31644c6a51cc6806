"""Pages of the convergence workbench."""

from fanal.convergence.views.atelier import atelier, marche
from fanal.convergence.views.decision import ecarter, inscrire, proposition, propositions, retenir

__all__ = ["atelier", "ecarter", "inscrire", "marche", "proposition", "propositions", "retenir"]
