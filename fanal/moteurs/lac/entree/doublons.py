"""Lines that appear twice in a file, found by the hashes of their keys and settled by the keys themselves."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from fanal.moteurs.lac.entree.cellules import decouper_cellules
from fanal.moteurs.lac.entree.definition import Conventions, Disposition
from fanal.moteurs.lac.entree.lecture import Lue

# Keys sorted at once: a larger file is looked at by ranges of hashes, so that memory stays bounded.
CLES_A_LA_FOIS = 16_000_000
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
    chemins = [lue.dossier / p.nom("cles") for p in lue.parts]
    tours = -(-sum(p.lignes + p.avoirs for p in lue.parts) // CLES_A_LA_FOIS) or 1
    candidats: list[Any] = []
    for tour in range(tours):
        # One file at a time: together they outgrow the memory.
        morceaux = [_du_tour(np.load(c)["hachage"], tour, tours) for c in chemins]
        hachages = np.concatenate([*morceaux, np.zeros(0, "u8")])
        del morceaux
        hachages.sort()
        doubles = np.unique(hachages[1:][hachages[1:] == hachages[:-1]])
        if len(doubles):
            candidats += [cles[np.isin(cles["hachage"], doubles)] for cles in map(np.load, chemins)]
    return _regler(lue.disposition, conventions, candidats) if candidats else {}


def _du_tour(hachages: Any, tour: int, tours: int) -> Any:
    return np.array(hachages) if tours == 1 else hachages[hachages % np.uint64(tours) == tour]


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
