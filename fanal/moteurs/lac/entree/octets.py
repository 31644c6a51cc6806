"""Bytes by groups, for the compiled loop: eight as one integer, thirty-two looked at in one instruction.

Here `o`, `x`, `y`, `source`, `cible` are addresses, but for what other modules call with arrays.
Reads go past the end of a text: every array given here holds `MARGE` bytes after its last text. Integers
are those of a little-endian machine, like every one that Numba compiles for.
"""

from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

# A function that writes machine code itself; its first argument is the compiler's, not the caller's.
_engendree: Any = intrinsic
MARGE = 64
LARGEUR = 32
# Names the way of hashing: keys kept on disk by another one cannot be compared with those of this one.
HACHAGE = "mots-1"
_OCTET, _MOT = ir.IntType(8), ir.IntType(64)
_RANGEE = ir.VectorType(_OCTET, LARGEUR)
_HUIT = np.int64(8)
_BITS = np.int64(64)
_MELANGE_A, _MELANGE_B = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD6E8FEB86659FD93)
_DECALAGE = np.uint64(29)


@_engendree
def adresse(typingctx, tableau):  # type: ignore[no-untyped-def]  # code generator
    """Where the values of an array are: `adresse(t)[i]` reads and writes like `t[i]`, without any check.

    Handing an array over from one compiled function to another counts references, at the price of a cell.
    """

    def engendrer(context, builder, sig, args):  # type: ignore[no-untyped-def]
        return context.make_array(sig.args[0])(context, builder, args[0]).data

    return types.CPointer(tableau.dtype)(tableau), engendrer  # type: ignore[no-untyped-call]


def _place(builder, args, nature):  # type: ignore[no-untyped-def]  # code generator
    return builder.bitcast(builder.gep(args[0], [args[1]]), nature.as_pointer())


@_engendree
def mot(typingctx, o, i):  # type: ignore[no-untyped-def]  # code generator
    """The eight bytes from a place, as one integer."""

    def engendrer(context, builder, sig, args):  # type: ignore[no-untyped-def]
        return builder.load(_place(builder, args, _MOT), align=1)  # type: ignore[no-untyped-call]

    return types.uint64(o, types.int64), engendrer


@_engendree
def poser_mot(typingctx, o, i, valeur):  # type: ignore[no-untyped-def]  # code generator
    """Write eight bytes from a place."""

    def engendrer(context, builder, sig, args):  # type: ignore[no-untyped-def]
        builder.store(args[2], _place(builder, args, _MOT), align=1)  # type: ignore[no-untyped-call]
        return context.get_dummy_value()

    return types.void(o, types.int64, types.uint64), engendrer


@_engendree
def _egaux(typingctx, o, i, un, deux):  # type: ignore[no-untyped-def]  # code generator
    """One bit per byte of the row that is one of two values, the first byte in the lowest bit."""

    def engendrer(context, builder, sig, args):  # type: ignore[no-untyped-def]
        rangee = builder.load(_place(builder, args, _RANGEE), align=1)  # type: ignore[no-untyped-call]
        bits = None
        for valeur in args[2:]:
            seul = builder.insert_element(
                ir.Constant(_RANGEE, ir.Undefined), valeur, ir.Constant(ir.IntType(32), 0)
            )
            partout = builder.shuffle_vector(
                seul, ir.Constant(_RANGEE, ir.Undefined),
                ir.Constant(ir.VectorType(ir.IntType(32), LARGEUR), [0] * LARGEUR),
            )  # fmt: skip
            egal = builder.icmp_unsigned("==", rangee, partout)
            bits = egal if bits is None else builder.or_(bits, egal)
        return builder.zext(builder.bitcast(bits, ir.IntType(LARGEUR)), _MOT)

    return types.uint64(o, types.int64, types.uint8, types.uint8), engendrer


@_engendree
def premier_bit(typingctx, bits):  # type: ignore[no-untyped-def]  # code generator
    """The place of the lowest bit of an integer that is not zero."""

    def engendrer(context, builder, sig, args):  # type: ignore[no-untyped-def]
        return builder.cttz(args[0], cgutils.true_bit)

    return types.int64(types.uint64), engendrer


@_engendree
def _combien(typingctx, bits):  # type: ignore[no-untyped-def]  # code generator
    """How many bits of an integer are set."""

    def engendrer(context, builder, sig, args):  # type: ignore[no-untyped-def]
        return builder.ctpop(args[0])

    return types.int64(types.uint64), engendrer


@njit(nogil=True, forceinline=True)
def chercher(o, i, un, deux):  # type: ignore[no-untyped-def]  # compiled: types are those of the call
    """The place, from i, of the first byte that is one of two values: there is one."""
    bits = _egaux(o, i, un, deux)
    while bits == 0:
        i += LARGEUR
        bits = _egaux(o, i, un, deux)
    return i + premier_bit(bits)


@njit(cache=True, nogil=True)
def compter(o, fin, valeur):  # type: ignore[no-untyped-def]  # compiled
    """How many of the bytes before `fin` have a value."""
    p = adresse(o)
    n = 0
    i = 0
    while i + LARGEUR <= fin:
        n += _combien(_egaux(p, i, valeur, valeur))
        i += LARGEUR
    while i < fin:
        n += o[i] == valeur
        i += 1
    return n


@njit(nogil=True, forceinline=True)
def _tete(w, n):  # type: ignore[no-untyped-def]  # compiled
    """The first n bytes of a word, 1 to 8, moved to its end: the others are zero."""
    return w << np.uint64(_BITS - _HUIT * n)


@njit(nogil=True, forceinline=True)
def pareils(x, i, y, j, n):  # type: ignore[no-untyped-def]  # compiled
    """Whether n bytes, at least one, are the same here and there."""
    if n < _HUIT:
        return _tete(mot(x, i) ^ mot(y, j), n) == 0
    k = np.int64(0)
    while k + _HUIT <= n:
        if mot(x, i + k) != mot(y, j + k):
            return False
        k += _HUIT
    return mot(x, i + n - _HUIT) == mot(y, j + n - _HUIT)


@njit(nogil=True, forceinline=True)
def hacher(o, a, b):  # type: ignore[no-untyped-def]  # compiled
    """A 64-bit hash of the bytes a to b, at least one."""
    n = b - a
    h = np.uint64(n) * _MELANGE_A
    if n < _HUIT:
        h = (h ^ _tete(mot(o, a), n)) * _MELANGE_B
    else:
        k = a
        while k + _HUIT <= b:
            h = (h ^ mot(o, k)) * _MELANGE_B
            h ^= h >> _DECALAGE
            k += _HUIT
        h = (h ^ mot(o, b - _HUIT)) * _MELANGE_B
    h ^= h >> _DECALAGE
    h *= _MELANGE_A
    return h ^ (h >> _DECALAGE)


@njit(nogil=True, forceinline=True)
def copier(source, i, cible, j, n):  # type: ignore[no-untyped-def]  # compiled
    """Copy n bytes, and up to seven that do not count after them."""
    k = np.int64(0)
    while k < n:
        poser_mot(cible, j + k, mot(source, i + k))
        k += _HUIT


@njit(cache=True, nogil=True)
def rassembler(o, places, longueurs, rangs, bornes, tampon):  # type: ignore[no-untyped-def]  # compiled
    """Copy the texts of some records one after the other; `bornes` receives where each begins and ends."""
    source, cible = adresse(o), adresse(tampon)
    p = np.int64(0)
    for i in range(len(rangs)):
        r = rangs[i]
        bornes[i] = p
        copier(source, places[r], cible, p, np.int64(longueurs[r]))
        p += longueurs[r]
    bornes[len(rangs)] = p
    return p


@njit(cache=True, nogil=True)
def choisir(valeurs, rangs, absent, cible, presents):  # type: ignore[no-untyped-def]  # compiled
    """Copy the values of some records, with a bit for each that is not `absent`; how many are."""
    manquants = np.int64(0)
    for i in range(0, len(rangs), 8):
        bits = np.int64(0)
        for k in range(i, min(i + 8, len(rangs))):
            v = valeurs[rangs[k]]
            cible[k] = v
            present = v != absent
            bits |= np.int64(present) << (k - i)
            manquants += 1 - np.int64(present)
        presents[i >> 3] = bits
    return manquants
