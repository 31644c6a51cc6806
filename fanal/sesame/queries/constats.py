"""What the decision table of SESAME says beyond expressions: recipients, lines that a person looks at."""

from collections.abc import Sequence
from datetime import datetime

from fanal.appels.rules.eligibilite import INCONNU, OUI, ConstatLu
from fanal.campagnes.models import Version
from fanal.campagnes.temps import instant_fr
from fanal.sesame.compute.plan import lire_lignes
from fanal.sesame.rules.lignes import signaler

NOTE = "Note d'information DGOS/RI2/2025/42"
GENRE = "sesame"


def examiner(version: Version, constats: Sequence[ConstatLu], instant: datetime) -> list[ConstatLu]:
    """The lines to add to the table: the two recipients, then expenses that may hide one not paid for."""
    return [_destinataires(version), _depenses(version)]


def _destinataires(version: Version) -> ConstatLu:
    return ConstatLu(
        "destinataires",
        "Adressé à la DGOS, avec copie à l'ARS",
        OUI,
        "information",
        f"Déposé le {instant_fr(version.created_at)} : la DGOS et l'ARS de la région le lisent aussitôt.",
        f"{NOTE}, IV",
    )


def _depenses(version: Version) -> ConstatLu:
    titre = "Dépenses bien séparées (location et maintenance, logiciel et interface)"
    signalees = [
        f"Ligne {rang}, « {ligne.designation} ». {phrase}"
        for rang, ligne in enumerate(lire_lignes(version.reponse.reponses), start=1)
        if (phrase := signaler(ligne))
    ]
    if not signalees:
        phrase = "Aucune désignation ne laisse penser qu'une dépense non financée est comptée."
        return ConstatLu("depenses_separees", titre, OUI, "rejet_ligne", phrase, f"{NOTE}, II")
    return ConstatLu("depenses_separees", titre, INCONNU, "rejet_ligne", " ".join(signalees), f"{NOTE}, II")
