"""The account of one import: counts, and remarks as the command line, the pages and the journal tell them."""

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from fanal.depots.lecture.resultats import Anomalie
from fanal.marches.lecture.resultats import Lu
from fanal.territoires.noeuds import Noeud

# Past these, only the counts by rule grow: a file of millions of defects must not fill the memory.
REMARQUES_MAX = 20_000
INFORMATIONS_MAX = 2_000


@dataclass
class Bilan:
    """`lues` = `acceptees` + `ecartees`; concessions are neither, they are not contracts of this register."""

    format: str
    noeud: Noeud | None = None
    lues: int = 0
    ecartees: int = 0
    deja_connues: int = 0
    nouvelles: int = 0
    modifiees: int = 0
    concessions: int = 0
    sans_echeance: int = 0
    par_regle: Counter[str] = field(default_factory=Counter)
    refus: list[Anomalie] = field(default_factory=list)
    controles: list[Anomalie] = field(default_factory=list)
    informations: list[Anomalie] = field(default_factory=list)
    depot: int | None = None

    @property
    def acceptees(self) -> int:
        return self.lues - self.ecartees

    def compter(self, lu: Lu) -> None:
        """Count a contract read, and keep its remarks."""
        self.lues += 1
        self.ecartees += lu.ecarte
        if not lu.ecarte and "date_fin_totale" not in lu.valeurs:
            self.sans_echeance += 1
        for anomalie in lu.anomalies:
            self._garder(anomalie)

    def refuser(self, anomalie: Anomalie) -> None:
        """Set aside a contract already counted as read."""
        self.ecartees += 1
        self._garder(anomalie)

    def laisser(self, anomalie: Anomalie) -> None:
        """Leave a concession apart."""
        self.concessions += 1
        self._garder(anomalie)

    def _garder(self, anomalie: Anomalie) -> None:
        self.par_regle[anomalie.regle] += 1
        kept = self.informations
        if anomalie.gravite == "refus":
            kept = self.refus
        elif anomalie.gravite == "controle":
            kept = self.controles
        if len(kept) < (INFORMATIONS_MAX if anomalie.gravite == "information" else REMARQUES_MAX):
            kept.append(anomalie)

    def comptes(self) -> dict[str, Any]:
        """The counts alone."""
        return {
            "lues": self.lues,
            "acceptees": self.acceptees,
            "ecartees": self.ecartees,
            "deja_connues": self.deja_connues,
            "nouvelles": self.nouvelles,
            "modifiees": self.modifiees,
            "concessions": self.concessions,
            "sans_echeance": self.sans_echeance,
        }

    def document(self) -> dict[str, Any]:
        """The document of `fanal marches importer --json`: anomalies in the order of the file."""
        toutes = sorted((*self.refus, *self.controles, *self.informations), key=lambda a: a.ligne or 0)
        return {
            "format": self.format,
            "ght": self.noeud.code if self.noeud and self.noeud.niveau == "ght" else None,
            **self.comptes(),
            "depot": self.depot,
            "par_regle": dict(sorted(self.par_regle.items())),
            "anomalies_tues": sum(self.par_regle.values()) - len(toutes),
            "anomalies": [asdict(a) for a in toutes],
        }
