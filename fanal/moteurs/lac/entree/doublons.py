"""Lines that appear twice in a file, found by the hashes of their keys and settled by the keys themselves."""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from fanal.moteurs.lac.entree.cellules import decouper_cellules
from fanal.moteurs.lac.entree.definition import Conventions, Disposition
from fanal.moteurs.lac.entree.lecture import Lue

# Keys sorted at once: a larger file is looked at by ranges of hashes, so that memory stays bounded.
CLES_A_LA_FOIS = 16_000_000
HACHAGES = 1 << 64
_LECTURE = 1 << 16


@dataclass(frozen=True)
class Doublon:
    """A line to set aside: its rank among the accepted ones, its number, that of the first, its cells."""

    rang: int
    ligne: int
    premiere: int
    cellules: list[str]


def trouver(lue: Lue, conventions: Conventions) -> dict[int, Doublon]:
    """The lines whose key an earlier accepted line of the file has, by rank."""
    chemins = [lue.dossier / p.nom("hachages") for p in lue.parts]
    tours = -(-sum(p.lignes + p.avoirs for p in lue.parts) // CLES_A_LA_FOIS)
    bornes = [tour * (HACHAGES // tours) for tour in range(1, tours)]
    doubles = [_doubles(chemins, *plage) for plage in pairwise([0, *bornes, HACHAGES])]
    communs = np.concatenate(doubles)
    if not len(communs):
        return {}
    candidats = []
    for part in lue.parts:
        cles = np.load(lue.dossier / part.nom("cles"))
        candidats.append(cles[np.isin(cles["hachage"], communs)])
    return _regler(lue.disposition, conventions, candidats)


def _doubles(chemins: list[Path], bas: int, haut: int) -> Any:
    """The hashes from *bas* to before *haut* that several keys have."""
    hachages = np.concatenate([_plage(chemin, bas, haut) for chemin in chemins] or [np.zeros(0, "u8")])
    hachages.sort()
    return np.unique(hachages[1:][hachages[1:] == hachages[:-1]])


def _plage(chemin: Path, bas: int, haut: int) -> Any:
    """A range of the sorted hashes of a part; only that range is read."""
    hachages = np.load(chemin, mmap_mode="r")
    fin = len(hachages) if haut == HACHAGES else np.searchsorted(hachages, np.uint64(haut))
    return np.array(hachages[np.searchsorted(hachages, np.uint64(bas)) : fin])


def _regler(disposition: Disposition, conventions: Conventions, candidats: list[Any]) -> dict[int, Doublon]:
    rangees = np.concatenate(candidats)
    rangees = rangees[np.argsort(rangees["rang"])]
    colonnes = [disposition.champs.index(c) for c in ("finess", "numero_commande", "numero_ligne")]
    premieres: dict[tuple[str | None, str, str], int] = {}
    trouves: dict[int, Doublon] = {}
    with disposition.chemin.open("rb") as fichier:
        for _, ligne, place, rang in rangees.tolist():
            cellules = cellules_a(fichier, place, disposition)
            finess, commande, numero = (cellules[c] for c in colonnes)
            cle = (conventions.valeur("finess", finess).texte, commande, numero)
            if cle in premieres:
                trouves[rang] = Doublon(rang, ligne, premieres[cle], cellules)
            else:
                premieres[cle] = ligne
    return trouves


def cellules_a(fichier: Any, place: int, disposition: Disposition) -> list[str]:
    """The cells of the record that begins at a place of the file."""
    taille, plan = _LECTURE, (disposition.separateur, len(disposition.champs))
    while True:
        fichier.seek(place)
        octets = fichier.read(taille)
        if len(octets) < taille:
            return decouper_cellules(octets + b"\n\n\n", 0, *plan)
        try:
            return decouper_cellules(octets, 0, *plan)
        except IndexError:
            taille *= 4
