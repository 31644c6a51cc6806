"""Taking the same step on many dossiers: what would pass, what would not and why. Writes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from fanal.campagnes.models import Dossier
from fanal.campagnes.queries.decisions import RefusLigne
from fanal.campagnes.queries.dossiers import check_franchir, etat_dossier, reception_de
from fanal.campagnes.registre import Reception, Transition
from fanal.comptes.models import Utilisateur
from fanal.refus import Refus


@dataclass
class ApercuPassage:
    """The dossiers that can take the transition now, and those that cannot, each with its sentence."""

    transition: Transition
    possibles: list[Dossier] = field(default_factory=list)
    refus: list[RefusLigne] = field(default_factory=list)

    @property
    def refus_groupes(self) -> list[tuple[str, list[RefusLigne]]]:
        """The refusals, the most frequent sentence first."""
        groupes: dict[str, list[RefusLigne]] = {}
        for refus in self.refus:
            groupes.setdefault(refus.phrase, []).append(refus)
        return sorted(groupes.items(), key=lambda paire: -len(paire[1]))


def passages_en_nombre(reception: Reception) -> list[Transition]:
    """The transitions that those who decide take on many dossiers."""
    return [t for t in reception.transitions if t.permission == reception.permission_decision]


def previsualiser_passage(
    *,
    dossiers: Sequence[Dossier],
    transition: str,
    by: Utilisateur | None,
    instant: datetime,
    motif: str | None = None,
) -> ApercuPassage:
    """Examine each dossier as `franchir` would; `motif=None` leaves the reason to be given later."""
    apercu = ApercuPassage(reception_de(dossiers[0]).transition(transition))
    for dossier in dossiers:
        try:
            voulue = reception_de(dossier).transition(transition)
            check_franchir(dossier, voulue, etat_dossier(dossier, instant), by, instant, motif)
        except Refus as refus:
            apercu.refus.append(RefusLigne(dossier, "", refus.phrase))
        else:
            apercu.possibles.append(dossier)
    return apercu
