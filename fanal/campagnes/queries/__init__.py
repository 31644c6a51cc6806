"""Reads of the campaign engine."""

from fanal.campagnes.queries.dossiers import (
    ActionPossible,
    AvisRendu,
    actions_possibles,
    avis_du_dossier,
    etat_dossier,
    reception_de,
)
from fanal.campagnes.queries.lignes import (
    Contradictoire,
    Ecarts,
    contradictoires,
    decisions_du_dossier,
    decisions_valides,
    ecarts,
    lignes_courantes,
    observations_ouvertes,
)

__all__ = [
    "ActionPossible",
    "AvisRendu",
    "Contradictoire",
    "Ecarts",
    "actions_possibles",
    "avis_du_dossier",
    "contradictoires",
    "decisions_du_dossier",
    "decisions_valides",
    "ecarts",
    "etat_dossier",
    "lignes_courantes",
    "observations_ouvertes",
    "reception_de",
]
