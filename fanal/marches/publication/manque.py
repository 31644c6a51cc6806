"""One field that a person must still fill."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Manque:
    """`champ` is the name of the DECP schema ("lieuExecution.code"), `phrase` what to do."""

    champ: str
    phrase: str
