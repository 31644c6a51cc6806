"""The values met in each coded column and their codes, shared with the compiled loop.

Codes of dimensions go on from those of the lake: a value it knows keeps its code, a new one takes the next.
Two more tables, for the type of line and the VAT rate, serve only to read each distinct text once.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa

from fanal.moteurs.lac.entree import codage
from fanal.moteurs.lac.entree.octets import MARGE, rassembler
from fanal.moteurs.lac.schema import DIMENSIONS

TABLES = (*(d.nom for d in DIMENSIONS), "type_ligne", "taux_tva")
RANG = {nom: rang for rang, nom in enumerate(TABLES)}
_PREMIERE = 1 << 12


class Dictionnaires:
    """One growing hash table per coded column, laid in flat arrays for the compiled loop."""

    def __init__(self) -> None:
        self.compteurs = np.zeros(len(TABLES), np.int64)
        self.usage = np.zeros(2, np.int64)
        self.arene = np.zeros(1 << 16, np.uint8)
        self._places(np.full(len(TABLES), _PREMIERE, np.int64))

    def _places(self, capacites: Any) -> None:
        """Fresh tables for so many codes per dimension (powers of two)."""
        self.capacites = capacites
        debuts = np.concatenate([[0], np.cumsum(capacites)[:-1]])
        self.plan = np.ascontiguousarray(
            np.stack([2 * debuts, 2 * capacites - 1, debuts], axis=1).astype(np.int64)
        )
        total = int(capacites.sum())
        self.slots = np.zeros(2 * total, np.int32)
        self.hachages = np.zeros(total + 1, np.uint64)
        self.positions = np.zeros(total + 1, np.int64)
        self.longueurs = np.zeros(total + 1, np.int32)

    @property
    def tableaux(self) -> tuple[Any, ...]:
        """What the compiled loop takes, in its order."""
        return (
            self.plan, self.slots, self.hachages, self.positions, self.longueurs, self.compteurs, self.arene,
            self.usage,
        )  # fmt: skip

    def prevoir(self, valeurs: int | Sequence[int], octets: int) -> None:
        """Make room for so many more values in each dimension, and some, and so many bytes in all."""
        besoin = self.compteurs + np.asarray(valeurs, np.int64) + 2 * codage.RESERVE
        if (besoin > self.capacites).any():
            avant = (self.plan, self.hachages, self.positions, self.longueurs)
            voulues = np.where(besoin > self.capacites, 2 * besoin, 1)
            self._places(np.maximum(self.capacites, 1 << np.ceil(np.log2(voulues)).astype(np.int64)))
            self._reprendre(*avant)
        self.usage[1] = 0
        if int(self.usage[0]) + octets + MARGE > len(self.arene):
            plus = np.zeros(max(2 * len(self.arene), int(self.usage[0]) + octets + MARGE), np.uint8)
            plus[: self.usage[0]] = self.arene[: self.usage[0]]
            self.arene = plus

    def _reprendre(self, plan: Any, hachages: Any, positions: Any, longueurs: Any) -> None:
        for rang in range(len(TABLES)):
            nombre, de, vers = int(self.compteurs[rang]), int(plan[rang, 2]), int(self.plan[rang, 2])
            for cible, source in (
                (self.hachages, hachages),
                (self.positions, positions),
                (self.longueurs, longueurs),
            ):
                cible[vers + 1 : vers + nombre + 1] = source[de + 1 : de + nombre + 1]
            codage.ranger(rang, self.plan, self.slots, self.hachages, nombre)

    def code(self, table: str, valeur: str) -> int:
        """The code of a value, which takes the next one when it is new."""
        octets = valeur.encode()
        tampon = np.frombuffer(octets + bytes(MARGE), np.uint8)
        return int(self.codes(table, tampon, np.zeros(1, np.int64), np.array([len(octets)], np.int32))[0])

    def codes(self, table: str, octets: Any, positions: Any, longueurs: Any) -> Any:
        """The codes of texts that lie in some bytes; new ones take the next codes, in their order."""
        rang = RANG[table]
        self.prevoir([len(positions) if r == rang else 0 for r in range(len(TABLES))], int(longueurs.sum()))
        resultat = np.empty(len(positions), np.int32)
        codage.ajouter(octets, positions, longueurs, resultat, rang, *self.tableaux)
        return resultat

    def inscrire(self, table: str, valeurs: Any, codes: Any) -> None:
        """Take values of the lake (texts, or an Arrow array) in under their codes, which go up."""
        if not len(valeurs):
            return
        rang = RANG[table]
        textes = pa.array(valeurs, pa.string()) if isinstance(valeurs, list) else valeurs
        _, bornes_brutes, brut = textes.buffers()
        bornes = np.frombuffer(bornes_brutes, np.int32)[textes.offset : textes.offset + len(textes) + 1]
        tampon = np.zeros(int(bornes[-1] - bornes[0]) + MARGE, np.uint8)
        if len(tampon) > MARGE:
            tampon[:-MARGE] = np.frombuffer(brut, np.uint8)[bornes[0] : bornes[-1]]
        self.prevoir(
            [int(codes[-1]) if r == rang else 0 for r in range(len(TABLES))], int(bornes[-1] - bornes[0])
        )
        debuts = (bornes - bornes[0]).astype(np.int64)
        codage.charger(tampon, debuts, np.asarray(codes, np.int64), rang, *self.tableaux)

    def valeur(self, table: str, code: int) -> str:
        """The text behind a code."""
        v = int(self.plan[RANG[table], 2]) + code
        place = int(self.positions[v])
        return bytes(self.arene[place : place + int(self.longueurs[v])]).decode("utf-8", "replace")

    def nouvelles(self, table: str, depuis: int) -> dict[int, str]:
        """The values that took a code after *depuis*."""
        bornes, tampon = self._rassembler(table, depuis)
        octets, places = tampon.tobytes(), bornes.tolist()
        textes = [octets[a:b].decode("utf-8", "replace") for a, b in pairwise(places)]
        return dict(enumerate(textes, depuis + 1))

    def textes(self, table: str, depuis: int) -> pa.Array:
        """The same as an Arrow array."""
        bornes, tampon = self._rassembler(table, depuis)
        return pa.StringArray.from_buffers(len(bornes) - 1, pa.py_buffer(bornes), pa.py_buffer(tampon))

    def _rassembler(self, table: str, depuis: int) -> tuple[Any, Any]:
        """The bytes of the values after a code, one after the other, and where each begins."""
        base = int(self.plan[RANG[table], 2])
        rangs = np.arange(base + depuis + 1, base + self.nombre(table) + 1)
        bornes = np.empty(len(rangs) + 1, np.int32)
        longueur = int(self.longueurs[rangs].sum())
        tampon = np.empty(longueur + MARGE, np.uint8)
        rassembler(self.arene, self.positions, self.longueurs, rangs, bornes, tampon)
        return bornes, tampon[:longueur]

    def nombre(self, table: str) -> int:
        """The last code given in a table."""
        return int(self.compteurs[RANG[table]])

    def avancer(self, derniers: Mapping[str, int]) -> None:
        """Go on after the last codes of the lake, some of which no value bears any more."""
        for table, dernier in derniers.items():
            if table in RANG:
                self.prevoir([dernier if r == RANG[table] else 0 for r in range(len(TABLES))], 0)
                self.compteurs[RANG[table]] = max(self.nombre(table), dernier)
