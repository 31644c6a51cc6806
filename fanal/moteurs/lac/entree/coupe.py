"""Pieces of a file cut by several threads at once, each with its own codes, before anything is in order.

The place where a piece ends is a guess (a line feed may belong to a quoted text): whoever takes the pieces in
order sees that one did not end where the next began, and has the file cut again from there.
"""

import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from fanal.moteurs.lac.entree import constantes, noyau, octets
from fanal.moteurs.lac.entree.definition import DATES, NOMBRES, TEXTES, Disposition
from fanal.moteurs.lac.entree.dictionnaires import TABLES, Dictionnaires

# More threads than this would wait for the one that writes, and each holds a piece in memory.
COUPEURS_MAX = 4
# Slow cells received at once.
LENTS = 4096
# How far back from the end of a piece the beginning of a record is looked for.
_FENETRE = 1 << 16


def processeurs() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Tampons:
    """The arrays that a piece is cut into: large, so they are used again for another piece."""

    def __init__(self) -> None:
        self.octets = np.empty(0, np.uint8)
        self._lignes = 0

    def texte(self, fichier: int, place: int, voulu: int) -> int:
        """Read bytes of a file, with a line feed and room for unescaped texts after; how many were read."""
        if len(self.octets) < 2 * voulu + octets.MARGE:
            self.octets = np.empty(2 * voulu + octets.MARGE, np.uint8)
        lus = 0
        while lus < voulu and (recu := os.preadv(fichier, [self.octets[lus:voulu].data], place + lus)):
            lus += recu
        if lus < voulu:
            raise OSError("The file became shorter while it was read")
        self.octets[lus : lus + octets.MARGE] = 10
        return lus

    def colonnes(self, lignes: int) -> tuple[Any, ...]:
        """What the compiled loop fills, in its order: nothing in it for so many records."""
        if lignes > self._lignes:
            self._lignes = lignes + lignes // 8
            n = self._lignes
            self._debuts, self._rangs = np.empty(n, np.int64), np.empty(n, np.int64)
            self._trop = np.empty(n, np.bool_)
            self._places = np.empty((len(TEXTES), n), np.int64)
            self._longueurs = np.empty((len(TEXTES), n), np.int32)
            self._hachages = np.empty((len(TEXTES), n), np.uint64)
            self._dims = np.empty((len(TABLES), n), np.int32)
            self._nums = np.empty((len(NOMBRES), n), np.int64)
            self._dates = np.empty((len(DATES), n), np.int32)
        for tableau, vide in (
            (self._places, 0), (self._longueurs, 0), (self._hachages, 0), (self._dims, 0),
            (self._nums, constantes.VIDE), (self._dates, constantes.VIDE_JOUR),
        ):  # fmt: skip
            tableau[:, :lignes] = vide
        return (
            self._debuts, self._rangs, self._trop, self._places, self._longueurs, self._hachages, self._dims,
            self._nums, self._dates,
        )  # fmt: skip


class Carte:
    """What codes stand for: an array that grows."""

    def __init__(self, *premiers: int) -> None:
        self.valeurs = np.array(premiers, np.int32)
        self.nombre = len(premiers)

    def ajouter(self, suite: Any) -> None:
        """Add what the next codes stand for."""
        nombre = self.nombre + len(suite)
        if nombre > len(self.valeurs):
            plus = np.zeros(2 * nombre, np.int32)
            plus[: self.nombre] = self.valeurs[: self.nombre]
            self.valeurs = plus
        self.valeurs[self.nombre : nombre] = suite
        self.nombre = nombre


@dataclass(eq=False)
class Locaux:
    """The codes of one thread, and what they stand for once their pieces were taken in order.

    `bruts`: for each table, code here to code of the common dictionary; `finals`: to what the text means.
    """

    dictionnaires: Dictionnaires = field(default_factory=Dictionnaires)
    place: int = -1  # of the last piece they served
    bruts: list[Carte] = field(default_factory=lambda: [Carte(0) for _ in TABLES])
    finals: list[Carte] = field(default_factory=lambda: [Carte() for _ in TABLES])


@dataclass
class Coupe:
    """A piece cut: what the compiled loop found. `jusque`: the last code that it uses in each table."""

    place: int
    fin: int  # where its first record that is not whole begins, or it ends
    vus: int
    nombre: int
    tampons: Tampons
    colonnes: tuple[Any, ...]
    lents: Any
    locaux: Locaux
    jusque: Any
    tableaux: tuple[Any, ...]

    def nouveaux(self, rang: int) -> tuple[Any, Any, Any]:
        """The texts that took a code in a table since the last piece of these codes: where they lie."""
        plan, _, _, positions, longueurs, _, arene, _ = self.tableaux
        base = int(plan[rang, 2])
        choix = slice(base + self.locaux.bruts[rang].nombre, base + int(self.jusque[rang]) + 1)
        return arene, positions[choix], longueurs[choix]


class Decoupeur:
    """Cuts pieces of a file, from several threads. One for the whole reading."""

    def __init__(self, disposition: Disposition, fichier: int) -> None:
        self.disposition, self._fichier = disposition, fichier
        self.taille = os.fstat(fichier).st_size
        self._plan = disposition.plan()
        self._locaux: list[Locaux] = []
        self._tampons: list[Tampons] = []
        self._verrou = threading.Lock()

    def oublier(self) -> None:
        """Codes of pieces that were cut from a wrong place are worth nothing."""
        self._locaux = []

    def rendre(self, coupe: Coupe) -> None:
        """A piece was dealt with: its arrays serve again."""
        with self._verrou:
            self._tampons.append(coupe.tampons)

    def bornes(self, place: int, bloc: int) -> Iterator[tuple[int, int]]:
        """From a place, where pieces of about so many bytes begin and end."""
        while place < self.taille:
            fin = self._borne(place, bloc)
            yield place, fin
            place = fin

    def _borne(self, place: int, bloc: int) -> int:
        voulu = bloc
        while place + voulu < self.taille:
            large = min(voulu, _FENETRE)
            debut = place + voulu - large
            fin = self._debut_probable(os.pread(self._fichier, large, debut))
            if fin:
                return debut + fin
            voulu *= 2
        return self.taille

    def _debut_probable(self, fenetre: bytes) -> int:
        """Where the last whole record of some bytes seems to begin: a line with as many cells as titles.

        The place after the last line feed when there is none, 0 without any line feed.
        """
        attendus, separateur = len(self.disposition.champs) - 1, self.disposition.separateur.encode()
        fin = fenetre.rfind(b"\n")
        repli = fin + 1
        while (avant := fenetre.rfind(b"\n", 0, max(fin, 0))) >= 0:
            if fenetre.count(separateur, avant, fin) == attendus:
                return avant + 1
            fin = avant
        return repli

    def _prendre(self, place: int) -> tuple[Locaux, Tampons]:
        """Codes that no thread uses and that served no later piece: new ones follow the order of the file."""
        with self._verrou:
            libres = [connus for connus in self._locaux if connus.place < place]
            locaux = libres[0] if libres else Locaux()
            if libres:
                self._locaux.remove(locaux)
            locaux.place = place
            return locaux, self._tampons.pop() if self._tampons else Tampons()

    def couper(self, place: int, fin: int) -> Coupe:
        """Cut a piece: called by any thread."""
        locaux, tampons = self._prendre(place)
        lus = tampons.texte(self._fichier, place, fin - place)
        o, d = tampons.octets, locaux.dictionnaires
        colonnes = tampons.colonnes(octets.compter(o, lus, 10) + 1)
        etat = np.array([0, 0, 0, lus + 1], np.int64)
        signe = ord(self.disposition.signe_decimal) if self.disposition.signe_decimal else 0
        genres, cibles, reglages = self._plan
        lents, suite = [], True
        lot = np.empty((LENTS + len(genres), 4), np.int64)
        while suite:
            d.prevoir(0, lus)
            suite, trouves = noyau.decouper(  # type: ignore[call-arg]  # starred lists
                o, lus, fin == self.taille, ord(self.disposition.separateur), genres, cibles, reglages,
                signe, *d.tableaux, etat, lot, *colonnes,
            )  # fmt: skip
            lents.append(lot[:trouves].copy())
        coupe = Coupe(
            place, place + int(etat[noyau.PLACE]), int(etat[noyau.PASSES]), int(etat[noyau.RETENUS]), tampons,
            colonnes, np.concatenate(lents), locaux, d.compteurs.copy(), d.tableaux,
        )  # fmt: skip
        with self._verrou:
            self._locaux.append(locaux)
        return coupe
