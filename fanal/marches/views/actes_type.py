"""What an act and its button are."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fanal.marches import forms_vie as f
from fanal.marches.actions import commandes
from fanal.marches.rules.situation import Situation
from fanal.marches.views.contexte import Contexte
from fanal.refus import Refus

Donnees = dict[str, Any]


@dataclass(frozen=True)
class Acte:
    """`possible` raises the refusal shown beside the button. `initial`: what the form starts with.

    `choix`: the choices of its lists. `executer` runs the action with the data of a valid form. `simule`:
    what the act changes is shown before it is confirmed; `apercu` gives the data
    to try and what to say of them.
    """

    code: str
    titre: str
    icone: str
    possible: Callable[[Situation], Any]
    formulaire: type[f.ActeForm]
    executer: Callable[[Contexte, Donnees], Any]
    fait: str
    initial: Callable[[Contexte], Donnees] = lambda _: {}
    choix: Callable[[Contexte], dict[str, f.Choix]] = lambda _: {}
    permission: str = "marche.gerer"
    simule: bool = True
    apercu: Callable[[Donnees], tuple[Donnees, str]] = lambda data: (data, "")

    def ouvert(self, c: Contexte) -> bool:
        """Whether the account has a say in this act at all."""
        if self.permission == commandes.SAISIR:
            return bool(c.commandeurs)
        if self.code == "adherer":
            return bool(c.ghts) and (
                c.marche.operateur_acheteur_id is not None or c.marche.niveau == "operateur"
            )
        return c.gere(self.permission)

    def refus(self, s: Situation) -> str:
        """Why it cannot be done now, "" when it can."""
        try:
            self.possible(s)
        except Refus as refus:
            return refus.phrase
        return ""


@dataclass(frozen=True)
class Bouton:
    """An act on the page of a contract: a link, or a reason."""

    titre: str
    url: str
    possible: bool
    phrase: str
    icone: str
