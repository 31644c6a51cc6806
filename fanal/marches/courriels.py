"""The e-mails of contracts, as text. Pure."""

from collections.abc import Sequence
from typing import Protocol

from fanal.campagnes.courriels import Courriel


class Ligne(Protocol):
    """What an alert says of a contract."""

    @property
    def identifiant(self) -> str: ...
    @property
    def nom(self) -> str: ...
    @property
    def phrase(self) -> str: ...
    @property
    def marche(self) -> int: ...


def rappel(alertes: Sequence[Ligne], *, adresse: str) -> Courriel:
    """One e-mail for all the contracts of a person that ask for something."""
    n = len(alertes)
    subject = (
        f"{n} marchés demandent une décision" if n > 1 else f"Marché {alertes[0].identifiant} : à décider"
    )
    lines = [
        f"- {a.identifiant}, {a.nom}. {a.phrase}\n  {adresse.rstrip('/')}/marches/{a.marche}/"
        for a in alertes
    ]
    text = "\n\n".join(["Bonjour,", *lines, f"Votre espace : {adresse}", "Fanal"])
    return Courriel(subject, f"{text}\n")
