"""The compiled loop: records, cells, plain numbers and dates, codes of dimensions, in one pass.

Everything that is not plain is left to slower readers, never guessed: the loop writes `LENT` and the place
of the cell. `o` is the address of the block, offsets are places in it; its bytes after `fin` receive
unescaped quoted texts.
"""

import numpy as np
from numba import njit

from fanal.moteurs.lac.entree.codage import adresses, coder
from fanal.moteurs.lac.entree.constantes import DATE, DIMENSION, LENT, LENT_JOUR, NOMBRE, TEXTE
from fanal.moteurs.lac.entree.ecrits import date, nombre
from fanal.moteurs.lac.entree.octets import adresse, chercher, hacher, pareils

# As in `codage`: what was compiled is kept by the date of this file, which changes with what it takes in.
COMPILE_AVEC = "60ebb3de9f4a43c7"
# A quotation mark that opens more than this was meant as an inch sign: a cell cannot be that long.
CELLULE_MAX = 1_000_000
# Words that say "no value" (NC, néant…) are short and hold no digit.
MENTION_MAX = 8
# What `etat` holds from one call to the next: place, records kept, records passed, end of unescaped texts.
PLACE, RETENUS, PASSES, QUEUE = range(4)

_LF, _CR, _TAB, _ESPACE, _GUILLEMET, _PLUS = 10, 13, 9, 32, 34, 43
_FIN_DE_LIGNE = np.uint8(_LF)
_PAS_CELLULE, _INACHEVEE = -1, -2


@njit(nogil=True, forceinline=True)
def _mention(o, a, b):  # type: ignore[no-untyped-def]  # compiled: types are those of the call
    """Whether a text may say "no value", or be a code that a spreadsheet abridged (3,4E+12)."""
    # The exponent that a spreadsheet leaves has three digits at most.
    for i in range(max(a, b - 4), b):
        if o[i] == _PLUS:
            return True
    if b - a > MENTION_MAX or 48 <= o[b - 1] <= 57:
        return False
    sans = True
    for i in range(a, b):
        sans &= not 48 <= o[i] <= 57
    return sans


@njit(cache=True, nogil=True)
def _fermer(o, a, fin, final, sep, colonnes):  # type: ignore[no-untyped-def]  # compiled
    """Where the mark that closes a cell opened at a is, where what ends the cell is, and whether the text
    doubles marks. `_PAS_CELLULE`: the opening mark is a mere character; `_INACHEVEE`: the block ends before.
    """
    j = a + 1
    doubles = False
    lignes = 0
    marques = 0
    while j < fin:
        if o[j] == _GUILLEMET:
            if o[j + 1] != _GUILLEMET:
                break
            doubles = True
            j += 1
        elif o[j] == _LF:
            lignes += 1
        elif o[j] == sep:
            marques += 1
        j += 1
    if j >= fin and not final and fin - a < CELLULE_MAX:
        return _INACHEVEE, 0, doubles
    # A cell over several lines with a record's worth of separators: two stray marks, not a cell.
    if j >= fin or j - a > CELLULE_MAX or (lignes > 0 and marques >= colonnes - 1):
        return _PAS_CELLULE, 0, doubles
    e = j + 1
    while o[e] == _ESPACE or o[e] == _CR:
        e += 1
    if e >= fin and not final:
        return _INACHEVEE, 0, doubles
    if o[e] == sep or o[e] == _LF:
        return j, e, doubles
    return _PAS_CELLULE, 0, doubles


@njit(cache=True, nogil=True)
def _dedoubler(o, a, b, queue):  # type: ignore[no-untyped-def]  # compiled
    """Write the text a to b at `queue` with each doubled mark once; where it ends."""
    while a < b:
        o[queue] = o[a]
        queue += 1
        a += 2 if o[a] == _GUILLEMET else 1
    return queue


@njit(cache=True, nogil=True)
def decouper(  # type: ignore[no-untyped-def]  # compiled
    octets, fin, final, sep, genres, cibles, reglages, signe_decimal,
    plan, slots, hachages, places, longueurs, compteurs, arene, usage, etat,
    lents, debuts, rangs, flags, t_place, t_long, t_hach, dims, nums, dates,
):  # fmt: skip
    """Cut the records of `octets[:fin]`, with a line feed after; every array receives a column per record.

    Goes on from `etat`, and stops at the end of the block or of the record after which a table of codes
    ought to grow or `lents` has no room. Returns whether it stopped before the end, and how many slow cells
    `lents` received: (record, column, place, length). A record whose end is not in the block is not
    consumed, unless the block is the last one.
    """
    o = adresse(octets)
    tables = adresses(plan, slots, hachages, places, longueurs, compteurs, arene, usage)
    colonnes = len(genres)
    separateur = np.uint8(sep)
    i, r, vus, queue = etat[PLACE], etat[RETENUS], etat[PASSES], etat[QUEUE]
    n_lents, lents_max = 0, len(lents) - colonnes
    # The last cell coded or dated in each column, which the next one often repeats.
    d_place, d_long = np.zeros(colonnes, np.int64), np.zeros(colonnes, np.int64)
    d_valeur = np.zeros(colonnes, np.int32)
    entier = True
    while i < fin and entier and usage[1] == 0 and n_lents <= lents_max:
        depart, lents_avant = i, n_lents
        col = 0
        vide = True
        trop = False
        while True:
            a = i
            while o[a] == _ESPACE or (o[a] == _TAB and sep != _TAB):
                a += 1
            b = np.int64(_PAS_CELLULE)
            if o[a] == _GUILLEMET:
                b, e, doubles = _fermer(o, a, fin, final, sep, colonnes)
                if b == _INACHEVEE:
                    entier = False
                    break
                if b >= 0:
                    i = e
                    a += 1
                    if doubles:
                        p = queue
                        queue = _dedoubler(o, a, b, queue)
                        a, b = p, queue
            if b < 0:
                i = b = chercher(o, a, separateur, _FIN_DE_LIGNE)
            if i >= fin and not final:
                entier = False
                break
            while b > a and (o[b - 1] == _ESPACE or o[b - 1] == _CR or o[b - 1] == _TAB):
                b -= 1
            if b > a:
                vide = False
                if col >= colonnes:
                    trop = True
                else:
                    genre, cible, n = genres[col], cibles[col], b - a
                    lent = False
                    if genre == NOMBRE:
                        v = nombre(o, a, b, reglages[col], signe_decimal)
                        nums[cible, r] = v
                        lent = v == LENT
                    elif genre == TEXTE:
                        t_place[cible, r] = a
                        t_long[cible, r] = n
                        t_hach[cible, r] = hacher(o, a, b)
                        lent = _mention(o, a, b)
                    elif genre != 0:
                        if n != d_long[col] or not pareils(o, a, o, d_place[col], n):
                            d_place[col], d_long[col] = a, n
                            if genre == DIMENSION:
                                d_valeur[col] = coder(o, a, b, cible, *tables)
                            elif genre == DATE:
                                d_valeur[col] = date(o, a, b, reglages[col] == 1)
                        if genre == DIMENSION:
                            dims[cible, r] = d_valeur[col]
                        else:
                            dates[cible, r] = d_valeur[col]
                            lent = d_valeur[col] == LENT_JOUR
                    if lent:
                        lents[n_lents, 0], lents[n_lents, 1] = r, col
                        lents[n_lents, 2], lents[n_lents, 3] = a, n
                        n_lents += 1
            if o[i] == _LF:
                i += 1
                break
            i += 1
            col += 1
        if not entier:
            n_lents = lents_avant
            i = depart
            break
        if not vide:
            debuts[r] = depart
            rangs[r] = vus
            flags[r] = trop
            r += 1
        vus += 1
    etat[PLACE], etat[RETENUS], etat[PASSES], etat[QUEUE] = i, r, vus, queue
    return i < fin and entier, n_lents
