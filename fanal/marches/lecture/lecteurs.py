"""The forms of file that contracts come in, each with its reader."""

from collections.abc import Iterator
from pathlib import Path

from fanal.depots.lecture import Correspondance
from fanal.marches.lecture import json_decp, xml_decp
from fanal.marches.lecture.limites import BORNES, Bornes
from fanal.marches.lecture.resultats import Brut
from fanal.marches.lecture.tableau import lire_tableau
from fanal.refus import Inutilisable

FORMATS: dict[str, str] = {
    "decp": "Données essentielles (DECP), JSON",
    "decp-xml": "Données essentielles (DECP), XML",
    "decp-tabulaire": "Données essentielles (DECP), tableau consolidé",
    "marches": "Classeur de marchés Fanal",
}
TABLEAUX = ("decp-tabulaire", "marches")


def lire(
    chemin: Path, format: str, *, correspondance: Correspondance | None = None, bornes: Bornes = BORNES
) -> Iterator[Brut]:
    """The contracts of a file, one at a time. Raises `Inutilisable` when it cannot be read as the format."""
    if format not in FORMATS:
        noms = ", ".join(f"« {f} »" for f in (*FORMATS, "cpv"))
        raise Inutilisable(f"Le format « {format} » n'est pas connu. Formats d'import : {noms}.")
    if format == "decp-xml":
        return xml_decp.lire(chemin, bornes)
    if format in TABLEAUX:
        return lire_tableau(chemin, format, correspondance, bornes)
    return json_decp.lire(chemin, bornes)
