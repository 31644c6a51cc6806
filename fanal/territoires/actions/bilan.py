"""What an import did, row by row."""

from dataclasses import asdict, dataclass, field
from typing import Any

from fanal.depots.lecture.resultats import Anomalie


@dataclass
class Bilan:
    """Counts of rows: `lues = creees + modifiees + inchangees + ecartees`; `anomalies` says why and what to
    do."""

    format: str
    lues: int = 0
    creees: int = 0
    modifiees: int = 0
    inchangees: int = 0
    anomalies: list[Anomalie] = field(default_factory=list)

    @property
    def ecartees(self) -> int:
        return self.lues - self.creees - self.modifiees - self.inchangees

    def document(self) -> dict[str, Any]:
        """The JSON document of the command line."""
        counts = {
            k: getattr(self, k) for k in ("format", "lues", "creees", "modifiees", "inchangees", "ecartees")
        }
        return {**counts, "anomalies": [asdict(a) for a in self.anomalies]}

    def phrase(self) -> str:
        """The one sentence that sums the import up."""
        return (
            f"{self.lues} lignes lues : {self.creees} créées, {self.modifiees} modifiées, "
            f"{self.inchangees} inchangées, {self.ecartees} écartées."
        )

    def remark(
        self, row: dict[str, Any], colonne: str, regle: str, phrase: str, gravite: str = "refus"
    ) -> None:
        """Add a sentence about one cell of *row*; with the gravity "refus" the caller leaves the row out."""
        valeur = row.get(colonne)
        text = None if valeur is None else str(valeur)
        self.anomalies.append(
            Anomalie(row.get("_feuille"), row.get("_ligne"), colonne, text, regle, gravite, phrase)
        )
