"""Reading the files people really send, as the formats they are meant to be. No Django here.

`lire` reads and checks a file, `apercu` shows it for mapping, `annoter` gives it back with its faulty cells
marked, `ecrire_modele` writes the empty workbook of a format. Files from outside are handled in a child
process under memory and time limits, unless `isolee=False`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

from fanal.depots.formats import Format
from fanal.depots.lecture.resultats import (
    GRAVITES,
    Anomalie,
    Apercu,
    ColonneApercu,
    Correspondance,
    FeuilleTexte,
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
    "FeuilleTexte",
    "FichierIllisible",
    "Lecture",
    "Limites",
    "TableLue",
    "annoter",
    "apercu",
    "cellules",
    "ecrire_modele",
    "lire",
]

LIMITES = Limites()


def lire(
    path: Path,
    format: Format,
    *,
    correspondance: Correspondance | None = None,
    limites: Limites = LIMITES,
    isolee: bool = True,
) -> Lecture:
    """Read and check a file as a format.

    Raises FichierIllisible, with a sentence, when the file as a whole cannot be read as the format. Rows with
    faults are kept in the result with `_acceptee` False.
    """
    if not isolee:
        from fanal.depots.lecture.lecteur import lire_ici

        return lire_ici(Path(path), format, correspondance, limites)
    from fanal.depots.lecture import echange, isolement

    tete = _travail("lire", path, correspondance, limites)
    return echange.lecture_depuis(*isolement.demander(tete, limites, _blobs(format)))


def apercu(
    path: Path,
    format: Format,
    *,
    correspondance: Correspondance | None = None,
    limites: Limites = LIMITES,
    isolee: bool = True,
) -> Apercu:
    """The file as found, with a suggested field for each column. Raises FichierIllisible."""
    if not isolee:
        from fanal.depots.lecture.apercu import apercu_ici

        return apercu_ici(Path(path), format, correspondance, limites)
    from fanal.depots.lecture import echange, isolement

    tete = _travail("apercu", path, correspondance, limites)
    return echange.apercu_depuis(isolement.demander(tete, limites, _blobs(format))[0])


def cellules(path: Path, *, limites: Limites = LIMITES, isolee: bool = True) -> list[FeuilleTexte]:
    """The visible sheets of a workbook (or the one of a CSV) as texts. Raises FichierIllisible."""
    if not isolee:
        from fanal.depots.lecture.cellules import cellules_ici

        return cellules_ici(Path(path), limites)
    from fanal.depots.lecture import isolement

    reponse, _ = isolement.demander(_travail("cellules", path, None, limites), limites, [])
    return [FeuilleTexte(**feuille) for feuille in reponse["feuilles"]]


def annoter(
    path: Path,
    anomalies: Iterable[Anomalie],
    sortie: Path,
    *,
    format: Format | None = None,
    correspondance: Correspondance | None = None,
    limites: Limites = LIMITES,
    isolee: bool = True,
) -> None:
    """Write to `sortie` (an .xlsx) the person's own workbook with its faulty cells coloured and commented.

    `format` and `correspondance` are those of the reading: they tell where each field stands when the titles
    of the file are not the names of the fields. Raises FichierIllisible.
    """
    if not isolee:
        from fanal.depots.lecture.annotation import annoter_octets

        Path(sortie).write_bytes(annoter_octets(Path(path), anomalies, format, correspondance, limites))
        return
    from fanal.depots.lecture import isolement

    tete = _travail("annoter", path, correspondance, limites)
    tete["anomalies"] = [
        [a.feuille, a.ligne, a.colonne, a.valeur, a.regle, a.gravite, a.phrase] for a in anomalies
    ]
    Path(sortie).write_bytes(isolement.demander(tete, limites, _blobs(format))[1][0])


def ecrire_modele(format: Format, sortie: Path) -> None:
    """Write the empty workbook of a format: sheets, notes, drop-down lists, an example."""
    from fanal.depots.lecture import modele

    modele.ecrire_modele(format, Path(sortie))


def _travail(nom: str, path: Path, correspondance: Correspondance | None, limites: Limites) -> dict[str, Any]:
    return {
        "travail": nom,
        "chemin": str(Path(path).absolute()),
        "correspondance": None if correspondance is None else asdict(correspondance),
        "limites": _bornes(limites),
    }


@lru_cache(maxsize=16)
def _bornes(limites: Limites) -> dict[str, Any]:
    return asdict(limites)


def _blobs(format_: Format | None) -> list[bytes]:
    """The format as it passes to the reading process, beside the head: it is JSON already."""
    return [format_.source.encode()] if format_ else []
