from fanal.depenses.models.decisions import (
    DecisionRapprochement,
    ProduitReference,
    ReferenceGain,
    SuiviHorsMarche,
    VueEnregistree,
)
from fanal.depenses.models.lac import (
    AnomalieLignes,
    BilanMensuel,
    DepotLignes,
    EtatLac,
    FichierLac,
    LigneReprise,
)

__all__ = [
    "AnomalieLignes",
    "BilanMensuel",
    "DecisionRapprochement",
    "DepotLignes",
    "EtatLac",
    "FichierLac",
    "LigneReprise",
    "ProduitReference",
    "ReferenceGain",
    "SuiviHorsMarche",
    "VueEnregistree",
]
