"""The codes of texts, compiled: one hash table per coded column, all laid in the same flat arrays.

`plan[d]` says of dimension d where its slots begin, how many they are (a power of two) less one, where its
values begin. `usage`: the bytes of `arene` that are taken, then 1 once a table ought to grow. `coder` takes
the addresses of all of them, which `adresses` gives.
"""

import numpy as np
from numba import njit

from fanal.moteurs.lac.entree.octets import adresse, copier, hacher, pareils

# What was compiled is kept by the date of its own file: this changes with the files that it takes in, and so
# makes it compiled anew (tests/moteurs/lac/test_compilation.py tells the value).
COMPILE_AVEC = "08bc99ebbd6ecf35"
# Codes that a table still has room for when it asks to grow: more than a record has columns of a dimension.
RESERVE = 64


@njit(nogil=True, forceinline=True)
def coder(o, a, b, d, plan, slots, hachages, places, longueurs, compteurs, arene, usage):  # type: ignore[no-untyped-def]  # compiled: types are those of the call
    """The code of the bytes a to b among the values of dimension d; a new value takes the next code."""
    h = hacher(o, a, b)
    debut, masque, base = plan[3 * d], plan[3 * d + 1], plan[3 * d + 2]
    k = np.int64(h) & masque
    longueur = b - a
    while True:
        c = slots[debut + k]
        if c == 0:
            break
        v = base + c
        if hachages[v] == h and longueurs[v] == longueur and pareils(arene, places[v], o, a, longueur):
            return c
        k = (k + 1) & masque
    compteurs[d] += 1
    c = np.int32(compteurs[d])
    slots[debut + k] = c
    v = base + c
    hachages[v] = h
    longueurs[v] = longueur
    p = usage[0]
    places[v] = p
    copier(o, a, arene, p, longueur)
    usage[0] = p + longueur
    if compteurs[d] + RESERVE > (masque + 1) >> 1:
        usage[1] = 1
    return c


@njit(nogil=True, forceinline=True)
def adresses(plan, slots, hachages, places, longueurs, compteurs, arene, usage):  # type: ignore[no-untyped-def]  # compiled
    """The addresses of the tables, in the order that `coder` takes."""
    return (
        adresse(plan), adresse(slots), adresse(hachages), adresse(places), adresse(longueurs),
        adresse(compteurs), adresse(arene), adresse(usage),
    )  # fmt: skip


@njit(cache=True, nogil=True)
def ranger(d, plan, slots, hachages, n):  # type: ignore[no-untyped-def]  # compiled
    """Put codes 1 to n of a dimension in its slots again, after the tables grew."""
    debut, masque, base = plan[d, 0], plan[d, 1], plan[d, 2]
    for c in range(1, n + 1):
        k = np.int64(hachages[base + c]) & masque
        while slots[debut + k] != 0:
            k = (k + 1) & masque
        slots[debut + k] = c


@njit(cache=True, nogil=True)
def ajouter(  # type: ignore[no-untyped-def]  # compiled
    o, places, longueurs, codes, d,
    plan, slots, hachages, positions, tailles, compteurs, arene, usage,
):  # fmt: skip
    """The codes of texts that lie in o, in their order, among the values of dimension d."""
    tables = adresses(plan, slots, hachages, positions, tailles, compteurs, arene, usage)
    p = adresse(o)
    for i in range(len(places)):
        codes[i] = coder(p, places[i], places[i] + longueurs[i], d, *tables)


@njit(cache=True, nogil=True)
def charger(o, bornes, codes, d, plan, slots, hachages, places, longueurs, compteurs, arene, usage):  # type: ignore[no-untyped-def]  # compiled
    """Give known texts (one after the other in o, cut at `bornes`) the codes they have, which go up."""
    tables = adresses(plan, slots, hachages, places, longueurs, compteurs, arene, usage)
    p = adresse(o)
    for i in range(len(codes)):
        compteurs[d] = codes[i] - 1
        coder(p, bornes[i], bornes[i + 1], d, *tables)


@njit(cache=True, nogil=True)
def traduire(codes, carte):  # type: ignore[no-untyped-def]  # compiled
    """Put what a map says in place of each code."""
    for i in range(len(codes)):
        codes[i] = carte[codes[i]]
