"""What the rules need to know of a dossier, a line, a campaign: plain values, counted by the queries."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from fanal.campagnes.registre import Etape

DECLARANTS = {
    "national": "le ministère",
    "region": "la région",
    "ght": "le GHT",
    "etablissement": "l'établissement",
    "operateur": "l'opérateur",
}


@dataclass(frozen=True)
class EtatDossier:
    """Where a dossier stands at an instant, as the rules need it. Counts are of the current version's
    lines.
    """

    declarant: str  # « le GHT », « l'opérateur »…
    etape: Etape
    version: int  # number of the current version, 0 when nothing was deposited
    lignes: int = 0
    a_decider: int = 0
    bloquants: int = 0
    observations_ouvertes: int = 0
    echeance: date | None = None  # last day of the open observations
    cloture: datetime | None = None


@dataclass(frozen=True)
class EtatLigne:
    """What the rules need to know of one line of the current version, on a day."""

    declarant: str
    demandee: bool = False  # observations were asked on this very content
    repondue: bool = False
    echeance: date | None = None  # last day to answer, when asked and not answered
    decision: tuple[str, Decimal | None, str, str] | None = (
        None  # sens, montant, motif, commentaire; still holding
    )


@dataclass(frozen=True)
class EtatPublication:
    """What stands between a campaign and its publication."""

    lignes: int = 0  # lines of the dossiers to decide
    a_decider: int = 0
    dossiers_a_decider: int = 0
    observations_ouvertes: int = 0
    echeance: date | None = None
    non_decides: tuple[str, ...] = ()  # dossiers whose lines are decided but whose step is not
    publications: int = 0


def pluriel(n: int, un: str, plusieurs: str) -> str:
    """« 1 ligne », « 12 lignes »."""
    return f"{n} {un if n < 2 else plusieurs}"


def nom_ligne(cle: str) -> str:
    """How a sentence names a line."""
    return f"la ligne « {cle} »" if cle else "l'ensemble du dossier"
