"""The refusals of those who write and settle a call."""

import re
from collections.abc import Sequence
from datetime import datetime

from fanal.campagnes.temps import instant_fr
from fanal.refus import Inutilisable, Refus

OUVERT, RETIRE = "ouvert", "retire"  # states of a call, as in its model
CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
# First words of the addresses of /appels/: a call cannot take them as its code.
RESERVES = frozenset(
    {
        "mes-dossiers",
        "dossiers",
        "gestion",
        "avis",
        "jury",
        "enveloppes",
        "suivi",
        "resultats",
        "bibliotheque",
        "expertise",
        "experts",
        "simulations",
        "courriers",
        "documents",
        "nouveau",
        "textes",
        "declarations",
        "projets",
    }
)
ORGANISATEURS = ("national", "region")


def check_code(code: str) -> None:
    """A code goes in an address: small letters, figures and hyphens, 60 characters at most."""
    if not CODE.fullmatch(code) or len(code) > 60:
        raise Inutilisable(
            f"Le code « {code} » ne convient pas. Écrivez-le en minuscules sans accent, chiffres et tirets, "
            "par exemple sesame-2025."
        )
    if code in RESERVES:
        raise Inutilisable(f"Le code « {code} » est réservé à une page du site. Choisissez-en un autre.")


def check_organisateur(niveau: str) -> None:
    """A call is organised by the nation or by a région."""
    if niveau not in ORGANISATEURS:
        raise Inutilisable("Un appel est organisé par le niveau national ou par une région.")


def check_titre(titre: str) -> None:
    """A call has a title."""
    if not titre.strip():
        raise Inutilisable("Donnez un titre à l'appel.")


def check_publier(etat: str, manques: Sequence[str]) -> None:
    """A call opens when nothing is missing."""
    if etat == OUVERT:
        raise Refus("Cet appel est déjà publié.")
    if manques:
        raise Refus(f"L'appel ne peut pas encore être publié. {' '.join(manques)}")


def check_non_retire(etat: str) -> None:
    """A withdrawn call is not changed any more."""
    if etat == RETIRE:
        raise Refus("Cet appel est retiré : il ne peut plus être modifié. Créez-en un autre.")


def check_prolonger(actuelle: datetime, nouvelle: datetime, instant: datetime) -> None:
    """A published closing is moved later, never earlier than now."""
    if nouvelle < actuelle and nouvelle <= instant:
        raise Refus(
            f"La clôture ne peut pas être ramenée au {instant_fr(nouvelle)}, déjà passé. "
            "Pour arrêter l'appel, retirez-le avec un motif."
        )
