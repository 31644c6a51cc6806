"""Lines of the equipment list that a person should look at: what their words say against their kind."""

import re

from fanal.sesame.compute.plan import Ligne

# A lease is a single price for several things: what it pays for besides the equipment is to be split off.
LOCATION = re.compile(r"\b(location|leasing|loyers?|cr[ée]dit[- ]bail)\b", re.IGNORECASE)
MAINTENANCE = re.compile(r"\b(maintenance|entretien|tierce maintenance|garantie [ée]tendue)\b", re.IGNORECASE)
LOGICIEL = re.compile(
    r"\b(LAP|LGS|LGP|aide [àa] la prescription|gestion de la pharmacie|gestion des produits de sant[ée])\b",
    re.IGNORECASE,
)


def signaler(ligne: Ligne) -> str:
    """Why a line counted as eligible deserves a look, empty when nothing says so."""
    if not ligne.eligible:
        return ""
    mots = ligne.designation
    if MAINTENANCE.search(mots):
        return (
            "Sa désignation parle de maintenance, qui n'est pas financée : demandez qu'elle soit portée sur "
            "une ligne à part."
        )
    if LOCATION.search(mots):
        return (
            "Sa désignation parle de location : si le loyer comprend la maintenance, demandez qu'il soit "
            "séparé en deux lignes."
        )
    if LOGICIEL.search(mots) and ligne.categorie != "interface":
        return (
            "Sa désignation parle d'un logiciel d'aide à la prescription ou de gestion : l'interface est "
            "financée, le logiciel ne l'est pas."
        )
    return ""
