"""Reading the files people really send, as the formats they are meant to be. No Django here.

`lire` reads and checks a file, `apercu` shows it for mapping, `annoter` gives it back with its faulty cells
marked, `ecrire_modele` writes the empty workbook of a format.
"""

from __future__ import annotations

from pathlib import Path

from fanal.depots.formats import Format
from fanal.depots.lecture.resultats import (
    GRAVITES,
    Anomalie,
    Apercu,
    ColonneApercu,
    Correspondance,
    FichierIllisible,
    Lecture,
    Limites,
    TableLue,
)

__all__ = [
    "GRAVITES",
    "Anomalie",
    "Apercu",
    "ColonneApercu",
    "Correspondance",
    "FichierIllisible",
    "Lecture",
    "Limites",
    "TableLue",
    "lire",
]


def lire(
    path: Path,
    format: Format,  # noqa: A002 - the word of the trade
    *,
    correspondance: Correspondance | None = None,
    limites: Limites | None = None,
    isolee: bool = True,
) -> Lecture:
    """Read and check a file as a format.

    `isolee` reads it in a child process under memory and time limits: the only way for files from outside.
    Raises FichierIllisible, with a sentence, when the file as a whole cannot be read as the format.
    """
    from fanal.depots.lecture.lecteur import lire_ici

    return lire_ici(Path(path), format, correspondance, limites or Limites())
