"""Numbers and words read in many places of a text at once, eight bytes at a time.

Positions are arrays of places in the text; a place has at least eight bytes after it, or reads zeros. What is
not written as expected is told by a mask, never guessed.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Rangs = npt.NDArray[np.int64]
Mots = npt.NDArray[np.uint64]
Masque = npt.NDArray[np.bool_]

MOT = 8
# The digits that a double holds whatever they are.
_CHIFFRES_SURS = 15
_ZEROS = np.uint64(0x3030303030303030)
_UNS = np.uint64(0x0101010101010101)
_HAUTS = np.uint64(0x8080808080808080)
_DIX = np.power(10.0, np.arange(MOT + 1))


class Octets:
    """A text to read by words. `octets` are its bytes."""

    def __init__(self, texte: bytes) -> None:
        self.texte = texte
        etendu = texte + bytes(MOT)
        self.octets = np.frombuffer(etendu, np.uint8)
        # One word at every place, each over the seven that follow it: no copy.
        self._mots: Mots = np.ndarray((len(texte) + 1,), "<u8", buffer=etendu, strides=(1,))

    def mots(self, places: Rangs) -> Mots:
        """The eight bytes at each place."""
        return self._mots[places]

    def sont(self, mots: Mots, motif: bytes) -> Masque:
        """Whether words begin with *motif* (eight bytes at most)."""
        voulu = np.uint64(int.from_bytes(motif, "little"))
        egaux: Masque = (mots if len(motif) == MOT else mots & np.uint64((1 << 8 * len(motif)) - 1)) == voulu
        return egaux


def premier(mots: Mots, octet: bytes) -> Rangs:
    """The place of a byte in each word, 8 when it is not there."""
    ecarts = mots ^ (_UNS * np.uint64(octet[0]))
    # The lowest bit that stands is the high bit of the first byte that is zero; the others may lie.
    nuls = (ecarts - _UNS) & ~ecarts & _HAUTS
    return (np.bitwise_count((nuls & (~nuls + np.uint64(1))) - np.uint64(1)) >> 3).astype(np.int64)


def entiers(mots: Mots, longueurs: Rangs) -> tuple[Rangs, Masque]:
    """The number on the first `longueurs` bytes of each word, and whether it is one (1 to 8 digits)."""
    sain = (longueurs >= 1) & (longueurs <= MOT)
    decalage = ((MOT - np.where(sain, longueurs, 1)) * MOT).astype(np.uint64)
    # Digits are pushed to the end of the word, after zeros.
    ecrit = (mots << decalage) | (_ZEROS & ~(np.uint64(0xFFFFFFFFFFFFFFFF) << decalage))
    chiffres = ecrit - _ZEROS
    sain &= ((ecrit | chiffres | (chiffres + np.uint64(0x7676767676767676))) & _HAUTS) == 0
    paires = (chiffres * np.uint64(2561)) >> np.uint64(8)
    quatre = ((paires & np.uint64(0x00FF00FF00FF00FF)) * np.uint64(6553601)) >> np.uint64(16)
    huit = ((quatre & np.uint64(0x0000FFFF0000FFFF)) * np.uint64(42949672960001)) >> np.uint64(32)
    return huit.astype(np.int64), sain


def decimaux(texte: Octets, places: Rangs, longueurs: Rangs) -> tuple[npt.NDArray[np.float64], Masque]:
    """The number written at each place on so many bytes, and whether it could be read.

    Read: digits, a dot and digits, a minus before; eight digits at most on each side, fifteen in all. The
    value is the nearest double: both parts of the division are exact.
    """
    negatif = texte.octets[places] == ord("-")
    debut, reste = places + negatif, longueurs - negatif
    mots = texte.mots(debut)
    point = np.minimum(premier(mots, b"."), reste)
    entier, sain = entiers(mots, point)
    apres = reste - point - 1
    fraction, lue = entiers(texte.mots(np.minimum(debut + point + 1, len(texte.texte))), apres)
    simple = apres < 0
    pointe = texte.octets[debut + point] == ord(".")
    sain &= simple | (pointe & lue & (point + apres <= _CHIFFRES_SURS))
    puissance = _DIX[np.where(sain & ~simple, apres, 0)]
    valeurs = (entier * puissance + np.where(simple, 0, fraction)) / puissance
    return np.where(negatif, -valeurs, valeurs), sain
