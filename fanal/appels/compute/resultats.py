"""The results of a call as they are published, arranged by région and by status. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

RETENUS = ("retenu", "abandonne")
PUBLICS = ("retenu",)


@dataclass(frozen=True)
class Part:
    """A région or a status: how many dossiers, what they asked, what they were granted."""

    code: str
    nom: str
    dossiers: int
    demande: Decimal
    accorde: Decimal
    retenus: int = 0

    @property
    def part_accordee(self) -> Decimal | None:
        """Granted out of asked, None when nothing was asked."""
        return self.accorde / self.demande if self.demande else None


def ligne(brute: Mapping[str, Any]) -> dict[str, Any]:
    """A dossier of a snapshot with its amounts as Decimal; an amount not asked, or that
    does not apply, stays None.
    """
    demande = brute.get("demande")
    return {
        **brute,
        "demande": None if demande is None else Decimal(str(demande)),
        "accorde": None if _sans_objet(brute) else Decimal(str(brute.get("accorde") or 0)),
    }


def _sans_objet(brute: Mapping[str, Any]) -> bool:
    """Whether a snapshot says that no money is granted, not that zero is."""
    return "accorde" in brute and brute["accorde"] is None


def ventiler(lignes: Iterable[Mapping[str, Any]], cle: str, noms: Mapping[str, str]) -> list[Part]:
    """The parts of *lignes* by the field *cle*, named by *noms*, in the order of names."""
    groupes: dict[str, list[Mapping[str, Any]]] = {}
    for une in lignes:
        groupes.setdefault(une[cle], []).append(une)
    parts = [
        Part(
            code=code,
            nom=noms.get(code, code) or "National",
            dossiers=len(groupe),
            demande=sum((une["demande"] or Decimal(0) for une in groupe), Decimal(0)),
            accorde=sum((une["accorde"] or Decimal(0) for une in groupe), Decimal(0)),
            retenus=sum(une["etape"] == "retenu" for une in groupe),
        )
        for code, groupe in groupes.items()
    ]
    return sorted(parts, key=lambda part: part.nom)
