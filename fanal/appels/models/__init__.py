"""A call, its requests for opinions, its jury, its envelopes and what follows the decision."""

from fanal.appels.models.appels import Appel, Arrivee, Constat, DocumentAppel, DocumentPartage
from fanal.appels.models.avis import DemandeAvis
from fanal.appels.models.enveloppes import Attribution, Courrier, Enveloppe, Simulation
from fanal.appels.models.jury import Deliberation, Interet, LectureJury, MembreJury, Seance
from fanal.appels.models.suivi import (
    Convention,
    EvenementProjet,
    Indicateur,
    Jalon,
    Releve,
    Versement,
)

__all__ = [
    "Appel",
    "Arrivee",
    "Attribution",
    "Constat",
    "Convention",
    "Courrier",
    "Deliberation",
    "DemandeAvis",
    "DocumentAppel",
    "DocumentPartage",
    "Enveloppe",
    "EvenementProjet",
    "Indicateur",
    "Interet",
    "Jalon",
    "LectureJury",
    "MembreJury",
    "Releve",
    "Seance",
    "Simulation",
    "Versement",
]
