"""The compiled loop: records, cells, plain numbers and dates, codes of dimensions, in one pass.

Everything that is not plain is left to slower readers, never guessed: the loop writes `LENT` and the place
of the cell. Offsets are places in the block `o`; its bytes after `fin` receive unescaped quoted texts.
"""

import numpy as np
from numba import njit

from fanal.moteurs.lac.entree.constantes import (
    DATE,
    DIMENSION,
    LENT,
    LENT_JOUR,
    NOMBRE,
    TEXTE,
)

# A quotation mark that opens more than this was meant as an inch sign: a cell cannot be that long.
CELLULE_MAX = 1_000_000
# Words that say "no value" (NC, néant…) are short and hold no digit.
MENTION_MAX = 8

_LF, _CR, _TAB, _ESPACE, _GUILLEMET, _PLUS, _MOINS = 10, 13, 9, 32, 34, 43, 45
_VIRGULE, _POINT, _ZERO = 44, 46, 48


@njit(inline="always")
def hacher(o, a, b):  # type: ignore[no-untyped-def]  # compiled: types are those of the call
    """A 64-bit hash of the bytes a to b."""
    h = np.uint64(14695981039346656037)
    for i in range(a, b):
        h = (h ^ np.uint64(o[i])) * np.uint64(1099511628211)
    h ^= h >> np.uint64(32)
    h *= np.uint64(0x9E3779B97F4A7C15)
    return h ^ (h >> np.uint64(29))


@njit(inline="always")
def coder(o, a, b, d, plan, slots, hachages, places, longueurs, compteurs, arene, usage):  # type: ignore[no-untyped-def]  # compiled
    """The code of the bytes a to b among the values of dimension d; a new value takes the next code.

    The tables of all dimensions lie one after the other; `plan[d]`: where its slots begin, how many they are
    (a power of two) less one, where its values begin.
    """
    h = hacher(o, a, b)
    debut, masque, base = plan[d, 0], plan[d, 1], plan[d, 2]
    k = np.int64(h) & masque
    longueur = b - a
    while True:
        c = slots[debut + k]
        if c == 0:
            break
        v = base + c
        if hachages[v] == h and longueurs[v] == longueur:
            p = places[v]
            i = 0
            while i < longueur and arene[p + i] == o[a + i]:
                i += 1
            if i == longueur:
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
    for i in range(longueur):
        arene[p + i] = o[a + i]
    usage[0] = p + longueur
    return c


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
def _blanc(o, i):  # type: ignore[no-untyped-def]  # compiled
    """How many bytes a space between thousands takes here (0: it is not one)."""
    c = o[i]
    if c == _ESPACE:
        return 1
    if c == 0xC2 and o[i + 1] == 0xA0:
        return 2
    if c == 0xE2 and o[i + 1] == 0x80 and o[i + 2] == 0xAF:
        return 3
    return 0


@njit(cache=True, nogil=True)
def nombre(o, a, b, decimales, signe_decimal):  # type: ignore[no-untyped-def]  # compiled
    """A plain number in units of 10^-decimales, rounded half up; LENT when it is written otherwise."""
    i = a
    negatif = o[i] == _MOINS
    if negatif or o[i] == _PLUS:
        i += 1
    v = np.int64(0)
    chiffres = 0
    groupe = -1
    while i < b:
        c = np.int64(o[i]) - _ZERO
        if 0 <= c <= 9:
            v = v * 10 + c
            chiffres += 1
            if groupe >= 0:
                groupe += 1
            i += 1
            continue
        saut = _blanc(o, i)
        if saut == 0:
            break
        if chiffres == 0 or (groupe == -1 and chiffres > 3) or (groupe >= 0 and groupe != 3):
            return LENT
        groupe = 0
        i += saut
    if (groupe >= 0 and groupe != 3) or chiffres + decimales > 18:
        return LENT
    fraction = 0
    arrondi = np.int64(0)
    if i < b:
        if (o[i] != _VIRGULE and o[i] != _POINT) or (signe_decimal != 0 and o[i] != signe_decimal):
            return LENT
        i += 1
        while i < b:
            c = np.int64(o[i]) - _ZERO
            if c < 0 or c > 9:
                return LENT
            if fraction < decimales:
                v = v * 10 + c
            elif fraction == decimales and c >= 5:
                arrondi = np.int64(1)
            fraction += 1
            i += 1
    if chiffres == 0 and fraction == 0:
        return LENT
    for _ in range(fraction, decimales):
        v *= 10
    v += arrondi
    return -v if negatif else v


@njit(cache=True, nogil=True)
def _entier(o, a, b):  # type: ignore[no-untyped-def]  # compiled
    v = np.int64(0)
    for i in range(a, b):
        c = np.int64(o[i]) - _ZERO
        if c < 0 or c > 9:
            return np.int64(-1)
        v = v * 10 + c
    return v


@njit(cache=True, nogil=True)
def jours(annee, mois, jour):  # type: ignore[no-untyped-def]  # compiled
    """Days since 1970-01-01 of a day of the Gregorian calendar."""
    a = annee - 1 if mois <= 2 else annee
    ere = a // 400
    an = a - ere * 400
    rang = (153 * (mois - 3 if mois > 2 else mois + 9) + 2) // 5 + jour - 1
    return ere * 146097 + an * 365 + an // 4 - an // 100 + rang - 719468


@njit(cache=True, nogil=True)
def date(o, a, b, mois_premier):  # type: ignore[no-untyped-def]  # compiled
    """A day written 31/12/2021 or 2021-12-31 (a time of day after it is left out); LENT_JOUR otherwise."""
    heure = b - a >= 16 and (o[a + 10] == _ESPACE or o[a + 10] == 84) and o[a + 13] == 58
    if b - a != 10 and not heure:
        return LENT_JOUR
    b = a + 10
    if not 48 <= o[a + 4] <= 57:
        if o[a + 7] != o[a + 4]:
            return LENT_JOUR
        an, mois, jour = _entier(o, a, a + 4), _entier(o, a + 5, a + 7), _entier(o, a + 8, b)
        marque = o[a + 4]
    else:
        if o[a + 5] != o[a + 2]:
            return LENT_JOUR
        an, mois, jour = _entier(o, a + 6, b), _entier(o, a + 3, a + 5), _entier(o, a, a + 2)
        marque = o[a + 2]
        if mois_premier:
            mois, jour = jour, mois
    if marque != 47 and marque != _MOINS and marque != _POINT:
        return LENT_JOUR
    if an < 1 or mois < 1 or mois > 12 or jour < 1 or jour > 31:
        return LENT_JOUR
    if jour > 28:
        bissextile = an % 4 == 0 and (an % 100 != 0 or an % 400 == 0)
        if mois == 2 and jour > (29 if bissextile else 28):
            return LENT_JOUR
        if jour == 31 and (mois == 4 or mois == 6 or mois == 9 or mois == 11):
            return LENT_JOUR
    return np.int32(jours(an, mois, jour))


@njit(cache=True, nogil=True)
def _mention(o, a, b):  # type: ignore[no-untyped-def]  # compiled
    """Whether a text may say "no value", or be a code that a spreadsheet abridged (3,4E+12)."""
    chiffres = False
    for i in range(a, b):
        if o[i] == _PLUS:
            return True
        chiffres |= 48 <= o[i] <= 57
    return not chiffres and b - a <= MENTION_MAX


@njit(cache=True, nogil=True)
def decouper(  # type: ignore[no-untyped-def]  # compiled
    o, fin, final, sep, genres, cibles, reglages, signe_decimal,
    plan, slots, hachages, places, longueurs, compteurs, arene, usage,
    debuts, rangs, flags, t_place, t_long, t_hach, dims, nums, dates,
):  # fmt: skip
    """Cut the records of `o[:fin]` (with a line feed at `o[fin]`); every array receives a column per record.

    Returns (records kept, records passed over for they are blank included, bytes consumed, slow cells): each
    slow cell is (record, column, place, length). A record whose end is not in the block is not consumed,
    unless the block is the last one.
    """
    colonnes = len(genres)
    queue = fin + 1
    lents = np.empty((256, 4), np.int64)
    n_lents = 0
    r = 0
    vus = 0
    i = 0
    while i < fin:
        depart, lents_avant = i, n_lents
        col = 0
        vide = True
        trop = False
        entier = True
        while True:
            a = i
            while o[a] == _ESPACE or (o[a] == _TAB and sep != _TAB):
                a += 1
            b = -1
            if o[a] == _GUILLEMET:
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
                    entier = False
                    break
                # A cell over several lines with a record's worth of separators: two stray marks, not a cell.
                if j < fin and j - a <= CELLULE_MAX and not (lignes > 0 and marques >= colonnes - 1):
                    e = j + 1
                    while o[e] == _ESPACE or o[e] == _CR:
                        e += 1
                    if e >= fin and not final:
                        entier = False
                        break
                    if o[e] == sep or o[e] == _LF:
                        i = e
                        a += 1
                        b = j
                        if doubles:
                            p = queue
                            k = a
                            while k < b:
                                o[queue] = o[k]
                                queue += 1
                                k += 2 if o[k] == _GUILLEMET else 1
                            a, b = p, queue
            if b < 0:
                j = a
                while o[j] != sep and o[j] != _LF:
                    j += 1
                i = b = j
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
                    genre, cible = genres[col], cibles[col]
                    lent = False
                    if genre == DIMENSION:
                        dims[cible, r] = coder(
                            o, a, b, cible, plan, slots, hachages, places, longueurs, compteurs, arene, usage
                        )  # fmt: skip
                    elif genre == NOMBRE:
                        nums[cible, r] = nombre(o, a, b, reglages[col], signe_decimal)
                        lent = nums[cible, r] == LENT
                    elif genre == DATE:
                        dates[cible, r] = date(o, a, b, reglages[col] == 1)
                        lent = dates[cible, r] == LENT_JOUR
                    elif genre == TEXTE:
                        t_place[cible, r] = a
                        t_long[cible, r] = b - a
                        t_hach[cible, r] = hacher(o, a, b)
                        lent = _mention(o, a, b)
                    if lent:
                        if n_lents == len(lents):
                            plus = np.empty((2 * n_lents, 4), np.int64)
                            plus[:n_lents] = lents
                            lents = plus
                        lents[n_lents, 0] = r
                        lents[n_lents, 1] = col
                        lents[n_lents, 2] = a
                        lents[n_lents, 3] = b - a
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
    return r, vus, i, lents[:n_lents]


@njit(cache=True)
def ajouter(o, d, plan, slots, hachages, places, longueurs, compteurs, arene, usage):  # type: ignore[no-untyped-def]  # compiled
    """The code of a whole text among the values of dimension d."""
    return coder(o, 0, len(o), d, plan, slots, hachages, places, longueurs, compteurs, arene, usage)


@njit(cache=True)
def charger(o, bornes, codes, d, plan, slots, hachages, places, longueurs, compteurs, arene, usage):  # type: ignore[no-untyped-def]  # compiled
    """Give known texts (one after the other in o, cut at `bornes`) the codes they have, which go up."""
    for i in range(len(codes)):
        compteurs[d] = codes[i] - 1
        coder(
            o, bornes[i], bornes[i + 1], d, plan, slots, hachages, places, longueurs, compteurs, arene, usage
        )


@njit(cache=True, nogil=True)
def rassembler(o, places, longueurs, rangs, bornes, tampon):  # type: ignore[no-untyped-def]  # compiled
    """Copy the texts of some records one after the other; `bornes` receives where each begins and ends."""
    p = 0
    for i in range(len(rangs)):
        r = rangs[i]
        a = places[r]
        bornes[i] = p
        for k in range(longueurs[r]):
            tampon[p + k] = o[a + k]
        p += longueurs[r]
    bornes[len(rangs)] = p
    return p
