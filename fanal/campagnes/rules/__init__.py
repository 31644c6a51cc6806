"""The refusals of the campaign engine: one sentence each, shared by the button, the API and the terminal.

No queries and no clock: states, days and instants are given by the caller, in legal time (Paris, to the
second).
"""

from fanal.campagnes.rules.contradictoire import (
    check_avis,
    check_contradictoire,
    check_demandes,
    check_deposee,
    check_echeance,
    check_ligne,
    check_pas_deja_demandee,
    check_reponse,
)
from fanal.campagnes.rules.decisions import (
    SENS_A_MONTANT,
    SENS_A_MOTIF,
    SENS_CONTRADICTOIRES,
    SENS_TITRES,
    check_apercu,
    check_choix,
    check_decidable,
    check_montant,
    check_unique,
    contenu,
)
from fanal.campagnes.rules.etapes import check_motif, check_transition, phrase_observations
from fanal.campagnes.rules.etats import (
    DECLARANTS,
    EtatDossier,
    EtatLigne,
    EtatPublication,
    nom_ligne,
    pluriel,
)
from fanal.campagnes.rules.fenetres import (
    check_correction,
    check_fenetres,
    check_modifiable,
    check_niveau,
    check_ouverte,
    check_periode,
    is_after,
    is_late,
)
from fanal.campagnes.rules.publication import check_publication, check_stable

__all__ = [
    "DECLARANTS",
    "SENS_A_MONTANT",
    "SENS_A_MOTIF",
    "SENS_CONTRADICTOIRES",
    "SENS_TITRES",
    "EtatDossier",
    "EtatLigne",
    "EtatPublication",
    "check_apercu",
    "check_avis",
    "check_choix",
    "check_contradictoire",
    "check_correction",
    "check_decidable",
    "check_demandes",
    "check_deposee",
    "check_echeance",
    "check_fenetres",
    "check_ligne",
    "check_modifiable",
    "check_montant",
    "check_motif",
    "check_niveau",
    "check_ouverte",
    "check_pas_deja_demandee",
    "check_periode",
    "check_publication",
    "check_reponse",
    "check_stable",
    "check_transition",
    "check_unique",
    "contenu",
    "is_after",
    "is_late",
    "nom_ligne",
    "phrase_observations",
    "pluriel",
]
