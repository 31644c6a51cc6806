"""Milestones counted backwards from the day the contract must be executable."""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Etape:
    """One stretch of a procedure: its length in days, and the article or parameter that fixes it."""

    code: str
    titre: str
    jours: int
    source: str


@dataclass(frozen=True)
class Delais:
    """The stretches of a procedure, first to last; the last ends the day the contract can be executed."""

    procedure: str
    etapes: tuple[Etape, ...]

    @property
    def total_jours(self) -> int:
        return sum(e.jours for e in self.etapes)


@dataclass(frozen=True)
class JalonPrevu:
    """The day a stretch must begin (`le`), in order; the last milestone is the start of the contract."""

    code: str
    titre: str
    le: date
    source: str
    ordre: int


DEBUT = "execution"


def retroplanning(*, date_besoin: date, delais: Delais) -> list[JalonPrevu]:
    """One milestone per stretch, on its first day, then the start of execution on *date_besoin*.

    Days are calendar days: consecutive milestones are apart by exactly the length of the stretch between.
    """
    start = date_besoin - timedelta(days=delais.total_jours)
    found = []
    for order, step in enumerate(delais.etapes):
        found.append(JalonPrevu(step.code, step.titre, start, step.source, order))
        start += timedelta(days=step.jours)
    found.append(JalonPrevu(DEBUT, "Début d'exécution", date_besoin, "", len(delais.etapes)))
    return found


def lancement(jalons: list[JalonPrevu]) -> date | None:
    """The day the consultation is launched: its publicity, else the writing when there is none."""
    for code in ("publication", "analyse"):
        found = next((j.le for j in jalons if j.code == code), None)
        if found:
            return found
    return None
