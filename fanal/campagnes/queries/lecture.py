"""What the command line and the API say of a file that was read: one document, the same words."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from fanal.campagnes import registre
from fanal.depots import formats
from fanal.depots.lecture import Anomalie, Lecture
from fanal.refus import Inutilisable
from fanal.territoires.noeuds import Noeud


def known_format(nom: str) -> str:
    """The name of a format that exists. Raises `Inutilisable` listing them."""
    if nom not in formats.noms():
        raise Inutilisable(
            f"Le format « {nom} » n'existe pas. Formats disponibles : {', '.join(formats.noms())}."
        )
    return nom


def anomalies_of(lecture: Lecture, *, noeud: Noeud | None = None, annee: int | None = None) -> list[Anomalie]:
    """The reader's remarks and those of the domain's controls that this context allows."""
    reception = registre.reception(lecture.format)
    controls = reception.controler(lecture, noeud, annee) if reception and reception.controler else []
    return [*lecture.anomalies, *controls]


def report(lecture: Lecture, anomalies: Sequence[Anomalie]) -> dict[str, Any]:
    """The JSON document of a reading."""
    return {
        "format": lecture.format,
        "lues": lecture.lues,
        "acceptees": lecture.acceptees,
        "ecartees": lecture.ecartees,
        "anomalies": [asdict(a) for a in anomalies],
    }
