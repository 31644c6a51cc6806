"""The register of contracts: contracts, their holders, beneficiaries, modifications and documents."""

from fanal.marches.models.execution import (
    Adhesion,
    Beneficiaire,
    Consommation,
    LotConsommation,
    Penalite,
)
from fanal.marches.models.importation import Importation
from fanal.marches.models.marche import AnomalieMarche, Cpv, Marche, Titulaire
from fanal.marches.models.suivi import Elimination, RelanceMarche
from fanal.marches.models.vie import (
    Document,
    LienAction,
    Modification,
    Publication,
    Reconduction,
    VersionDocument,
)

__all__ = [
    "Adhesion",
    "AnomalieMarche",
    "Beneficiaire",
    "Consommation",
    "Cpv",
    "Document",
    "Elimination",
    "Importation",
    "LienAction",
    "LotConsommation",
    "Marche",
    "Modification",
    "Penalite",
    "Publication",
    "Reconduction",
    "RelanceMarche",
    "Titulaire",
    "VersionDocument",
]
