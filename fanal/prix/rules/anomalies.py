"""Remarks of the domain on the rows of a file, in the voice of the reader."""

from dataclasses import dataclass, field
from typing import Any

from fanal.depots.lecture import Anomalie
from fanal.depots.lecture.phrases import ou

REFUS, CONTROLE, INFORMATION = "refus", "controle", "information"


@dataclass
class Releve:
    """The remarks being gathered on one sheet; `ecartees` are the row numbers that do not count."""

    feuille: str | None
    anomalies: list[Anomalie] = field(default_factory=list)
    ecartees: set[int] = field(default_factory=set)

    def noter(
        self, row: dict[str, Any], colonne: str, regle: str, gravite: str, suite: str, valeur: object = None
    ) -> None:
        """Keep one remark on a cell; a refusal sets its row aside."""
        line = int(row["_ligne"])
        shown = row.get(colonne) if valeur is None else valeur
        self.anomalies.append(
            Anomalie(
                self.feuille,
                line,
                colonne,
                None if shown is None else str(shown),
                regle,
                gravite,
                ou(self.feuille, line, colonne) + suite,
            )
        )
        if gravite == REFUS:
            self.ecartees.add(line)
