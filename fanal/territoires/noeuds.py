"""A node of the territory as a value: what roles, dossiers and objectives stand on."""

from dataclasses import dataclass
from typing import Any

from fanal.territoires.models import Etablissement, Ght, Niveau, OperateurAchat, Region, SurNoeud


@dataclass(frozen=True)
class Noeud:
    """One node. `objet` is `None` for the nation only."""

    niveau: str
    objet: Region | Ght | Etablissement | OperateurAchat | None = None

    def __post_init__(self) -> None:
        if (self.objet is None) != (self.niveau == Niveau.NATIONAL):
            raise ValueError("Only the national node has no object.")

    @property
    def code(self) -> str:
        """The code people know: sigle, GHT code, FINESS, operator code; empty for the nation."""
        match self.objet:
            case Region():
                return self.objet.sigle
            case Etablissement():
                return self.objet.finess
            case Ght() | OperateurAchat():
                return self.objet.code
        return ""

    def champs(self) -> dict[str, Any]:
        """The fields of a `SurNoeud` row standing on this node, to create or to filter by."""
        links: dict[str, Any] = {n.value: None for n in Niveau if n is not Niveau.NATIONAL}
        if self.objet is not None:
            links[self.niveau] = self.objet
        return {"niveau": self.niveau, **links}

    @classmethod
    def de(cls, ligne: SurNoeud) -> "Noeud":
        """The node that *ligne* stands on."""
        return cls(ligne.niveau, ligne.noeud)

    def __str__(self) -> str:
        return "National" if self.objet is None else str(self.objet)


NATIONAL = Noeud(Niveau.NATIONAL)
