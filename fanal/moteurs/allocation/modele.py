"""The values of a sharing: the request as read, the answer as given. Amounts in cents."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True)
class Demande:
    """One request. `maximum` is what it may receive at most; `minimum` what it refuses to go below.

    `limite` says which bound made the maximum: "demande", "taux" or "plafond".
    """

    id: str
    maximum: int
    limite: str = "demande"
    score: int = 0
    priorite: int | None = None
    region: str = ""
    classe: str = ""
    minimum: int = 0


@dataclass(frozen=True)
class Contraintes:
    """Regional floors and ceilings (cents), and how many requests of a class may be served."""

    planchers: Mapping[str, int] = field(default_factory=dict)
    plafonds: Mapping[str, int] = field(default_factory=dict)
    nombres: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Partage:
    """A whole question: an envelope, a rule, its constraints and the requests in their order."""

    enveloppe: int
    regle: str
    demandes: tuple[Demande, ...]
    contraintes: Contraintes = Contraintes()
    taux_max: Decimal | None = None
    plafond: int | None = None
    echelle: int = 1

    def points(self, score: int) -> str:
        """A score as people write it: scores are integers, `echelle` of them make one point."""
        written = f"{Decimal(score) / self.echelle:f}"
        return (written.rstrip("0").rstrip(".") if "." in written else written).replace(".", ",")


@dataclass(frozen=True)
class Attribution:
    """What one request receives, and why."""

    id: str
    maximum: int
    attribue: int
    motif: str


@dataclass(frozen=True)
class Resultat:
    """The answer. `optimal`: proven best, for the rule that chooses; None for those that only divide."""

    regle: str
    enveloppe: int
    attributions: tuple[Attribution, ...]
    optimal: bool | None
    empreinte: str

    @property
    def attribue(self) -> int:
        return sum(a.attribue for a in self.attributions)

    @property
    def reste(self) -> int:
        return self.enveloppe - self.attribue

    def montants(self) -> dict[str, int]:
        """The amount of each request, in cents."""
        return {a.id: a.attribue for a in self.attributions}


def euros(cents: int) -> str:
    """Cents as French people write euros."""
    whole, part = divmod(cents, 100)
    return f"{whole:,}".replace(",", "\u202f") + f",{part:02d} €"
