"""Reads of the campaign engine."""

from fanal.campagnes.queries.campagnes import (
    Attendu,
    Compte,
    TableauDeBord,
    attendus_sans_reponse,
    comptes,
    demandes_par_dossier,
    tableau_de_bord,
    versions_du_dossier,
)
from fanal.campagnes.queries.controle import FileDeControle, LigneAControler, file_de_controle
from fanal.campagnes.queries.decisions import Apercu, choix_possibles, previsualiser
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
    DecisionValide,
    Ecarts,
    contradictoires,
    contradictoires_de,
    decisions_du_dossier,
    decisions_valides,
    ecarts,
    lignes_courantes,
    observations_ouvertes,
)
from fanal.campagnes.queries.publications import comparer, etat_publication, verifier_publication

__all__ = [
    "ActionPossible",
    "Apercu",
    "Attendu",
    "AvisRendu",
    "Compte",
    "Contradictoire",
    "DecisionValide",
    "Ecarts",
    "FileDeControle",
    "LigneAControler",
    "TableauDeBord",
    "actions_possibles",
    "attendus_sans_reponse",
    "avis_du_dossier",
    "choix_possibles",
    "comparer",
    "comptes",
    "contradictoires",
    "contradictoires_de",
    "decisions_du_dossier",
    "decisions_valides",
    "demandes_par_dossier",
    "ecarts",
    "etat_dossier",
    "etat_publication",
    "file_de_controle",
    "lignes_courantes",
    "observations_ouvertes",
    "previsualiser",
    "reception_de",
    "tableau_de_bord",
    "verifier_publication",
    "versions_du_dossier",
]
