"""Milestones against the real days: what is late, and when the contract would then be executable."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class JalonLu:
    """A milestone: planned on `prevu`, done on `realise` (None: not yet)."""

    code: str
    titre: str
    prevu: date
    realise: date | None
    source: str = ""


@dataclass(frozen=True)
class JalonSuivi:
    """A milestone seen on a day. `retard` in days (negative: ahead); `projete`: when it would be done."""

    jalon: JalonLu
    etat: str
    retard: int
    projete: date | None


def suivre(jalons: Sequence[JalonLu], le: date) -> list[JalonSuivi]:
    """Each milestone on day *le*: "fait", "fait_en_retard", "en_retard" or "a_venir".

    What remains is put off by the delay of the last one done, and no earlier than *le* for the next one.
    """
    decalage, suivis = timedelta(0), []
    for jalon in jalons:
        if jalon.realise is not None:
            ecart = (jalon.realise - jalon.prevu).days
            decalage = timedelta(days=max(ecart, 0))
            suivis.append(JalonSuivi(jalon, "fait_en_retard" if ecart > 0 else "fait", ecart, None))
            continue
        decalage = max(decalage, le - jalon.prevu)
        retard = (le - jalon.prevu).days
        suivis.append(
            JalonSuivi(jalon, "en_retard" if retard > 0 else "a_venir", retard, jalon.prevu + decalage)
        )
    return suivis


def glissement(suivis: Sequence[JalonSuivi]) -> int:
    """By how many days the last milestone would be late; 0 when on time or already done."""
    if not suivis or suivis[-1].projete is None:
        return 0
    return max((suivis[-1].projete - suivis[-1].jalon.prevu).days, 0)
